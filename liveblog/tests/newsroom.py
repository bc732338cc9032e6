"""An editor's browser in the admin."""

from __future__ import annotations

from typing import Any

from django.test import Client

from liveblog.models import Entry

ENTRIES = "/admin/liveblog/entry/"


class Form:
    """A form of the admin as a browser has it open: what it was served with, changed by what is typed."""

    def __init__(self, client: Client, path: str) -> None:
        self.client = client
        self.path = path
        self.read(client.get(path))

    def read(self, page: Any) -> None:
        self.page = page
        form = page.context["adminform"].form
        values = {name: form[name].value() for name in form.fields}
        self.fields: dict[str, Any] = {}
        for name, value in values.items():
            if hasattr(value, "strftime"):
                value = value.strftime("%Y-%m-%d %H:%M:%S").split()
            if isinstance(value, list):  # two inputs: date and time
                self.fields |= {f"{name}_0": value[0], f"{name}_1": value[1]}
            elif value not in (None, False) and not hasattr(value, "storage"):
                self.fields[name] = value

    def save(self, button: str = "_save", **typed: Any) -> Any:
        """Press a button; the answer is a redirect, or the form again. A field typed as None is left out."""
        self.fields |= typed
        sent = {name: value for name, value in self.fields.items() if value is not None}
        answer = self.client.post(self.path, {**sent, button: "1"})
        if answer.status_code == 200:
            self.read(answer)
        return answer

    @property
    def errors(self) -> dict[str, list[str]]:
        return dict(self.page.context["adminform"].form.errors)

    @property
    def conflicts(self) -> dict[str, tuple[Any, Any]]:
        """Label: theirs, yours."""
        found = self.page.context["adminform"].form.conflicts
        return {label: (theirs, yours) for label, theirs, yours in found}


def form_of(client: Client, entry: Entry) -> Form:
    return Form(client, f"{ENTRIES}{entry.pk}/change/")


def listed(client: Client, **query: Any) -> list[Entry]:
    """The entries of the admin's list, from top to bottom."""
    return list(client.get(ENTRIES, query).context["cl"].result_list)


def run(client: Client, action: str, *entries: Entry, **fields: Any) -> Any:
    """Tick entries in the list and run an action on them."""
    data = {"action": action, "_selected_action": [entry.pk for entry in entries], **fields}
    return client.post(ENTRIES, data, follow=True)
