"""The page in a frame, and what oEmbed asks for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from realtime.hub import query_once
from realtime.pages import stream_page, to_current_slug
from realtime.streams import stream_of_slug

from ..models import LiveBlog
from ..paging import page_of
from ..site import absolute

WIDTH, HEIGHT = 600, 800  # pixels, unless fewer are asked for
POLICY: Any = {**settings.SECURE_CSP, "frame-ancestors": settings.EMBED_ANCESTORS}


@require_safe
@xframe_options_exempt
@csp_override(POLICY)
async def embed(request: HttpRequest, slug: str) -> HttpResponse:
    def build(head: int) -> HttpResponse:
        if (liveblog := LiveBlog.objects.by_slug(slug)) is None:
            raise Http404
        if liveblog.slug != slug:
            return to_current_slug(request, liveblog)
        page = page_of(liveblog, before=request.GET.get("before", ""))
        return render(request, "liveblog/embed.html", {**page, "head": head})

    if (name := await query_once(stream_of_slug, LiveBlog, slug)) is None:
        raise Http404
    return await stream_page(request, name, build)


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """`?url=` of a live blog's page; `maxwidth` and `maxheight` are kept to. Of what is no live blog there is none."""
    if request.GET.get("format", "json") != "json":
        return HttpResponse("This is given as JSON alone.", status=501, content_type="text/plain")
    liveblog = liveblog_of(request.GET.get("url", ""))
    width, height = (most(request, name, size) for name, size in (("maxwidth", WIDTH), ("maxheight", HEIGHT)))
    address = absolute(reverse("liveblog:embed", args=[liveblog.slug]))
    frame = format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" frameborder="0"></iframe>',
        address, width, height, liveblog.title,
    )  # fmt: skip
    answer: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": liveblog.title,
        "provider_name": settings.SITE_NAME,
        "provider_url": settings.SITE_URL,
        "cache_age": 3600,
        "html": frame,
        "width": width,
        "height": height,
    }
    response = JsonResponse(answer)
    response["Access-Control-Allow-Origin"] = "*"
    return response


def liveblog_of(url: str) -> LiveBlog:
    parts, ours = urlsplit_or_404(url), urlsplit(settings.SITE_URL)
    if parts.netloc != ours.netloc:
        raise Http404
    try:
        match = resolve(parts.path)
    except Resolver404 as error:
        raise Http404 from error
    liveblog = LiveBlog.objects.by_slug(match.kwargs["slug"]) if match.view_name == "liveblog:liveblog" else None
    if liveblog is None:
        raise Http404
    return liveblog


def urlsplit_or_404(url: str) -> Any:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise Http404 from error


def most(request: HttpRequest, name: str, size: int) -> int:
    text = request.GET.get(name, "")
    return min(size, int(text)) if text.isascii() and text.isdecimal() and 0 < len(text) < 6 else size
