from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from realtime.desk import StaleForm

from .models import Room

MAX_PAUSE = 3_600  # seconds between one person's messages
TAKEN = {"unique": _("This is the address of something else.")}  # of what, may be a secret


class RoomForm(StaleForm):
    slug = forms.SlugField(
        label=_("Address"),
        max_length=80,
        required=False,
        help_text=_("Empty: made from the name."),
        error_messages=TAKEN,
    )
    slow_seconds = forms.IntegerField(
        label=_("Seconds between one person's messages"),
        min_value=0,
        max_value=MAX_PAUSE,
        initial=0,
        help_text=_("0: as fast as they like."),
    )

    class Meta:
        model = Room
        fields = ["name", "slug", "topic", "access", "closed", "slow_seconds"]

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"] or slugify(self.cleaned_data.get("name", ""))[:80]
        if not slug:
            raise forms.ValidationError(_("Give it an address: letters, digits and hyphens."))
        return slug

    def clean_name(self) -> str:
        name: Any = self.cleaned_data["name"]
        return " ".join(name.split())
