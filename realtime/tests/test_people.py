"""Sockets of people: whose they are, what they may do, and that they end when that person may not stay."""

import asyncio
import threading

import pytest
from django.contrib.auth import get_user_model, logout
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.db import OperationalError, transaction
from django.http import HttpRequest
from django.test import Client

from realtime.hub import timing
from realtime.people import PersonConsumer
from realtime.people import consumers as people
from realtime.people.consumers import concerns
from realtime.sockets.shares import Shares
from realtime.streams import Changes, Close, Reset, create_streams, heads, reading, touch
from realtime.streams.wire import Encoded

from . import seats
from .board.models import Seat
from .readers import Browser, in_thread, post
from .seats import SeatConsumer, answer, code_of, stays


async def test_a_member_is_let_in_and_others_are_not(opened, members, seat, signed_in, bob):
    assert await stays(await opened(members, signed_in))
    stranger = Client()
    await in_thread(stranger.force_login, bob)
    assert await code_of(await opened(members, stranger)) == Close.FORBIDDEN
    assert await code_of(await opened(members)) == Close.FORBIDDEN


async def test_what_is_open_to_all_is_open_to_nobody_in_particular(opened, board):
    assert (await answer(await opened(board), id="7", text="hello"))["by"] is None


def change(person, **fields):
    vars(person).update(fields)
    person.save()


CAUSES = {
    "sign-out": lambda alice, client: client.logout(),
    "a changed password": lambda alice, client: change(alice, password="changed"),
    "deactivation": lambda alice, client: change(alice, is_active=False),
    "deletion": lambda alice, client: alice.delete(),
}


@pytest.mark.parametrize("cause", CAUSES)
async def test_sign_out_password_and_deactivation_end_a_persons_sockets_everywhere(
    cause, opened, board, members, seat, signed_in, alice
):
    tab, other_tab = await opened(board, signed_in), await opened(members, signed_in)
    assert await stays(tab)
    assert await stays(other_tab)
    await in_thread(CAUSES[cause], alice, signed_in)
    assert {await code_of(tab), await code_of(other_tab)} == {Close.SIGN_IN}


async def test_sign_out_in_one_browser_leaves_the_other_signed_in(opened, board, signed_in, alice):
    phone = Client()
    await in_thread(phone.force_login, alice)
    here, there = await opened(board, signed_in), await opened(board, phone)
    assert await stays(there)
    await in_thread(signed_in.logout)
    assert await code_of(here) == Close.SIGN_IN
    assert await stays(there)


async def test_a_lost_seat_ends_the_sockets_that_it_was_for_alone(opened, board, members, seat, signed_in):
    kept, lost = await opened(board, signed_in), await opened(members, signed_in)
    assert await stays(kept)
    assert await stays(lost)
    await in_thread(seat.delete)
    assert await code_of(lost) == Close.FORBIDDEN
    assert await stays(kept)


async def test_a_board_that_becomes_private_ends_the_sockets_of_whoever_has_no_seat(opened, board, signed_in, alice):
    await in_thread(Seat(board=board, user=alice).save)
    member, nobody = await opened(board, signed_in), await opened(board)
    assert await stays(member)
    assert await stays(nobody)
    board.title = "members"
    await in_thread(board.save)
    assert await code_of(nobody) == Close.FORBIDDEN
    assert await stays(member)


async def test_what_is_written_right_after_a_board_became_private_is_not_seen_by_who_is_shut_out(
    opened, board, signed_in, alice
):
    await in_thread(Seat(board=board, user=alice).save)
    member, nobody = await opened(board, signed_in), await opened(board)
    assert await stays(member)
    assert await stays(nobody)

    @transaction.atomic  # so that one answer has both
    def close_and_write():
        board.title = "members"
        board.save()
        board.notes.create(text="a secret")

    await in_thread(close_and_write)
    seen = []
    while (message := await nobody.receive_output(5))["type"] != "websocket.close":
        seen.append(message["text"])
    assert not any("a secret" in text for text in seen)
    while "a secret" not in (await member.receive_output(5))["text"]:
        pass


@pytest.fixture
def slow_looks(monkeypatch):
    """What people have of their own is read only when this event is set."""
    read, may_read = reading.read, threading.Event()

    def slow(cursors, *args):
        if any(name.startswith("user.") for name in cursors):
            may_read.wait(10)
        return read(cursors, *args)

    monkeypatch.setattr(reading, "read", slow)
    yield may_read
    may_read.set()


LOSSES = {"seat": lambda alice, client: Seat.objects.all().delete(), **CAUSES}


@pytest.mark.parametrize("loss", LOSSES)
async def test_nothing_that_is_written_after_a_right_was_lost_reaches_who_lost_it(
    loss, opened, members, seat, signed_in, alice, hub, slow_looks
):
    slow_looks.set()
    tab, member = await opened(members, signed_in), await Browser(hub, members.stream).open()
    assert await stays(tab)
    slow_looks.clear()
    await in_thread(LOSSES[loss], alice, signed_in)  # it is done, and who did it has been told so
    await member.reaches(await post(members, "a secret"))
    slow_looks.set()
    said = []
    while (message := await tab.receive_output(5))["type"] != "websocket.close":
        said.append(message["text"])
    assert not any("a secret" in text for text in said)
    assert "a secret" in member.items.values()


async def test_what_costs_no_right_holds_nobody_up_for_long(opened, members, seat, signed_in, alice, hub):
    tab = await opened(members, signed_in)
    assert await stays(tab)
    await in_thread(touch, f"user.{alice.pk}")
    await post(members, "news")
    while "news" not in (await tab.receive_output(5))["text"]:
        pass
    [socket] = hub.pump.feeds[members.stream].live
    assert not socket.held


