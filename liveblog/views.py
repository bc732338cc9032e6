"""The public pages: complete without JavaScript, the same for everyone, kept current by their stream."""

from typing import Any

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from realtime.hub import query, query_once
from realtime.pages import public_file, send_file, stream_changes, stream_page, to_current_slug
from realtime.streams import html, stream_name, stream_of_slug

from .highlights import fill, highlighted
from .images import originals
from .index import page_of as page_of_index
from .models import Entry, LiveBlog
from .paging import PAGE, page_of

State = Entry.State


@require_safe
async def index(request: HttpRequest) -> HttpResponse:
    """Live blogs in groups. Its stream is that of all cards; a card of what is live shows of another."""

    def build(head: int) -> HttpResponse:
        page = page_of_index(request.GET.get("before", ""), PAGE)
        groups = []
        for group, rows in page.groups:
            cards = [html(row, "liveblogs") for row in rows]
            cards = fill(rows, cards)  # highlights
            groups.append((group, cards))
        older = page.older and f"?before={page.older}"
        return render(request, "liveblog/index.html", {"groups": groups, "head": head, "older": older})

    beside: list[str] = []
    beside += await query_once(highlighted)  # highlights
    return await stream_page(request, "liveblogs", build, beside)


@require_safe
async def index_changes(request: HttpRequest) -> HttpResponse:
    return await stream_changes(request, "liveblogs")


@require_safe
async def liveblog(
    request: HttpRequest, slug: str, template: str = "liveblog/liveblog.html", layout: str = "base.html"
) -> HttpResponse:
    """The page of a live blog, in the frame of the site or in another."""

    def build(head: int) -> HttpResponse:
        liveblog: LiveBlog = found(LiveBlog.objects.by_slug(slug))
        if liveblog.slug != slug:
            return to_current_slug(request, liveblog)
        page = page_of(liveblog, before=request.GET.get("before", ""), after=request.GET.get("after", ""))
        return render(request, template, {**page, "layout": layout, "head": head})

    return await stream_page(request, found(await query_once(stream_of_slug, LiveBlog, slug)), build)


@require_safe
async def changes(request: HttpRequest, slug: str) -> HttpResponse:
    return await stream_changes(request, found(await query_once(stream_of_slug, LiveBlog, slug)))


@require_safe
async def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """The permalink of an entry, with those around it: it does not name the live blog's slug, which may be corrected.

    What was retracted is gone, which is said; of what readers never saw, or what was deleted, there is nothing to say.
    """
    seen = Entry.objects.exclude(version=None).filter(state__in=[State.PUBLISHED, State.RETRACTED])

    def build(head: int) -> HttpResponse:
        entry = get_object_or_404(seen.select_related("liveblog"), pk=pk)
        if entry.state == State.RETRACTED:
            return render(request, "liveblog/retracted.html", {"liveblog": entry.liveblog}, status=410)
        page = page_of(entry.liveblog, around=entry)
        return render(request, "liveblog/entry.html", {**page, "head": head, "entry": entry})

    known = await query(lambda: get_object_or_404(seen, pk=pk))
    return await stream_page(request, stream_name("liveblog", known.liveblog_id), build)


@require_safe
async def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture, in any width, as long as an entry that readers see has it. Else it is the newsroom's alone."""
    if await query(lambda: Entry.objects.published().filter(image__in=originals(name)).exists()):
        return await public_file(request, name)  # and asked for each time: it may be retracted
    person = await request.auser()
    if not await sync_to_async(may_see_drafts)(person):
        raise Http404
    response = await send_file(request, name)
    patch_cache_control(response, private=True, no_store=True)
    return response


def may_see_drafts(person: Any) -> bool:
    """As the admin has it, where who may change something may see it."""
    return person.is_staff and any(person.has_perm(f"liveblog.{deed}_entry") for deed in ("view", "change"))


def found[T](answer: T | None) -> T:
    if answer is None:
        raise Http404
    return answer
