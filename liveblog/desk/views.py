"""The desk's page, and what its scripts ask of entries."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import user_of
from realtime.desk import row_values, submission, token_of, way_back
from realtime.hub import query, query_once
from realtime.pages import stream_changes
from realtime.streams import before, heads, html, name_parts, statement, stream_name, stream_of_slug

from ..models import Entry, LiveBlog
from .access import for_editors, is_allowed, is_editor, not_allowed
from .answers import State, answer, entry_at, refused
from .forms import EntryForm
from .past import UNDOABLE

PAGE = 50  # entries of a page
FLAGS = {"true": True, "false": False}
MARKED = {
    ("pinned", "true"): gettext_lazy("Pinned"),
    ("pinned", "false"): gettext_lazy("Unpinned"),
    ("key_event", "true"): gettext_lazy("Marked as key event"),
    ("key_event", "false"): gettext_lazy("Unmarked: it is no key event now"),
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
        was, before = row.state, row_values(row, UNDOABLE)
        form = EntryForm(request.POST, request.FILES, instance=row)
        if not form.is_valid():
            return refused(form)
        form.save()
    sent = "" if "image" in form.changed_data else way_back(request.user, row, before)
    return answer(row, sent and {"sent": sent}, note=form.note, said=_("Saved") if row.state == was else "")


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


@require_POST
@for_editors
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The entry in the markup that readers get, from what stands in the composer."""
    fields = {name: request.POST.get(name, "")[:20_000] for name in ("headline", "body", "byline", "correction")}
    flags = {name: name in request.POST for name in ("key_event", "pinned")}
    entry = Entry(pk=0, liveblog_id=pk, author=user_of(request), **fields, **flags)
    entry.byline = entry.byline or user_of(request).get_public_name()
    return HttpResponse(render_to_string(entry.item_template, {"entry": entry, "item": entry}))
