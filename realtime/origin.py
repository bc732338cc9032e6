"""Who may open a socket from a browser: the Origin rule of Django's CSRF protection."""

from __future__ import annotations

import logging
from collections.abc import Callable
from io import BytesIO
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.decorators import sync_and_async_middleware

from .routing import refuse

log = logging.getLogger(__name__)
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


@sync_and_async_middleware
def canonical_host(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """The middleware that does so for pages, before anything asks for their host."""
    if iscoroutinefunction(get_response):

        async def answer(request: HttpRequest) -> Any:
            return await get_response(canonical(request))

        return answer
    return lambda request: get_response(canonical(request))


class OriginCheck(CsrfViewMiddleware):
    """Same scheme and host, or named in CSRF_TRUSTED_ORIGINS; a missing Origin is refused.

    Channels' own check lets everything pass with `*` in ALLOWED_HOSTS, and does not compare the scheme.
    """

    def __init__(self, application: Any) -> None:
        super().__init__(lambda request: None)  # type: ignore[arg-type]
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # type: ignore[override]
        if reason := self.objection(scope):
            log.warning("Socket refused: %s", reason)
            await receive()  # websocket.connect
            await refuse(scope, send, 403, "Sockets are for this site's own pages.")
        else:
            await self.application(scope, receive, send)

    def objection(self, scope: Any) -> str | None:
        path = scope["path"][:100]
        scheme = SCHEMES.get(scope.get("scheme", "ws"), "http")
        try:
            request = canonical(ASGIRequest({**scope, "method": "GET", "scheme": scheme}, BytesIO()))
            origin = request.META.get("HTTP_ORIGIN")
            if origin is None:
                return f"{path!r} without an Origin header"
            if self._origin_verified(request):  # type: ignore[attr-defined]
                return None
            host = request.get_host()
        except (DisallowedHost, UnicodeError) as error:
            return f"{path!r}: {error}"
        here = f"{request.scheme}://{host}"
        return f"{path!r} from {origin[:100]!r}, which is not {here!r}. If it is yours: CSRF_TRUSTED_ORIGINS"
