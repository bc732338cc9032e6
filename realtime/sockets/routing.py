"""Sockets by path: with and without the last slash, and a clear refusal for everything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from channels.routing import URLRouter
from django.conf import settings
from django.urls import URLPattern
from django.urls.exceptions import Resolver404

PREFIX = "/_ws/"


class SocketRouter:
    """Routes sockets to consumers. Routes end with a slash; a path may leave it out."""

    def __init__(self, routes: Sequence[URLPattern]) -> None:
        self.routes = routes
        self._router: Any = URLRouter(list(routes))  # type: ignore[arg-type]  # they are consumers, not views

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = path_of(scope)
        if matches(self.routes, path):
            await self._router({**scope, "path": with_slash(path), "root_path": ""}, receive, send)
        else:
            await receive()  # websocket.connect
            await deny(scope, send, 404, "There is no socket at this path.")


class UpgradeRequired:
    """Answers plain HTTP requests to socket paths; hands all others to the pages."""

    def __init__(self, routes: Sequence[URLPattern], pages: Any) -> None:
        self.routes = routes
        self.pages = pages

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = path_of(scope)
        if not path.startswith(PREFIX):
            await self.pages(scope, receive, send)
        elif matches(self.routes, path):
            upgrade = [(b"upgrade", b"websocket"), (b"connection", b"upgrade")]
            await respond(send, 426, "This path is for WebSockets.", upgrade)
        else:
            await respond(send, 404, "There is no socket at this path.")


def path_of(scope: Any) -> str:
    """The path within the site, which may have its place below that of another: FORCE_SCRIPT_NAME."""
    prefix = (settings.FORCE_SCRIPT_NAME or "").rstrip("/")
    path: str = scope["path"]
    return path.removeprefix(prefix) if path.startswith(f"{prefix}/") else path


def with_slash(path: str) -> str:
    return path if path.endswith("/") else f"{path}/"


def matches(routes: Sequence[URLPattern], path: str) -> bool:
    if not path.startswith(PREFIX):
        return False
    path = with_slash(path).removeprefix("/")
    try:
        return any(route.pattern.match(path) for route in routes)
    except Resolver404:
        return False


async def deny(scope: Any, send: Any, status: int, text: str) -> None:
    """Deny a handshake, with a status where the server can send one (Daphne only has 403)."""
    if "websocket.http.response" in scope.get("extensions", {}):
        await respond(send, status, text, prefix="websocket.")
    else:
        await send({"type": "websocket.close"})


async def respond(
    send: Any,
    status: int,
    text: str,
    headers: Sequence[tuple[bytes, bytes]] = (),
    prefix: str = "",
    body: bool = True,
) -> None:
    content = f"{text}\n".encode()
    plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(content)).encode())]
    fresh = (b"cache-control", b"no-store")
    start = {"type": f"{prefix}http.response.start", "status": status, "headers": [*plain, fresh, *headers]}
    await send(start)
    await send({"type": f"{prefix}http.response.body", "body": content if body else b""})
