"""Public pages of a stream: the same bytes for everyone, revalidated by the stream's head."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from typing import cast

from asgiref.sync import sync_to_async
from django.apps import apps
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import ResolverMatch, reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language

from realtime.hub import MALFORMED, ask_once, changes_after, parse_version, query
from realtime.streams import Reset, Slugged, heads


@cache
def release() -> str:
    """A digest of the code, the templates, the site's name and address: a new release has new pages."""
    digest = hashlib.sha256(f"{settings.SITE_NAME} {settings.SITE_URL}".encode())
    ours = [path for config in apps.get_app_configs() if (path := Path(config.path)).parent == settings.BASE_DIR]
    for path in sorted(path for folder in ours for path in folder.rglob("*")):
        if path.suffix in {".py", ".html", ".js", ".css", ".mo"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


async def stream_page(request: HttpRequest, stream: str, build: Callable[[int], HttpResponse]) -> HttpResponse:
    """The page that `build(head)` renders, or 304 when the browser has it. The head is read before the items are."""
    head = (await query(heads, [stream])).get(stream)
    if head is None:
        raise Http404
    # LocaleMiddleware, where it is added, may give the same address in several languages.
    asked = hashlib.sha256(f"{get_language()} {place_of(request)}".encode()).hexdigest()[:8]
    # Templates change under a running development server.
    etag = None if settings.DEBUG else f'"{head}-{asked}-{release()}"'
    response = get_conditional_response(request, etag=etag) or await _page(request, etag, partial(build, head))
    if etag:
        response["ETag"] = etag
    patch_cache_control(response, no_cache=True)
    return response


def place_of(request: HttpRequest) -> str:
    """What a page depends on in its address; whatever else newsletters write into the query changes nothing."""
    return request.GET.get("before", "") or request.GET.get("after", "")


async def _page(request: HttpRequest, etag: str | None, build: Callable[[], HttpResponse]) -> HttpResponse:
    """Built once for a crowd that comes at once. First pages are kept for a while: of others, strangers may ask for as
    many as they like."""
    if etag is None or request.method == "POST":
        return await sync_to_async(build)()
    key = (etag, request.scheme, request.get_host(), request.path)
    built = await ask_once(key, sync_to_async(build), keep=not place_of(request))
    if built.status_code != 200:  # a redirect has each one's own query
        return await sync_to_async(build)()
    return HttpResponse(built.content, status=built.status_code, headers=built.headers)


async def stream_changes(
    request: HttpRequest, stream: str, private: bool = False, frames: Iterable[bytes] = ()
) -> HttpResponse:
    """The HTTP fallback: what changed after `?after=N`, as the socket would say it. Who may ask is for the view.

    `frames` are others that the socket would send now, for clients that have none.
    """
    after = parse_version(request.GET.get("after", ""))
    answer = await changes_after(stream, after)
    if answer is None:
        raise Http404
    content = answer.encode()
    if others := b",".join(frames):
        content = b'%b,"frames":[%b]}' % (content.removesuffix(b"}"), others)
    response = HttpResponse(content, content_type="application/json")
    if private:
        patch_cache_control(response, private=True, no_store=True)
    elif isinstance(answer, Reset) or after == MALFORMED:
        patch_cache_control(response, no_store=True)
    else:
        patch_cache_control(response, public=True, max_age=1)
    return response


def to_current_slug(request: HttpRequest, row: Slugged) -> HttpResponse:
    """A redirect to the same page and query under the row's slug of now. The URL pattern calls it `slug`.

    Not for good: a browser would keep that, and a slug that is changed back would lead in circles.
    """
    match = cast(ResolverMatch, request.resolver_match)
    url = reverse(match.view_name, kwargs={**match.kwargs, "slug": row.slug}, query=request.GET)
    return redirect(url)
