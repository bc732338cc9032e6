"""Two writers of chat at a time: at each lock that the first is about to take, the second goes as far as it can.

`python -m tests.races`, on a migrated PostgreSQL, prints each race with the number of these places, and what failed.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from itertools import count
from threading import Thread, current_thread, main_thread
from typing import Any
from unittest import mock
from uuid import uuid4

Writer = Callable[[], Any]
Scene = Callable[[], tuple[Writer, Writer]]


def race(scene: Scene) -> dict[str, Any]:
    """`scene()` sets everything up anew, and returns both writers."""
    errors: list[str] = []
    places = next(place for place in count() if not comes_between(*scene(), place, errors))
    return {"places": places, "errors": errors}


def comes_between(first: Writer, second: Writer, place: int, errors: list[str]) -> bool:
    """Whether the first writer takes that many locks."""
    from realtime.streams.statements import Statement

    other = Thread(target=attempt, args=(second, errors))
    locks, take = count(), Statement.lock

    def lock(statement: Statement, names: Any) -> None:
        new = set(names) - statement.names
        if new and current_thread() is main_thread() and next(locks) == place:
            other.start()
            while other.is_alive() and not somebody_waits():
                time.sleep(0.002)
        take(statement, new)

    with mock.patch.object(Statement, "lock", lock):
        attempt(first, errors)
        if other.ident:
            other.join()
    return bool(other.ident)


def attempt(writer: Writer, errors: list[str]) -> None:
    from django.db import DatabaseError, connection

    try:
        writer()
    except DatabaseError as error:
        errors.append(str(error).partition("\n")[0])
    finally:
        if current_thread() is not main_thread():
            connection.close()


def somebody_waits() -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


def scenes() -> dict[str, Scene]:
    from django.contrib.auth import get_user_model
    from django.test import Client

    from chat.actions.posting import Draft, store
    from chat.models import Membership, Message, Report, Room
    from chat.unread import mark

    create = get_user_model().objects.create_user
    alice, bob, clara = (create(name, f"{name}@example.org") for name in ("alice", "bob", "clara"))
    editor = create("editor", "editor@example.org", is_staff=True, is_superuser=True)
    desk = Client()
    desk.force_login(editor)

    def room(*people: Any) -> Room:
        slug = uuid4().hex
        room = Room.objects.create(name=slug, slug=slug)
        for person in people or (clara, bob, alice):
            Membership.objects.create(room=room, user=person)
        return room

    def say(room: Room, text: str, author: Any = bob) -> Message:
        (message,) = store(room.pk, [Draft(author.pk, uuid4(), text)])
        assert isinstance(message, Message)
        return message

    def read() -> Writer:
        """Two people read on in another room."""
        message = say(room(), "Hello.")
        return lambda: mark(message.room_id, [(clara.pk, message.number), (alice.pk, message.number)])

    def post(path: str, **fields: Any) -> Writer:
        def writer() -> None:
            assert desk.post(f"/admin/chat/{path}", fields).status_code == 302

        return writer

    def restoring() -> tuple[Writer, Writer]:
        first, second = (say(room(), "@alice") for _ in range(2))
        both = [first.pk, second.pk]
        Message.objects.filter(pk__in=both).soft_delete()
        return post("message/", action="restore", _selected_action=both), lambda: say(first.room, "@alice")

    def judging() -> tuple[Writer, Writer]:
        report = Report.objects.create(message=say(room(), "@alice", author=clara), reporter=bob)
        return post("report/", action="delete_message", _selected_action=report.pk), read()

    def deleting(delete: Callable[[Room], Any]) -> Scene:
        def scene() -> tuple[Writer, Writer]:
            doomed = room()
            say(doomed, "@clara")
            return lambda: delete(doomed), read()

        return scene

    def renaming() -> tuple[Writer, Writer]:
        message = say(room(alice, bob), "Hello.")
        message.room.slug = uuid4().hex
        return message.room.save, lambda: mark(message.room_id, [(alice.pk, 1)])

    def adding() -> tuple[Writer, Writer]:
        full = room(bob)
        fields: dict[str, Any] = {"name": full.name, "slug": full.slug, "access": "public", "slow_seconds": 0}
        fields |= {"memberships-TOTAL_FORMS": 2, "memberships-INITIAL_FORMS": 0}
        for number, person in enumerate([clara, alice]):
            fields |= {f"memberships-{number}-user": person.pk, f"memberships-{number}-role": "member"}
        return post(f"room/{full.pk}/change/", **fields), read()

    return {
        "restore messages of two rooms": restoring,
        "delete a reported message": judging,
        "delete a room": deleting(Room.delete),
        "delete rooms": deleting(lambda room: Room.objects.filter(pk=room.pk).delete()),
        "rename a room": renaming,
        "add people to a room": adding,
    }


if __name__ == "__main__":
    import django
    from django.test.utils import setup_test_environment

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    setup_test_environment()
    print(json.dumps({name: race(scene) for name, scene in scenes().items()}))
