"""Whose socket it is: Django's session, read as its middleware would read it, but never written or flushed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model, load_backend
from django.http.cookie import parse_cookie
from django.utils.crypto import constant_time_compare


def session_key(scope: Any) -> str | None:
    """The session that the handshake's cookie names."""
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    key = parse_cookie(cookies.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    return key if key and key.isalnum() else None  # what Django never gave out, a database may choke on


def claimed_by(key: str | None) -> int | None:
    """The primary key of the person whom a session names, who may no longer be let in."""
    return primary_key(load(key))


def authenticate(key: str | None) -> Any:
    """The active user whom a session belongs to, or None.

    After a change of password it belongs to nobody; a change of SECRET_KEY it survives by SECRET_KEY_FALLBACKS.
    """
    session = load(key)
    path = session.get(BACKEND_SESSION_KEY)
    if (pk := primary_key(session)) is None or path not in settings.AUTHENTICATION_BACKENDS:
        return None
    person = load_backend(path).get_user(pk)
    if person is None:
        return None
    proof = session.get(HASH_SESSION_KEY, "")
    proofs = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    return person if any(constant_time_compare(proof, each) for each in proofs) else None


def load(key: str | None) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def primary_key(session: Any) -> Any:
    value = session.get(SESSION_KEY)
    return None if value is None else get_user_model()._meta.pk.to_python(value)