async def test_nobody_keeps_reading_since_one_look_failed(opened, board, monkeypatch):
    monkeypatch.setattr(timing, "TICK", 0.05)
    nobody = await opened(board)
    assert await stays(nobody)
    failures = iter([OperationalError("locked")])

    def failing(name, person):
        for failure in failures:
            raise failure
        return look(name, person)

    look = seats.board_of
    monkeypatch.setattr(seats, "board_of", failing)
    board.title = "members"
    await in_thread(board.save)
    assert await code_of(nobody) == Close.FORBIDDEN


async def test_a_change_of_access_during_the_handshake_is_looked_at_after_it(
    opened, board, signed_in, alice, monkeypatch
):
    given: list[Seat] = []
    told = threading.Event()

    def changed(self, answer):
        PersonConsumer.changed(self, answer)
        told.set()

    def while_connecting(name, person):
        if not given:
            given.append(Seat.objects.create(board=board, user=alice))
            assert told.wait(5)
        return look(name, person)

    look = seats.board_of
    monkeypatch.setattr(SeatConsumer, "changed", changed)
    monkeypatch.setattr(seats, "board_of", while_connecting)
    socket = await opened(board, signed_in)
    assert await stays(socket)
    await in_thread(given[0].delete)
    assert await stays(socket)


REVOKED = {
    "a group is left": lambda alice, group, right: alice.groups.remove(group),
    "a group sends them away": lambda alice, group, right: group.user_set.remove(alice),
    "a group is emptied": lambda alice, group, right: group.user_set.clear(),
    "all groups are left": lambda alice, group, right: alice.groups.clear(),
    "a group loses a permission": lambda alice, group, right: group.permissions.remove(right),
    "a permission is taken from its groups": lambda alice, group, right: right.group_set.remove(group),
    "a group is deleted": lambda alice, group, right: group.delete(),
    "a permission is lost": lambda alice, group, right: alice.user_permissions.remove(right),
}


@pytest.mark.parametrize("how", REVOKED)
def test_lost_groups_and_permissions_are_told(db, alice, bob, how):
    right = Permission.objects.get(codename="add_session")
    group = Group.objects.create(name="Desk")
    group.permissions.add(right)
    alice.groups.add(group)
    alice.user_permissions.add(right)
    names = [f"user.{person.pk}" for person in (alice, bob)]
    create_streams(names)
    before = heads(names)
    REVOKED[how](alice, group, right)
    after = heads(names)
    assert [after[name] > before[name] for name in names] == [True, False]


async def test_what_nobody_tells_is_found_by_the_look_once_a_minute(opened, board, signed_in, monkeypatch):
    monkeypatch.setattr(people, "RECHECK", 0.1)
    socket = await opened(board, signed_in)
    assert await stays(socket)
    await in_thread(Session.objects.all().delete)
    assert await code_of(socket) == Close.SIGN_IN


async def test_a_silent_deactivation_is_found_too(opened, board, signed_in, alice, monkeypatch):
    monkeypatch.setattr(people, "RECHECK", 0.1)
    socket = await opened(board, signed_in)
    assert await stays(socket)
    await in_thread(lambda: get_user_model().objects.filter(pk=alice.pk).update(is_active=False))
    assert await code_of(socket) == Close.SIGN_IN


async def test_a_database_that_is_away_ends_nobody(opened, board, signed_in, alice, hub, monkeypatch):
    monkeypatch.setattr(timing, "TICK", 0.05)
    socket = await opened(board, signed_in)
    assert await stays(socket)
    asked: asyncio.Queue[str] = asyncio.Queue()

    def away(key):
        hub.loop.call_soon_threadsafe(asked.put_nowait, key)
        raise OperationalError

    monkeypatch.setattr(people, "authenticate", away)
    await in_thread(touch, f"user.{alice.pk}")
    for _ in range(3):
        await asyncio.wait_for(asked.get(), 5)
    assert await stays(socket)


async def test_a_person_may_have_so_many_sockets(opened, board, signed_in, monkeypatch, hub):
    monkeypatch.setattr(people, "MAX_PER_PERSON", 2)
    first, second = await opened(board, signed_in), await opened(board, signed_in)
    assert await stays(first)
    assert await stays(second)
    assert await code_of(await opened(board, signed_in)) == Close.TOO_MANY
    assert await stays(second)
    await first.disconnect()
    assert await stays(await opened(board, signed_in))


async def test_who_left_is_forgotten(opened, board, signed_in, hub, alice):
    socket = await opened(board, signed_in)
    assert await stays(socket)
    await socket.disconnect()
    assert not hub.service(Shares).taken
    assert hub.pump.feeds[f"user.{alice.pk}"].watchers == set()


async def test_a_sign_in_that_only_notes_its_time_asks_nobody_again(transactional_db, alice):
    name = f"user.{alice.pk}"
    await in_thread(create_streams, [name])
    before = await in_thread(heads, [name])
    await in_thread(lambda: alice.save(update_fields=["last_login"]))
    assert await in_thread(heads, [name]) == before


def test_signing_out_without_a_session_is_nothing(db):
    request = HttpRequest()
    request.session = Client().session
    logout(request)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Changes(4, 5, [Encoded("marker-1", 5, b"")]), False),
        (Changes(4, 5, [Encoded("seat-1", 5, b"")]), True),
        (Changes(4, 5, [], touched=True), True),
        (Changes(4, 6, [Encoded("marker-1", 6, b"")]), False),  # it was changed twice
        (Changes(4, 6, [Encoded("marker-1", 6, b"")], touched=True), True),
        (Reset(9, []), True),
    ],
)
def test_only_what_may_concern_access_is_asked_again(answer, expected):
    assert concerns(answer, frozenset({"seat"})) is expected
