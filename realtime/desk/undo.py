"""The way back from an action on many rows: the message that says what was done has a button, "Undo".

What it takes stands in the button's form, signed: who it is for, and what the rows said before and after. So a row
that somebody has changed since stays as it is, and no table has to be kept, or pruned.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core import signing
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from realtime.streams import ItemQuerySet, statement, written_by

from .refusals import words_for

AGE = 600  # seconds
MOST = 1000  # rows: for the message waits in the session until it is shown

Values = dict[str, str | None]


def hold(rows: Any) -> None:
    """Until the end of the transaction nobody else writes to these rows, if they are items."""
    if isinstance(rows, ItemQuerySet):
        rows.lock()


def log(request: HttpRequest, rows: Any, description: Any) -> None:
    """Into the history of each row."""
    LogEntry.objects.log_actions(request.user.pk, rows, CHANGE, str(description))  # type: ignore[arg-type]


def values_of(rows: Iterable[Any], names: Iterable[str]) -> dict[Any, Values]:
    """What these fields say, by the row's key, as text that `field_values` reads."""
    return {row.pk: row_values(row, names) for row in rows}


def row_values(row: Any, names: Iterable[str]) -> Values:
    return {name: text_of(row, row._meta.get_field(name)) for name in names}


def text_of(row: Any, field: Any) -> str | None:
    return None if field.value_from_object(row) is None else field.value_to_string(row)


def field_values(model: Any, values: Values) -> dict[str, Any]:
    return {name: model._meta.get_field(name).to_python(text) for name, text in values.items()}


def put_back(rows: Any, person: Any, values: dict[str, Any]) -> None:
    """The way back of what an update leads back from."""
    rows.update(**values)


def opened(text: str, salt: str) -> dict[str, Any]:
    """What was signed, however long ago; raises BadRequest."""
    try:
        return signing.loads(text, salt=salt)
    except signing.BadSignature as error:
        raise BadRequest("This is no way back.") from error


def offer(
    request: HttpRequest, model_admin: Any, action: str, before: dict[Any, Values], after: dict[Any, Values]
) -> str:
    """The button; "" where nothing is left to give back, or more than a message can carry.

    Its `action`, a name in the admin's class, has `short_description`, `allowed_permissions` and `back(rows, person,
    values)`.
    """
    if len(before) > MOST:
        return ""
    groups: dict[str, list[Any]] = {}
    for pk in before.keys() & after.keys():
        groups.setdefault(json.dumps([before[pk], after[pk]]), []).append(pk)
    if not groups:
        return ""
    sent = {
        "person": request.user.pk,
        "model": model_admin.opts.label_lower,
        "action": action,
        "back": request.get_full_path(),
        "groups": [[*json.loads(values), sorted(pks)] for values, pks in groups.items()],
    }
    url = reverse(f"{model_admin.admin_site.name}:undo")
    context = {"url": url, "sent": signing.dumps(sent, salt=__name__, compress=True)}
    return SafeString(render_to_string("realtime/admin/undo.html", context, request))


@require_POST
def undo(request: HttpRequest, site: Any) -> HttpResponse:
    """The button was pressed: by whom it is for, while it is good, and while they may change these rows."""
    text = request.POST.get("sent", "")
    sent = opened(text, __name__)
    model_admin = site.get_model_admin(apps.get_model(sent["model"]))
    needed = getattr(type(model_admin), sent["action"]).allowed_permissions
    allowed = all(getattr(model_admin, f"has_{permission}_permission")(request) for permission in needed)
    if sent["person"] != request.user.pk or not allowed:
        raise PermissionDenied
    try:
        signing.loads(text, salt=__name__, max_age=AGE)
        with written_by(request.user):
            say(request, model_admin, sent["groups"], give_back(request, model_admin, sent))
    except signing.SignatureExpired:
        model_admin.message_user(request, _("It is too late to undo this."), messages.WARNING)
    except OperationalError as error:
        model_admin.message_user(request, words_for(error), messages.ERROR)
    return HttpResponseRedirect(sent["back"])


def give_back(request: HttpRequest, model_admin: Any, sent: dict[str, Any]) -> int:
    """To the rows that still say what the action made them say, as one change for readers; how many that are."""
    action, model = getattr(type(model_admin), sent["action"]), model_admin.model
    count = 0
    with statement(()):
        hold(model_admin.get_queryset(request).filter(pk__in=[pk for *_values, pks in sent["groups"] for pk in pks]))
        for before, after, pks in sent["groups"]:
            rows = model_admin.get_queryset(request).filter(pk__in=pks, **field_values(model, after))
            if found := list(rows):
                ours = model_admin.get_queryset(request).filter(pk__in=[row.pk for row in found])
                action.back(ours, request.user, field_values(model, before))
                log(request, found, _("Undo: %(action)s") % {"action": action.short_description})
            count += len(found)
    return count


def say(request: HttpRequest, model_admin: Any, groups: list[Any], count: int) -> None:
    total = sum(len(pks) for *_values, pks in groups)
    if count == total:
        return model_admin.message_user(request, _("Undone."), messages.SUCCESS)
    text = _("Undone for %(count)d of %(total)d: the others have been changed since.")
    return model_admin.message_user(request, text % {"count": count, "total": total}, messages.WARNING)
