"""The desk's page, and what its scripts ask for. Each answer is said in a sentence: `said`, and `undo` where there is
a way back.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.forms import modelform_factory
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import user_of
from realtime.desk import submission, token_of
from realtime.hub import query, query_once
from realtime.models import Revision
from realtime.pages import stream_changes
from realtime.streams import before, heads, html, name_parts, statement, stream_name, stream_of_slug, versions_of
from realtime.text import newlines

from ..models import Entry, LiveBlog
from .access import for_editors, is_allowed, is_editor, not_allowed
from .forms import EntryForm

PAGE = 50  # entries of a page
HISTORY = 50  # versions of an entry that are shown
State = Entry.State
FLAGS = {"true": True, "false": False}
MARKED = {
    ("pinned", "true"): gettext_lazy("Pinned"),
    ("pinned", "false"): gettext_lazy("Unpinned"),
    ("key_event", "true"): gettext_lazy("Marked as key event"),
    ("key_event", "false"): gettext_lazy("No key event any more"),
    ("state", "published"): gettext_lazy("Restored"),
}


@require_safe
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """The page itself, within the admin: whoever is not signed in has been sent to its form."""
    if not is_editor(request.user):
        raise PermissionDenied
    liveblog = get_object_or_404(LiveBlog, pk=pk)
    name = stream_name("desk", pk)
    head = heads([name])[name]
    place = request.GET.get("before", "")
    rows = list(before(liveblog.entries.filter(pinned=False), "published_at", place)[: PAGE + 1])
    older = f"?before={rows[PAGE - 1].position}" if len(rows) > PAGE else None
    pinned = [] if place else list(liveblog.entries.filter(pinned=True))
    context = {
        **admin.site.each_context(request),
        "title": _("Desk"),
        "subtitle": liveblog.title,
        "liveblog": liveblog,
        "header": html(liveblog, "desk"),
        "items": [html(row, "desk") for row in pinned + rows[:PAGE]],
        "head": head,
        "older": older,
        "form": EntryForm(instance=Entry(liveblog=liveblog)),
        "once": token_of(request),
        "idle": LiveBlog._meta.get_field("ends_after").choices,
        "zone": timezone.get_current_timezone_name(),
    }
    return render(request, "liveblog/desk/desk.html", context)


async def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """The desk's stream, where there is no socket."""
    if not await query(is_editor, await request.auser()):
        raise PermissionDenied
    name = await query_once(stream_of_slug, LiveBlog, slug)
    if name is None:
        raise Http404
    return await stream_changes(request, stream_name("desk", name_parts(name).key), private=True)


