"""Public pages of a stream: the same bytes for everyone, revalidated by the stream's head."""

from __future__ import annotations

import asyncio
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
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language

from realtime.hub import MALFORMED, ask_once, changes_after, parse_version, query
from realtime.streams import Reset, Slugged, heads

from .compression import compressed, takes_gzip


@cache
def release() -> str:
    """A digest of the code, the templates and the site's name and address: a new release has new pages."""
    digest = hashlib.sha256(f"{settings.SITE_NAME} {settings.SITE_URL}".encode())
    ours = [path for config in apps.get_app_configs() if (path := Path(config.path)).parent == settings.BASE_DIR]
    for path in sorted(path for folder in ours for path in folder.rglob("*")):
        if path.suffix in {".py", ".html", ".xml", ".js", ".css", ".mo"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


async def stream_page(
    request: HttpRequest, stream: str, build: Callable[[int], HttpResponse], beside: Iterable[str] = ()
) -> HttpResponse:
    """The page that `build(head)` renders, or 304 when the browser has it. The head is read before the items are.

    `beside` are streams of which the page shows something, too: it is another one when they change. Compressed for who
    takes that: it is the same for everyone, so that nothing secret can be guessed by its length.
    """
    found = await query(heads, [stream, *beside])
    if (head := found.get(stream)) is None:
        raise Http404
    # LocaleMiddleware, where it is added, may give the same address in several languages.
    asked = f"{get_language()} {place_of(request)} {sorted(found.items())}"
    asked = hashlib.sha256(asked.encode()).hexdigest()[:8]
    # Templates change under a running development server.
    etag = None if settings.DEBUG else f'"{head}-{asked}-{release()}"'
    packed = etag is not None and takes_gzip(request)
    own = f'{etag[:-1]}-gzip"' if etag and packed else etag  # other bytes, another name
    response = get_conditional_response(request, etag=own) or await _page(request, etag, partial(build, head), packed)
    if own:
        response["ETag"] = own
        patch_vary_headers(response, ["Accept-Encoding"])
    patch_cache_control(response, no_cache=True)
    return response


def place_of(request: HttpRequest) -> str:
    """What a page depends on in its address; whatever else newsletters write into the query changes nothing."""
    return " ".join(f"{name}={place}" for name in ("before", "after") if (place := request.GET.get(name)))


async def _page(
    request: HttpRequest, etag: str | None, build: Callable[[], HttpResponse], packed: bool
) -> HttpResponse:
    """Built and compressed once for a crowd that comes at once. First pages are kept for a while: of others, strangers
    may ask for as many as they like."""
    if etag is None or request.method == "POST":
        return await sync_to_async(build)()
    key = (etag, request.scheme, request.get_host(), request.path)
    built = await ask_once(key, sync_to_async(build), keep=not place_of(request))
    if built.status_code != 200:  # a redirect has each one's own query
        return await sync_to_async(build)()
    response = HttpResponse(built.content, status=built.status_code, headers=built.headers)
    if packed:
        pack = partial(asyncio.to_thread, compressed, built.content)
        response.content = await ask_once((*key, "gzip"), pack, keep=not place_of(request))
        response["Content-Encoding"] = "gzip"
    return response


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
