from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from realtime.hub import query_once
from realtime.pages import stream_page
from realtime.streams import name_parts, stream_of_slug

from ..models import LiveBlog
from .lists import listed


@require_safe
async def highlights(request: HttpRequest, slug: str) -> HttpResponse:
    """The list alone, for a card that came without it: of what went live while its reader looked at the index."""

    def build(head: int) -> HttpResponse:
        liveblog: LiveBlog = get_object_or_404(LiveBlog, pk=name_parts(stream).key)
        return HttpResponse(listed(liveblog, head), headers={"X-Robots-Tag": "noindex"})

    stream = await query_once(stream_of_slug, LiveBlog, slug)
    if stream is None:
        raise Http404
    return await stream_page(request, stream, build)
