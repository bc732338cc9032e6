"""Requests as browsers send them: hosts written one way, and forms in an encoding that Django reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

SCHEMES = {"ws": "http", "wss": "https"}
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def canonical(request: HttpRequest) -> HttpRequest:
    """Write host and origin as browsers do: case and default ports make no other site of it.

    Some proxies name the scheme of a socket by its own word: `wss` is what `https` is to a page.
    """
    meta = request.META
    header = settings.SECURE_PROXY_SSL_HEADER and settings.SECURE_PROXY_SSL_HEADER[0]
    if header in meta:
        scheme = meta[header].partition(",")[0].strip().lower()
        meta[header] = SCHEMES.get(scheme, scheme)
    if "HTTP_HOST" in meta:
        meta["HTTP_HOST"] = meta["HTTP_HOST"].lower().removesuffix(DEFAULT_PORTS.get(request.scheme or "", " "))
    if "HTTP_ORIGIN" in meta:
        origin = meta["HTTP_ORIGIN"].lower()
        meta["HTTP_ORIGIN"] = origin.removesuffix(DEFAULT_PORTS.get(origin.partition(":")[0], " "))
    return request


def is_readable(request: HttpRequest) -> bool:
    """Django refuses forms that are not in UTF-8 only when it reads them, and again on the page that says so."""
    charset = request.content_params.get("charset") if request.content_params else None
    return charset is None or charset.strip("\"'").lower() in ("utf-8", "utf8")


@sync_and_async_middleware
def canonical_request(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """The middleware that sees to both for pages, before anything else."""

    def refusal(request: HttpRequest) -> HttpResponse | None:
        if is_readable(canonical(request)):
            return None
        return HttpResponse("Forms are sent in UTF-8.\n", status=400, content_type="text/plain; charset=utf-8")

    if iscoroutinefunction(get_response):

        async def answer(request: HttpRequest) -> Any:
            return refusal(request) or await get_response(request)

        return answer
    return lambda request: refusal(request) or get_response(request)
