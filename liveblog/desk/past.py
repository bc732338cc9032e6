"""What an entry used to say: shown, brought back, and an edit undone."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from realtime.desk import ChangedSince, go_back, row_values, way_back
from realtime.models import Revision
from realtime.streams import statement, stream_name, versions_of

from .access import for_editors
from .answers import State, answer, entry_at, writer_of

HISTORY = 50  # versions of an entry that are shown
NOTED = {
    "correction": gettext_lazy("Correction"),
    "image_alt": gettext_lazy("The picture shows"),
    "image_credit": gettext_lazy("Credit"),
    "byline": gettext_lazy("Byline"),
}
#: What an edit may change, and Undo brings back: no file.
UNDOABLE = (
    "headline",
    "body",
    "image_alt",
    "image_credit",
    "byline",
    "correction",
    "state",
    "publish_at",
    "key_event",
    "pinned",
    "updated_at",
)


@for_editors
def history(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """GET: what the entry used to say, newest first. POST: say so again what it said in a `version`."""
    with statement([stream_name("desk", pk)]):
        row = entry_at(pk, entry)
        versions = versions_of(row)
        if request.method != "POST":
            return JsonResponse({"versions": [described(version) for version in versions[:HISTORY]]})
        number = request.POST.get("version", "")[:20]
        version = get_object_or_404(versions, pk=number if number.isdecimal() else 0)
        before = row_values(row, UNDOABLE)
        for name, value in version.fields.items():
            if name != "state":  # what it says is brought back, not whether it is seen
                setattr(row, name, value)
        try:
            row.clean()
        except ValidationError as error:
            return JsonResponse({"said": " ".join(error.messages)}, status=400)
        row.save()
    sent = way_back(request.user, row, before)
    return answer(row, sent and {"sent": sent}, said=_("This version is back"))


def described(version: Revision) -> dict[str, Any]:
    """For the dialog: what it said part by part, each under its name, but for the headline and the text."""
    fields = version.fields
    parts = {name: fields[name] for name in ("headline", "body") if fields.get(name)}
    noted = [f"{label}: {fields[name]}" for name, label in NOTED.items() if fields.get(name)]
    by = f"{writer_of(version)} · {State(fields['state']).label}"
    return {"version": version.pk, "at": version.at.isoformat(), "by": by, **parts, "noted": noted}


@require_POST
@for_editors
def undo(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Take back what was `sent`, an edit or a version that was restored, unless somebody has changed it since."""
    with statement([stream_name("desk", pk)]):
        row = entry_at(pk, entry)
        try:
            names = go_back(request.user, row, request.POST.get("sent", ""))
        except ChangedSince as error:
            return JsonResponse({"said": str(error)}, status=409)
        row.quiet = True  # when it was updated comes back too
        row.save(update_fields=names)
    return answer(row, said=_("Undone"))