@require_POST
@for_editors
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new entry, stored once under the token that the composer gave it, however often it is sent."""
    if not is_allowed(request.user, "add_entry"):
        return not_allowed(_("You may change entries, and not add any."))
    liveblog = get_object_or_404(LiveBlog, pk=pk)
    with submission(request) as sent:
        if sent.made:
            return answer(get_object_or_404(Entry, pk=sent.made), undo=True)
        form = EntryForm(request.POST, request.FILES, instance=Entry(liveblog=liveblog, author=user_of(request)))
        if not form.is_valid():
            return refused(form)
        entry = form.save()
        sent.made = str(entry.pk)
    return answer(entry, undo=True, note=liveblog.doubt if entry.is_shown else "")


@for_editors
def edit(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """GET: what the composer is filled with. POST: what it sends. What a colleague alone changed meanwhile is kept."""
    with statement([stream_name("desk", pk)]):
        row = entry_at(pk, entry)
        if request.method != "POST":
            return JsonResponse(EntryForm(instance=row).values())
        was = row.state
        form = EntryForm(request.POST, request.FILES, instance=row)
        if not form.is_valid():
            return refused(form)
        form.save()
    return answer(row, note=form.note, said=_("Saved") if row.state == was else "")


@require_POST
@for_editors
def mark(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """One click: `name` is pinned, key_event or state, and `value` what it becomes."""
    name, value = request.POST.get("name", ""), request.POST.get("value", "")
    choices: dict[str, Any] = {"pinned": FLAGS, "key_event": FLAGS, "state": {str(state): state for state in State}}
    if value not in choices.get(name, {}):
        raise BadRequest(f"{name[:40]!r} can't be {value[:40]!r}.")
    with statement([stream_name("desk", pk)]):
        row = entry_at(pk, entry)
        was = getattr(row, name)
        setattr(row, name, choices[name][value])
        if row.state == State.SCHEDULED and not row.publish_at:
            return JsonResponse({"said": _("Say when it is to be published.")}, status=400)
        row.save(update_fields=[name])
    is_new = name == "state" and was != State.RETRACTED  # else readers have seen it before
    said = "" if is_new else str(MARKED.get((name, value), ""))
    return answer(row, undo={"name": name, "value": str(was).lower()}, said=said)


@require_POST
@for_editors
def delete(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """For good. The page retracts it first, and asks for this after a while, in which somebody may have restored it."""
    if not is_allowed(request.user, "delete_entry"):
        return not_allowed(_("You may retract, and not delete."))
    with statement([stream_name("desk", pk)]):
        if (row := Entry.objects.filter(pk=entry).first()) and row.liveblog_id == pk:
            if row.state != State.RETRACTED:
                return JsonResponse({"said": _("It was restored meanwhile, and is not deleted.")}, status=409)
            row.delete()
    return JsonResponse({"said": _("Deleted.")})


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
        for name, value in version.fields.items():
            if name != "state":  # what it says is brought back, not whether it is seen
                setattr(row, name, value)
        try:
            row.clean()
        except ValidationError as error:
            return JsonResponse({"said": " ".join(error.messages)}, status=400)
        row.save()
    return answer(row, said=_("Brought back"))


def entry_at(liveblog: int, pk: int) -> Entry:
    """An entry of this live blog; raises Http404."""
    entry = get_object_or_404(Entry, pk=pk)
    if entry.liveblog_id != liveblog:  # not asked of the database, which takes no number of any size for a foreign key
        raise Http404
    return entry


def described(version: Revision) -> dict[str, Any]:
    at = date_format(timezone.localtime(version.at), "DATETIME_FORMAT")
    fields = version.fields
    text = "\n\n".join(fields[name] for name in ("headline", "body", "correction") if fields.get(name))
    state = State(fields["state"]).label
    return {"version": version.pk, "at": at, "by": f"{writer_of(version)} · {state}", "text": text}


def writer_of(version: Revision) -> str:
    person: Any = version.person
    return person.get_public_name() if person else _("a script")


@require_POST
@for_editors
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The entry in the markup that readers get, from what stands in the composer."""
    fields = {name: request.POST.get(name, "")[:20_000] for name in ("headline", "body", "byline", "correction")}
    flags = {name: name in request.POST for name in ("key_event", "pinned")}
    entry = Entry(pk=0, liveblog_id=pk, author=user_of(request), **fields, **flags)
    entry.byline = entry.byline or user_of(request).get_public_name()
    return HttpResponse(render_to_string(entry.item_template, {"entry": entry, "item": entry}))


@require_POST
@for_editors
def mark_liveblog(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin, end or reopen the live blog (`state`), change its `summary`, or after how many idle hours it ends
    (`ends_after`, "" for never). `was` is what it was when the form was opened, if that matters.
    """
    name, value = request.POST.get("name", ""), request.POST.get("value", "")
    if name not in ("state", "summary", "ends_after"):
        raise BadRequest(f"{name[:40]!r} can't be changed here.")
    if not is_allowed(request.user, "change_liveblog"):
        return not_allowed(_("You may change entries, and not the live blog."))
    with statement([stream_name("desk", pk)]):
        liveblog = get_object_or_404(LiveBlog, pk=pk)
        was = text_of(liveblog, name)
        if request.POST.get("was", was) != was:
            said = _("A colleague has changed this meanwhile. Look at it, and save again.")
            return JsonResponse({"said": said}, status=409)
        form = modelform_factory(LiveBlog, fields=[name])({name: value}, instance=liveblog)
        if not form.is_valid():
            return JsonResponse(
                {"said": " ".join(str(text) for errors in form.errors.values() for text in errors)}, status=400
            )
        liveblog.save(update_fields=[name])
    words = {"live": _("It is live."), "ended": _("It has ended."), "upcoming": _("It is announced.")}
    said = words[liveblog.state] if name == "state" else _("Saved.")
    return JsonResponse({"said": said, "undo": {"name": name, "value": was, "was": text_of(liveblog, name)}})


def text_of(liveblog: LiveBlog, name: str) -> str:
    """As the desk's form has it; with one kind of line breaks."""
    value = getattr(liveblog, name)
    return "" if value is None else newlines(str(value))


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
