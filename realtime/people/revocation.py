"""What ends a person's sockets raises the head of `user.<pk>`: hubs watch it, and ask again who may stay.

A role or a ban travels there as an item; what is told here has none: the account, its password and its sessions.
Changes that tell nobody, such as `update(is_active=False)`, are found by the sockets' own look once a minute.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, post_save

from realtime.streams import statement, stream_name, touch


def user_stream(pk: object) -> str:
    """The stream of a person's own: memberships, markers, and whether they may still be here."""
    return stream_name("user", pk)


def connect() -> None:
    user = get_user_model()
    post_save.connect(_saved, sender=user)
    post_delete.connect(_deleted, sender=user)
    user_logged_out.connect(_logged_out)


def _saved(instance: Any, created: bool, update_fields: Collection[str] | None, **kwargs: Any) -> None:
    if not created and update_fields != frozenset({"last_login"}):  # which every sign-in writes
        touch(user_stream(instance.pk))


def _deleted(instance: Any, origin: Any, **kwargs: Any) -> None:
    with statement((), origin) as versions:
        versions.end(user_stream(instance.pk))


def _logged_out(request: Any, user: Any, **kwargs: Any) -> None:
    if user is not None:
        request.session.delete()  # Django does so after this signal, when the sockets have long asked
        touch(user_stream(user.pk))
