"""Sockets of what is a person's own, over ASGI: memberships, mentions, and how far each room has come."""

import threading

import pytest

from chat import unread
from chat.models import Message
from realtime.hub import Reader, get_hub
from realtime.streams import Close
from realtime.tests.readers import until

from .tabs import write

pytestmark = pytest.mark.django_db(transaction=True)


async def test_ones_own_stream_is_for_oneself(connect, open_tab, alice, bob):
    assert await (await connect(f"/_ws/chat/user/{alice.pk}")).closed() == Close.SIGN_IN
    assert await (await connect(f"/_ws/chat/user/{alice.pk}", bob)).closed() == Close.FORBIDDEN
    assert await (await connect(f"/_ws/chat/user/{10**30}", bob)).closed() == Close.FORBIDDEN
    assert (await open_tab(f"/_ws/chat/user/{alice.pk}", alice)).hello["version"]


async def test_ones_own_stream_takes_no_frames(open_tab, alice):
    tab = await open_tab(f"/_ws/chat/user/{alice.pk}", alice)
    await tab.socket.send_json_to({"type": "typing"})
    assert (await tab.frame("error"))["code"] == "read_only"


async def test_it_tells_how_far_each_room_has_come_at_first_and_when_one_moves(open_tab, members, say, room, alice):
    await write(say)
    own = await open_tab(f"/_ws/chat/user/{alice.pk}", alice)
    assert await own.frame("unread") == {"type": "unread", "room": room.pk, "last": 1}
    await write(say)
    assert await own.frame("unread") == {"type": "unread", "room": room.pk, "last": 2}


async def test_a_message_that_is_deleted_unread_is_taken_back(open_tab, members, say, room, alice):
    await write(say)
    own = await open_tab(f"/_ws/chat/user/{alice.pk}", alice)
    assert (await own.frame("unread"))["last"] == 1
    message = await write(say)
    assert (await own.frame("unread"))["last"] == 2
    await write(Message.objects.filter(pk=message.pk).soft_delete)
    assert (await own.frame("unread"))["last"] == 1


async def test_an_edit_is_no_news_there(open_tab, members, say, room, alice):
    message = await write(say)
    own = await open_tab(f"/_ws/chat/user/{alice.pk}", alice)
    assert (await own.frame("unread"))["last"] == 1
    await write(message.edit, "Hello again.")
    await write(say)
    assert (await own.frame("unread"))["last"] == 2


async def test_it_follows_the_rooms_that_one_joins_and_leaves(open_tab, private, room, say, alice, join):
    own = await open_tab(f"/_ws/chat/user/{alice.pk}", alice)
    membership = await write(join, alice, room=private)
    assert (await own.item("membership"))["data"]["room"] == private.pk
    assert await own.frame("unread") == {"type": "unread", "room": private.pk, "last": 0}
    await write(membership.delete)
    assert (await own.item("membership"))["removed"] is True
    await write(join, alice)
    assert await own.frame("unread") == {"type": "unread", "room": room.pk, "last": 0}
    await write(say, room=private)
    await write(say)
    assert await own.frame("unread") == {"type": "unread", "room": room.pk, "last": 1}


async def test_who_leaves_follows_nothing_any_more(open_tab, members, room, alice):
    own = await open_tab(f"/_ws/chat/user/{alice.pk}", alice)
    await own.frame("unread")
    assert get_hub().pump.feeds[room.stream].watchers
    await own.socket.disconnect()
    assert not get_hub().pump.feeds[room.stream].watchers


async def test_a_mention_is_told_to_who_is_named(open_tab, members, room, alice, bob):
    hers, own = await open_tab("/_ws/chat/lobby", alice), await open_tab(f"/_ws/chat/user/{bob.pk}", bob)
    await hers.do("send", text="@bob?")
    mention = await own.item("mention")
    assert (mention["data"]["room"], mention["data"]["number"]) == (room.pk, 1)


@pytest.fixture
def asked(monkeypatch):
    """A list of the rooms whose last number was asked for."""
    asked = []

    def last_number(room):
        asked.append(room)
        return unread.last_number(room)

    monkeypatch.setattr("chat.following.last_number", last_number)
    return asked


async def test_a_message_takes_one_query_for_all_who_follow_its_room(open_tab, members, say, room, alice, asked):
    tabs = [await open_tab(f"/_ws/chat/user/{alice.pk}", alice) for _ in range(5)]
    for tab in tabs:
        assert (await tab.frame("unread"))["last"] == 0
    await write(say)
    for tab in tabs:
        assert (await tab.frame("unread"))["last"] == 1
    assert asked == [room.pk]


async def test_who_did_not_read_is_told_as_soon_as_they_do(open_tab, members, say, alice, asked, monkeypatch):
    reads = threading.Event()
    monkeypatch.setattr("realtime.hub.timing.TICK", 0.02)
    own = await open_tab(f"/_ws/chat/user/{alice.pk}", alice)
    assert (await own.frame("unread"))["last"] == 0
    monkeypatch.setattr(Reader, "full", property(lambda socket: not reads.is_set(), lambda socket, full: None))
    await write(say)
    await until(lambda: len(asked) > 1)
    reads.set()
    assert (await own.frame("unread"))["last"] == 1
