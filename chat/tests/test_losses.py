"""Who loses the right to read a room: nothing that is said after that was acknowledged reaches them."""

from __future__ import annotations

import asyncio
import json
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.urls import reverse

from chat.actions import frames
from chat.actions.perform import submit
from chat.consumers import RoomConsumer
from chat.models import Marker, Membership, Report
from conftest import PASSWORD
from realtime.hub import get_hub, timing
from realtime.streams import touch
from realtime.tests.desk import browser_of
from realtime.tests.readers import until

from .tabs import write

BACK = "/_ws/chat/back-room"
SECRETS = 50


@pytest.fixture
def back(private, join, alice, bob):
    """A private room: alice is in it, bob moderates it."""
    join(alice, room=private)
    join(bob, room=private, role=Membership.Role.MODERATOR)
    return private


def act(kind, **fields):
    def lose(back, alice, bob, editor):
        answer = browser_of(bob).post("/chat/back-room/people/", {"type": kind, "person": alice.pk, **fields})
        assert answer.status_code == 302
        assert not Membership.objects.filter(room=back, user=alice, banned=False).exists()

    return lose


def by_verdict(back, alice, bob, editor):
    message = back.messages.get()
    answer = browser_of(bob).post("/chat/back-room/reports/", {"message": message.pk, "verdict": "ban_author"})
    assert answer.status_code == 302


def in_admin(action, model="membership", **more):
    def lose(back, alice, bob, editor):
        row = Report.objects.get() if model == "report" else Membership.objects.get(room=back, user=alice)
        data = {"action": action, "_selected_action": [row.pk], **more}
        answer = browser_of(editor).post(reverse(f"admin:chat_{model}_changelist"), data)
        assert answer.status_code == 302
        assert not Membership.objects.filter(room=back, user=alice, banned=False).exists()

    return lose


def admin_deactivates(back, alice, bob, editor):
    typed = {"username": "alice", "email": alice.email, "date_joined_0": "2026-01-01", "date_joined_1": "12:00:00"}
    answer = browser_of(editor).post(f"/admin/accounts/user/{alice.pk}/change/", typed)
    assert answer.status_code == 302


def admin_sets_password(back, alice, bob, editor):
    typed = {"usable_password": "true", "password1": "brand-new-horse", "password2": "brand-new-horse"}
    answer = browser_of(editor).post(f"/admin/accounts/user/{alice.pk}/password/", typed)
    assert answer.status_code == 302


def by_herself(path, **fields):
    def lose(back, alice, bob, editor):
        assert browser_of(alice).post(path, fields).status_code in (200, 302)

    return lose


NEW = {"old_password": PASSWORD, "new_password1": "brand-new-horse", "new_password2": "brand-new-horse"}
LOSSES = {
    "a ban": act("ban", banned="true"),
    "a removal": act("remove"),
    "a verdict": by_verdict,
    "a ban in the admin": in_admin("ban"),
    "a removal in the admin": in_admin("delete_selected", post="yes"),
    "a verdict in the admin": in_admin("ban_author", "report"),
    "a deactivation in the admin": admin_deactivates,
    "a password set in the admin": admin_sets_password,
    "a password of her own": by_herself("/accounts/password/", **NEW),
    "leaving": by_herself("/chat/back-room/leave/"),
    "a deleted account": by_herself("/accounts/delete/", password=PASSWORD),
}


@pytest.mark.parametrize("loss", LOSSES)
async def test_of_fifty_messages_after_the_answer_none_arrives(loss, back, open_tab, say, report, alice, bob, editor):
    await write(report, await write(say, "known", room=back))
    tab = await open_tab(BACK, alice)
    await tab.frame("presence")  # it is there for good
    await write(LOSSES[loss], back, alice, bob, editor)
    for number in range(SECRETS):
        await submit(back.pk, bob, frames.Send(id=str(uuid4()), text=f"secret {number}"))
    assert "secret" not in await told_until_closed(tab)


async def test_a_ban_by_socket_is_acknowledged_when_nothing_more_arrives(back, open_tab, alice, bob):
    tab, moderator = await open_tab(BACK, alice), await open_tab(BACK, bob)
    await tab.frame("presence")
    assert (await moderator.do("ban", person=alice.pk, banned=True))["type"] == "ack"
    assert (await moderator.do("send", text="secret"))["type"] == "ack"
    assert "secret" not in await told_until_closed(tab)


async def test_after_a_look_that_failed_nothing_arrives_before_one_that_did_not(
    back, room, open_tab, say, alice, bob, monkeypatch
):
    """Whatever else of the person's own moves meanwhile: it tells nothing of the ban."""
    monkeypatch.setattr(timing, "TICK", 60)  # seconds until the next
    tab = await open_tab(BACK, alice)
    await tab.frame("presence")
    failed, again = asyncio.Event(), asyncio.Event()
    look = RoomConsumer.authorise

    async def fails_once(consumer):
        if not failed.is_set():
            failed.set()
            raise OperationalError
        again.set()
        await look(consumer)

    monkeypatch.setattr(RoomConsumer, "authorise", fails_once)
    await write(back.ban, alice)
    await asyncio.wait_for(failed.wait(), 5)
    marker = await write(Marker.objects.create, room=room, user=alice, number=1)
    own, stream = (get_hub().pump.feeds[name] for name in (f"user.{alice.pk}", back.stream))
    secret = await write(say, "secret", author=bob, room=back)
    await until(lambda: own.version >= marker.version and stream.version >= secret.version)
    assert not again.is_set()
    await write(touch, f"user.{alice.pk}")  # what makes it look again
    assert "secret" not in await told_until_closed(tab)


async def told_until_closed(tab):
    said = [json.dumps(frame) for frame in tab.waiting]
    while (event := await tab.socket.receive_output(timeout=10))["type"] != "websocket.close":
        said.append(event["text"])
    return "".join(said)
