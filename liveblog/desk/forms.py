"""What the composer sends: of a new entry, or of one that is edited."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from realtime.desk import StaleForm

from ..models import Entry


class EntryForm(StaleForm):
    quiet = forms.BooleanField(label=_("Quiet fix: readers are not told that it changed"), required=False)

    class Meta:
        model = Entry
        fields = (
            "headline", "body", "state", "publish_at", "image", "image_alt", "image_credit", "byline", "key_event",
            "pinned", "correction",
        )  # fmt: skip
        labels = {"body": _("Text"), "image_alt": _("What the picture shows")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].required = False

    def clean_state(self) -> str:
        """It stays what it is, where no button says otherwise."""
        return self.cleaned_data["state"] or self.instance.state

    def save(self, commit: bool = True) -> Any:
        self.instance.quiet = self.cleaned_data["quiet"]
        return super().save(commit)

    def values(self) -> dict[str, Any]:
        """What the composer is filled with, as its fields would send it."""
        return {name: self.text_of(name, self.initial.get(name)) for name in (*self._meta.fields, "seen")}  # type: ignore[misc]

    def text_of(self, name: str, value: Any) -> Any:
        """A value as its field in the composer has it."""
        if name == "image":
            return value.url if value else ""
        if name == "publish_at":
            local = forms.DateTimeField().prepare_value(value)
            return local.replace(microsecond=0).isoformat() if local else ""
        return value if isinstance(value, bool) else str(value or "")
