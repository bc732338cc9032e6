"""What the desk's scripts are answered, in a sentence: `said`, and `undo` where there is a way back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from realtime.models import Revision
from realtime.streams import versions_of

from ..models import Entry
from .forms import EntryForm

State = Entry.State


def entry_at(liveblog: int, pk: int) -> Entry:
    """An entry of this live blog; raises Http404."""
    entry = get_object_or_404(Entry, pk=pk)
    if entry.liveblog_id != liveblog:  # not asked of the database, which takes no number of any size for a foreign key
        raise Http404
    return entry


def answer(entry: Entry, undo: Any = None, note: str = "", said: str = "") -> JsonResponse:
    """What was done, by default the state it has now; and how to undo that: a new entry goes back among the drafts."""
    times = {State.PUBLISHED: timezone.now(), State.SCHEDULED: entry.publish_at}
    at = times.get(State(entry.state))
    words = {
        State.DRAFT: _("Saved as draft"),
        State.SCHEDULED: _("Scheduled for %(at)s"),
        State.PUBLISHED: _("Published %(at)s"),
        State.RETRACTED: _("Retracted"),
    }
    said = said or words[State(entry.state)] % {"at": at and clock(at)}
    if undo is True:
        undo = {"name": "state", "value": State.DRAFT} if entry.state != State.DRAFT else None
    url = entry.get_absolute_url() if entry.is_shown else ""
    known = {"id": entry.item_id, "key": entry.pk, "state": entry.state, "said": said, "note": note, "url": url}
    return JsonResponse({**known, "undo": undo})


def clock(at: Any) -> str:
    """By the newsroom's clock; with the day where that is another."""
    local = timezone.localtime(at)
    today = local.date() == timezone.localdate()
    return f"{local:%H:%M}" if today else f"{local:%d.%m. %H:%M}"


def refused(form: EntryForm) -> JsonResponse:
    """What is wrong, by field; or what a colleague has saved meanwhile, beside what was sent."""
    if not form.conflicts:
        return JsonResponse({"errors": form.errors}, status=400)
    both = [
        {"name": name, "label": label, "theirs": str(theirs), "yours": str(yours), "value": form.text_of(name, stored)}
        for (label, theirs, yours), (name, stored) in zip(form.conflicts, form.theirs.items(), strict=True)
    ]
    latest = versions_of(form.instance).first()
    by = f"{writer_of(latest)}, {clock(latest.at)}" if latest else ""
    return JsonResponse({"conflicts": both, "seen": form.data["seen"], "by": by}, status=409)


def writer_of(version: Revision) -> str:
    person: Any = version.person
    return person.get_public_name() if person else _("a script")
