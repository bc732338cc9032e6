"""People who are signed in: the sessions that their browsers would name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore

MEMBERS = 100


def make_members(folder: str) -> list[Any]:
    """The users; the keys of their sessions go to `sessions.json` in the folder."""
    User = get_user_model()
    users = User.objects.bulk_create([User(username=f"member{index}", password="!") for index in range(MEMBERS)])
    Path(folder, "sessions.json").write_text(json.dumps([sign_in(user) for user in users]))
    return users


def sign_in(user: Any) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key
