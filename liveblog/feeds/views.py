from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from realtime.hub import query_once
from realtime.pages import stream_page, to_current_slug
from realtime.streams import stream_of_slug

from ..models import LiveBlog
from ..sharing import absolute
from ..views import found
from . import formats
from .content import Feed


@require_safe
async def atom(request: HttpRequest, slug: str) -> HttpResponse:
    def write(feed: Feed, address: str) -> HttpResponse:
        return HttpResponse(formats.atom(feed, address), content_type="application/atom+xml; charset=utf-8")

    return await feed(request, slug, write)


@require_safe
async def json(request: HttpRequest, slug: str) -> HttpResponse:
    def write(feed: Feed, address: str) -> HttpResponse:
        content, options = formats.json_feed(feed, address), {"ensure_ascii": False}
        return JsonResponse(content, content_type="application/feed+json", json_dumps_params=options)

    return await feed(request, slug, write)


async def feed(request: HttpRequest, slug: str, write: Callable[[Feed, str], HttpResponse]) -> HttpResponse:
    """Revalidated and compressed as the page is: reader programs ask again and again."""

    def build(head: int) -> HttpResponse:
        liveblog: LiveBlog = found(LiveBlog.objects.by_slug(slug))
        if liveblog.slug != slug:
            return to_current_slug(request, liveblog)
        return write(Feed(liveblog), absolute(request.path))

    return await stream_page(request, found(await query_once(stream_of_slug, LiveBlog, slug)), build)
