from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from realtime.hub import query_once

from .. import views
from ..models import LiveBlog
from ..sharing import absolute, one_line

WIDTH, HEIGHT = 640, 720  # pixels of the frame, unless who asks has less
LEAST = 240
TEMPLATES = {"template": "liveblog/embed/liveblog.html", "layout": "liveblog/embed/frame.html"}


def ancestors() -> list[str]:
    """Who may frame it; nobody, if the setting is empty."""
    return [CSP.SELF, *settings.EMBED_ANCESTORS] if settings.EMBED_ANCESTORS else [CSP.NONE]


@require_safe
async def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of the live blog without what stands around it. All other pages refuse to be framed."""
    policy: dict[str, Any] = {**settings.SECURE_CSP, "frame-ancestors": ancestors()}
    page: Any = await csp_override(policy)(views.liveblog)(request, slug, **TEMPLATES)
    page.xframe_options_exempt = True  # it knows of one's own site alone: the policy says what it can't
    return page


@require_safe
async def oembed(request: HttpRequest) -> HttpResponse:
    """What stands for the page of a live blog elsewhere: a frame. By version 1.0 of the specification, as JSON."""
    if request.GET.get("format", "json") != "json":
        return answer({"error": "Only json is spoken here."}, 501)
    try:
        width, height = within(request.GET.get("maxwidth"), WIDTH), within(request.GET.get("maxheight"), HEIGHT)
    except ValueError:
        return answer({"error": "maxwidth and maxheight are whole numbers of pixels."}, 400)
    slug = slug_at(request.GET.get("url", ""), request.get_host())
    liveblog = slug and settings.EMBED_ANCESTORS and await query_once(LiveBlog.objects.by_slug, slug)
    if not liveblog:
        return answer({"error": "That is not the address of a live blog of this site."}, 404)
    frame = {"src": absolute(reverse("liveblog:embed", args=[liveblog.slug])), "width": width, "height": height}
    title = one_line(liveblog.title)
    return answer(
        {
            "version": "1.0",
            "type": "rich",
            "title": title,
            "provider_name": settings.SITE_NAME,
            "provider_url": absolute(reverse("front")),
            "cache_age": 3600,
            "html": render_to_string("liveblog/embed/code.html", {**frame, "title": title}).strip(),
            "width": width,
            "height": height,
        }
    )


def within(asked: str | None, most: int) -> int:
    """As many pixels as there are, at most; ValueError for what is no number, or leaves nothing to read."""
    if asked is None:
        return most
    if not (asked.isascii() and asked.isdecimal() and 0 < len(asked) < 6):
        raise ValueError(asked)
    return max(LEAST, min(most, int(asked)))


def slug_at(address: str, host: str) -> str | None:
    """The slug in the address of a live blog, or of its frame, at this site."""
    try:
        found = urlsplit(address)
        match = resolve(found.path) if found.scheme in ("http", "https") else None
    except (ValueError, Resolver404):
        return None
    ours = {urlsplit(settings.SITE_URL).netloc, host}
    known = match and match.view_name in ("liveblog:liveblog", "liveblog:embed") and found.netloc in ours
    return match.kwargs["slug"] if match and known else None


def answer(content: dict[str, Any], status: int = 200) -> HttpResponse:
    """For everyone, also for an editor's script on another site."""
    response = JsonResponse(content, status=status)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=300" if status == 200 else "no-store"
    return response
