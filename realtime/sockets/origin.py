"""Who may open a socket from a browser: the Origin rule of Django's CSRF protection."""

from __future__ import annotations

import logging
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.middleware.csrf import CsrfViewMiddleware

from .requests import SCHEMES, canonical
from .routing import deny

log = logging.getLogger(__name__)


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
            await deny(scope, send, 403, "Sockets are for this site's own pages.")
        else:
            await self.application(scope, receive, send)

    def objection(self, scope: Any) -> str | None:
        path = scope["path"][:100]
        scheme = SCHEMES.get(scope.get("scheme", "ws"), "http")
        try:
            request = canonical(ASGIRequest({**scope, "method": "GET", "scheme": scheme}, BytesIO()))
            if settings.SECURE_SSL_REDIRECT and not request.is_secure():
                return f"{path!r} is not by https"  # a page would be redirected; sockets follow none
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
