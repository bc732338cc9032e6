from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import Max, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from realtime.hub import query_once

from ..models import Entry, LiveBlog
from ..sharing import absolute

MOST = 10_000  # live blogs, the latest; the format allows 50,000
KEPT = 300  # seconds: what is new for longer, search engines have not come for


class Place(NamedTuple):
    url: str
    modified: datetime | None


@require_safe
async def sitemap(request: HttpRequest) -> HttpResponse:
    """The index and the live blogs, and when something was last posted there."""
    places = [Place(absolute(reverse("liveblog:index")), None), *await query_once(live_blogs)]
    response = render(request, "liveblog/sitemap/sitemap.xml", {"places": places}, content_type="application/xml")
    patch_cache_control(response, public=True, max_age=KEPT)
    return response


def live_blogs() -> list[Place]:
    entries = Entry.objects.published().filter(liveblog=OuterRef("pk")).order_by().values("liveblog")
    latest = Subquery(entries.annotate(at=Max("published_at")).values("at"))  # from an index alone
    rows = LiveBlog.objects.annotate(latest=latest).values_list("slug", "latest")[:MOST]
    return [Place(absolute(reverse("liveblog:liveblog", args=[slug])), at) for slug, at in rows]


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What is for people alone, or for a page's own script, is not looked through."""
    closed = [reverse("admin:index"), "/accounts/", "/*/changes/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "", f"Sitemap: {absolute(reverse('sitemap'))}"]
    response = HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
    patch_cache_control(response, public=True, max_age=KEPT)
    return response
