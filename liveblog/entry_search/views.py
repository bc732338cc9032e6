from __future__ import annotations

from functools import reduce
from math import ceil
from operator import and_
from typing import Any

from asgiref.sync import sync_to_async
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from realtime.hub import Rate, address_key, take
from realtime.pages import to_current_slug
from realtime.streams import before

from ..markdown import to_text
from ..models import LiveBlog
from ..views import found
from .words import hit, words_of

FOUND = 20  # entries of a page
RATE = Rate(per_second=1, burst=10)  # each question reads every entry of a live blog


@require_safe
async def entry_search(request: HttpRequest, slug: str) -> HttpResponse:
    """`?q=`: published entries that have all of its words, newest first, page by page."""
    if wait := take({("liveblog search", address_key(request.META.get("REMOTE_ADDR"))): RATE}):
        response = await sync_to_async(render)(request, "429.html", status=429)
        response["Retry-After"] = str(ceil(wait))
        return response
    response = await sync_to_async(answer)(request, slug)
    patch_cache_control(response, no_cache=True)
    return response


def answer(request: HttpRequest, slug: str) -> HttpResponse:
    liveblog: LiveBlog = found(LiveBlog.objects.by_slug(slug))
    if liveblog.slug != slug:
        return to_current_slug(request, liveblog)
    words = words_of(request.GET.get("q", ""))
    context: dict[str, Any] = {"liveblog": liveblog, "words": words, "q": " ".join(words)}
    if words:
        entries = before(liveblog.entries.published(), "published_at", request.GET.get("before", ""))
        rows = list(entries.filter(reduce(and_, map(says, words))).order_by("-published_at", "-pk")[: FOUND + 1])
        context["hits"] = [(row, hit(row.headline, to_text(row.body), words)) for row in rows[:FOUND]]
        context["older"] = rows[FOUND - 1].position if len(rows) > FOUND else ""
    return render(request, "liveblog/entry_search/page.html", context)


def says(word: str) -> Q:
    return Q(headline__icontains=word) | Q(body__icontains=word)
