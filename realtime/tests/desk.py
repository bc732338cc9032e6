"""A browser in the admin: its forms, its lists, and the actions on what is ticked there."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import is_aware, localtime


def browser_of(person: Any) -> Client:
    """The browser of somebody who has signed in."""
    client = Client()
    client.force_login(person)
    return client


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
                value = (localtime(value) if is_aware(value) else value).strftime("%Y-%m-%d %H:%M:%S").split()
            if isinstance(value, list):  # two inputs: date and time
                self.fields |= {f"{name}_0": value[0], f"{name}_1": value[1]}
            elif value is not None and value is not False and not hasattr(value, "storage"):
                self.fields[name] = value
        self.fields |= {field: value for field, value, _ in page.context.get("kept_files") or ()}
        if once := page.context.get("once"):
            self.fields["once"] = once

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


class Rows:
    """A list of the admin whose rows can be changed in it, as a browser has it open."""

    def __init__(self, client: Client, path: str) -> None:
        self.client = client
        self.path = path
        self.read(client.get(path))

    def read(self, page: Any) -> None:
        self.page = page
        formset = page.context["cl"].formset
        self.prefixes = {form.instance.pk: form.prefix for form in formset.forms}
        boxes = [box for form in (formset.management_form, *formset.forms) for box in form]
        self.fields = {box.html_name: box.value() for box in boxes if box.value() not in (None, False)}

    def type(self, row: Model, **values: Any) -> None:
        """Into the boxes of a row; None unticks one."""
        self.fields |= {f"{self.prefixes[row.pk]}-{name}": value for name, value in values.items()}

    def save(self) -> Any:
        sent = {name: value for name, value in self.fields.items() if value is not None}
        answer = self.client.post(self.path, {**sent, "_save": "1"}, follow=True)
        if not answer.redirect_chain:
            self.read(answer)
        return answer


def form_of(client: Client, row: Model) -> Form:
    """The form that changes a row."""
    page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return Form(client, reverse(page, args=[row.pk]))


def listed(client: Client, path: str, **query: Any) -> list[Any]:
    """The rows of a list, from top to bottom."""
    return list(client.get(path, query).context["cl"].result_list)


def offered(client: Client, path: str) -> set[str]:
    """The actions that a list offers."""
    form = client.get(path).context["action_form"]
    return {value for value, _ in form.fields["action"].choices if value} if form else set()


def queries(client: Client, path: str) -> int:
    """How many of them a page takes."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def run(client: Client, path: str, action: str, *rows: Any, **fields: Any) -> Any:
    """Tick rows in a list and run an action on them."""
    data = {"action": action, "_selected_action": [row.pk for row in rows], **fields}
    return client.post(path, data, follow=True)


def press_undo(client: Client, page: Any) -> Any:
    """The button in the message that says what an action did."""
    url, sent = re.findall(r'action="([^"]+)" class="undo">.*?name="sent" value="([^"]+)"', page.text)[0]
    return client.post(url, {"sent": unescape(sent)}, follow=True)
