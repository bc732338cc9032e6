"""System checks: what would go wrong in production, with a hint that says what to type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.urls import URLPattern, URLResolver, get_resolver

from realtime.sockets.consumers import CheckConsumer, StreamConsumer
from realtime.sockets.routing import PREFIX

CONVERTER = re.compile(r"<[^>]*>")


@register
def check_production(**kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if "*" in settings.ALLOWED_HOSTS:
        hint = "Name the hosts: ALLOWED_HOSTS=example.com,www.example.com"
        found.append(Warning("ALLOWED_HOSTS accepts every host.", hint=hint, id="realtime.W001"))
    if settings.SESSION_ENGINE.endswith("signed_cookies"):
        hint = "Keep them where they can be ended: django.contrib.sessions.backends.db or cached_db."
        found.append(
            Error(
                "SESSION_ENGINE keeps sessions in cookies: no socket would know whose it is.",
                hint=hint,
                id="realtime.E003",
            )
        )
    if settings.DEBUG:
        return found
    if settings.SECRET_KEY.startswith("django-insecure"):
        hint = "Set one: SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(50))')"
        found.append(Error("DEBUG is off and SECRET_KEY is the development key.", hint=hint, id="realtime.E001"))
    elif len(settings.SECRET_KEY) < 50 or len(set(settings.SECRET_KEY)) < 5:
        hint = "Set one: SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(50))')"
        found.append(Warning("SECRET_KEY is weak: it can be guessed.", hint=hint, id="realtime.W004"))
    if "console" in settings.MAILERS["default"]["BACKEND"]:
        hint = "Set EMAIL_URL=smtp://user:password@host:587/?tls=true; until then, mails go to the log."
        found.append(Warning("DEBUG is off and no mail is sent.", hint=hint, id="realtime.W005"))
    if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        hint = "For several machines: DATABASE_URL=postgres://user:password@host/name"
        found.append(Warning("DEBUG is off and the database is SQLite.", hint=hint, id="realtime.W002"))
    if "InMemory" in settings.CHANNEL_LAYERS["default"]["BACKEND"]:
        hint = "Set REDIS_URL=redis://host:6379/0; without it, other processes' changes arrive a second later."
        found.append(Warning("DEBUG is off and the channel layer is in memory.", hint=hint, id="realtime.W003"))
    return found


@register
def check_socket_routes(**kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"The socket route {str(route.pattern)!r} is outside {PREFIX}.",
            hint=f"Write path('{PREFIX[1:]}{str(route.pattern).lstrip('/')}', …): hosting platforms route only that.",
            id="realtime.E002",
        )
        for route in socket_routes()
        if not str(route.pattern).startswith(PREFIX[1:])
    ]


@register
def check_fallbacks(**kwargs: Any) -> list[CheckMessage]:
    """Each stream that a socket carries can be had by HTTP as well: at the same path, with `changes/` behind it."""
    pages = {CONVERTER.sub("<>", pattern) for pattern in patterns(get_resolver())}
    found: list[CheckMessage] = []
    for route in socket_routes():
        wanted = str(route.pattern).removeprefix(PREFIX[1:]) + "changes/"
        consumer = getattr(route.callback, "consumer_class", CheckConsumer)
        if carries_stream(consumer) and CONVERTER.sub("<>", wanted) not in pages:
            hint = f"Add path({wanted!r}, …) with a view that answers by stream_changes(request, stream)."
            text = (
                f"The socket route {str(route.pattern)!r} has no changes URL: who gets no socket would see nothing new."
            )
            found.append(Warning(text, hint=hint, id="realtime.W006"))
    return found


def socket_routes() -> list[URLPattern]:
    routes: list[URLPattern] = import_module(settings.SOCKET_URLCONF).routes
    return routes


def carries_stream(consumer: type[StreamConsumer]) -> bool:
    return issubclass(consumer, StreamConsumer) and consumer.has_items


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """The routes of all pages, as `path()` has them."""
    for each in resolver.url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, route)
        else:
            yield route
