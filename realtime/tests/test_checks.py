"""System checks: what would go wrong in production is said before it does, with what to type."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.checks import Error, Warning, registry
from django.urls import path

from realtime.server import checks
from realtime.sockets import CheckConsumer

PRODUCTION = {
    "DEBUG": False,
    "SECRET_KEY": "long-and-random-and-longer-than-fifty-characters-to-be-sure",
    "ALLOWED_HOSTS": ["example.com"],
    "SESSION_ENGINE": "django.contrib.sessions.backends.db",
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
    "MAILERS": {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}},
    "CHANNEL_LAYERS": {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer"}},
}
SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
IN_MEMORY = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}
INSECURE = "django-insecure-development-key"


def found(monkeypatch, **changed):
    monkeypatch.setattr(checks, "settings", SimpleNamespace(**{**PRODUCTION, **changed}))
    return checks.check_production()


@pytest.mark.parametrize("debug", [True, False])
def test_sessions_that_live_in_cookies_are_refused(monkeypatch, debug):
    [error] = found(monkeypatch, SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies", DEBUG=debug)
    assert error.id == "realtime.E003"


def test_a_production_setup_has_nothing_to_be_told(monkeypatch):
    assert found(monkeypatch) == []


@pytest.mark.parametrize(
    ("changed", "kind", "id", "hint"),
    [
        ({"SECRET_KEY": INSECURE}, Error, "realtime.E001", "SECRET_KEY=$(python"),
        ({"SECRET_KEY": "short"}, Warning, "realtime.W004", "SECRET_KEY=$(python"),
        ({"SECRET_KEY": "x" * 60}, Warning, "realtime.W004", "SECRET_KEY=$(python"),
        ({"MAILERS": MAILERS}, Warning, "realtime.W005", "EMAIL_URL=smtp"),
        ({"ALLOWED_HOSTS": ["example.com", "*"]}, Warning, "realtime.W001", "ALLOWED_HOSTS=example.com"),
        ({"DATABASES": SQLITE}, Warning, "realtime.W002", "DATABASE_URL=postgres://"),
        ({"CHANNEL_LAYERS": IN_MEMORY}, Warning, "realtime.W003", "REDIS_URL=redis://"),
    ],
)
def test_each_finding_has_an_id_and_a_hint_that_says_what_to_type(monkeypatch, changed, kind, id, hint):
    [message] = found(monkeypatch, **changed)
    assert (type(message), message.id) == (kind, id)
    assert hint in str(message.hint)


def test_while_developing_only_the_open_hosts_are_said(monkeypatch):
    development = {"DEBUG": True, "SECRET_KEY": INSECURE, "DATABASES": SQLITE, "CHANNEL_LAYERS": IN_MEMORY}
    assert found(monkeypatch, **development) == []
    assert [message.id for message in found(monkeypatch, **development, ALLOWED_HOSTS=["*"])] == ["realtime.W001"]


def test_the_sites_own_socket_routes_are_right():
    assert checks.check_socket_routes() == []


@pytest.mark.parametrize("route", ["live/", "/_ws/live/", "ws/_ws/"])
def test_a_socket_route_outside_its_prefix_is_an_error(monkeypatch, route):
    monkeypatch.setattr(
        import_module(settings.SOCKET_URLCONF),
        "routes",
        [path("_ws/", CheckConsumer.as_asgi()), path(route, CheckConsumer.as_asgi())],
    )
    [message] = checks.check_socket_routes()
    assert (type(message), message.id) == (Error, "realtime.E002")
    assert "path('_ws/" in str(message.hint)


def test_they_run_with_manage_py_check():
    assert {checks.check_production, checks.check_socket_routes} <= set(registry.registry.get_checks())
