"""A process that writes to the site's database as fast as it is told to: one JSON action a line, one JSON answer.

`{"do": "post", "liveblog": slug, "body": …}` answers `{"seconds": …, "id": …}`; other actions are below, those of chat
are the ones that name no live blog.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "correct-horse"  # of all people


class Writer:
    """The test's end of the pipe."""

    def __init__(self, env: dict[str, str]) -> None:
        command = [sys.executable, "-m", "tests.writer"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, env={**os.environ, **env}, stdin=pipe, stdout=pipe, text=True, cwd=ROOT
        )

    def __call__(self, do: str, **fields: Any) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps({"do": do, **fields}), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        self.process.communicate(timeout=10)


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    django.setup()
    for line in sys.stdin:
        action = json.loads(line)
        started = time.monotonic()
        carry_out = in_liveblog if "liveblog" in action else in_chat
        answer = carry_out(**action) or {}
        print(json.dumps({"seconds": time.monotonic() - started, **answer}), flush=True)


def in_liveblog(do: str, liveblog: str, entry: int = 0, **fields: Any) -> dict[str, Any] | None:
    from django.contrib.auth import get_user_model

    from liveblog.models import Entry, LiveBlog

    rows = Entry.objects.filter(pk=entry)
    if do == "create":
        return {"id": LiveBlog.objects.create(slug=liveblog, title=liveblog).pk}
    elif do == "change":
        LiveBlog.objects.filter(slug=liveblog).update(**fields)
    elif do == "post":
        state = Entry.State.PUBLISHED
        created = Entry.objects.create(liveblog=LiveBlog.objects.get(slug=liveblog), **{"state": state, **fields})
        return {"id": created.pk, "version": created.version}
    elif do == "edit":
        rows.update(**fields)
    elif do == "publish":
        rows.publish()
    elif do == "delete":
        rows.delete()
    elif do == "entries":
        names = ("id", "body", "headline", "state", "pinned", "key_event", "image", "version", "desk_version")
        found = Entry.objects.filter(liveblog__slug=liveblog).order_by("published_at", "id").values(*names)
        return {"entries": list(found)}
    elif do in STAFF:
        return STAFF[do](**fields)
    elif do == "heads":
        return {"heads": heads_of(LiveBlog.objects.get(slug=liveblog).stream)}
    elif do == "desk":
        return {"heads": heads_of(f"desk.{LiveBlog.objects.get(slug=liveblog).pk}")}
    elif do == "sign in":
        return {"cookie": cookie_of(get_user_model().objects.get(**fields))}
    return None


def hire(username: str, public_name: str) -> None:
    """Staff, in the group Editors."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group

    person = get_user_model().objects.create(
        username=username, public_name=public_name, password=hashed_password(), is_staff=True
    )
    person.groups.set(Group.objects.filter(name="Editors"))


def change_person(username: str, **fields: Any) -> None:
    from django.contrib.auth import get_user_model

    person = get_user_model().objects.get(username=username)
    for name, value in fields.items():
        setattr(person, name, value)
    person.save()


def sign_out() -> None:
    """Everybody, as when sessions expire: no signal tells."""
    from django.contrib.sessions.models import Session

    Session.objects.all().delete()


STAFF: dict[str, Any] = {"hire": hire, "person": change_person, "sign_out": sign_out}


def in_chat(do: str, room: str = "", people: Sequence[str] = (), **fields: Any) -> dict[str, Any] | None:
    """`people` are usernames; to join makes those who are new, and answers with a session of each."""
    from django.contrib.auth import get_user_model

    from chat.models import Membership, Message, Report, Room

    persons = get_user_model().objects.filter(username__in=people)
    messages = Message.objects.filter(pk=fields.pop("message", 0))
    if do == "open":
        return {"room": Room.objects.create(slug=room, name=room, **fields).pk}
    elif do == "join":
        sign_up(people)
        where = Room.objects.get(slug=room)
        for person in persons:
            where.memberships.create(user=person, **fields)
        return {"people": {person.username: {"id": person.pk, "cookie": cookie_of(person)} for person in persons}}
    elif do == "leave":
        Membership.objects.filter(room__slug=room, user__in=persons).delete()
    elif do == "deactivate":
        for person in persons:
            person.is_active = False
            person.save()
    elif do == "change":
        where = Room.objects.get(slug=room)
        for name, value in fields.items():
            setattr(where, name, value)
        where.save()
    elif do == "mute":
        for person in persons:
            Room.objects.get(slug=room).mute(person, **fields)
    elif do == "say":
        written = [draft(person, text) for person in persons for text in fields["texts"]]
        Message.post(Room.objects.get(slug=room), written)
        return {"ids": [message.pk for message in written]}
    elif do == "report":
        for person in persons:
            Report.objects.create(message=Message.objects.filter(room__slug=room).latest("number"), reporter=person)
    elif do == "edit":
        messages.get().edit(**fields)
    elif do == "delete":
        messages.soft_delete()
    elif do == "restore":
        messages.restore()
    elif do == "heads":
        return {"heads": heads_of(Room.objects.get(slug=room).stream, *(f"user.{person.pk}" for person in persons))}
    elif do == "messages":
        rows = Room.objects.get(slug=room).messages.order_by("number")
        return {"messages": [[row.version, row.number, row.item_id, row.text, str(row.client_id)] for row in rows]}
    return None


def draft(author: Any, text: str) -> Any:
    """A message that is not stored yet."""
    from chat.badges import badge_of
    from chat.models import Message

    names = {"author_name": author.get_public_name(), "author_badge": badge_of(author)}
    return Message(author=author, client_id=uuid4(), text=text, **names)


def sign_up(people: Sequence[str]) -> None:
    from django.contrib.auth import get_user_model

    users = get_user_model().objects
    if new := set(people) - set(users.filter(username__in=people).values_list("username", flat=True)):
        users.bulk_create(users.model(username=name, password=hashed_password()) for name in sorted(new))


@cache
def hashed_password() -> str:
    """Hashing is slow on purpose."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


def cookie_of(person: Any) -> str:
    """A new session's, as a sign-in would give it."""
    from django.test import Client

    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].OutputString([])


def heads_of(*names: str) -> list[int]:
    from realtime.streams import heads

    found = heads(names)
    return [found[name] for name in names]


if __name__ == "__main__":
    main()
