"""What ends a person's sockets raises the head of `user.<pk>`: hubs watch it, and ask again who may stay.

A role or a ban travels there as an item; what is told here has none: the account, its password, its sessions, its
groups and permissions. Changes that tell nobody, such as `update(is_active=False)`, are found by the sockets' own look
once a minute.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete

from realtime.streams import statement, stream_name, touch

AFTER = ("post_add", "post_remove", "post_clear")
CHUNK = 500  # streams locked at once


def user_stream(pk: object) -> str:
    """The stream of a person's own: memberships, markers, and whether they may still be here."""
    return stream_name("user", pk)


def connect() -> None:
    user = get_user_model()
    post_save.connect(_saved, sender=user)
    post_delete.connect(_deleted, sender=user)
    user_logged_out.connect(_logged_out)
    for through in (user.groups.through, user.user_permissions.through):
        m2m_changed.connect(_granted, sender=through)
    m2m_changed.connect(_group_granted, sender=Group.permissions.through)
    pre_delete.connect(_group_deleted, sender=Group)


def _saved(instance: Any, created: bool, update_fields: Collection[str] | None, **kwargs: Any) -> None:
    if not created and update_fields != frozenset({"last_login"}):  # which every sign-in writes
        touch(user_stream(instance.pk))


def _deleted(instance: Any, origin: Any, **kwargs: Any) -> None:
    with statement((), origin) as versions:
        versions.end(user_stream(instance.pk))


def _granted(instance: Any, action: str, reverse: bool, pk_set: Collection[Any] | None, **kwargs: Any) -> None:
    """People's groups or permissions: from their side, or from that of a group or permission."""
    if action in AFTER and not reverse:
        _touch_all([instance.pk])
    elif action in AFTER and pk_set:
        _touch_all(pk_set)
    elif action == "pre_clear" and reverse:  # afterwards nobody knows whom it was about
        _touch_all(instance.user_set.values_list("pk", flat=True))


def _group_granted(instance: Any, action: str, reverse: bool, pk_set: Collection[Any] | None, **kwargs: Any) -> None:
    """A group's permissions; or, from the side of a permission, some groups."""
    if action in AFTER and (pk_set or not reverse):
        groups = pk_set if reverse else [instance.pk]
        _touch_all(get_user_model().objects.filter(groups__in=groups or []).values_list("pk", flat=True))


def _group_deleted(instance: Any, **kwargs: Any) -> None:
    _touch_all(instance.user_set.values_list("pk", flat=True))


def _touch_all(people: Iterable[Any]) -> None:
    names = {user_stream(pk) for pk in people}
    for start in range(0, len(names), CHUNK):
        with statement(chunk := sorted(names)[start : start + CHUNK]) as versions:
            for name in versions.names & set(chunk):
                versions.touch(name)


def _logged_out(request: Any, user: Any, **kwargs: Any) -> None:
    if user is not None:
        request.session.delete()  # Django does so after this signal, when the sockets have long asked
        touch(user_stream(user.pk))
