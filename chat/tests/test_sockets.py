"""Sockets of rooms, over ASGI."""

import asyncio
import threading
from uuid import uuid4

import pytest
from django.test import AsyncClient

from chat import consumers
from chat.actions.posting import store
from chat.consumers import shown
from chat.models import Marker, Membership, Message, Room
from realtime.hub import Rate, get_hub
from realtime.people import consumers as people
from realtime.people.batches import Batches
from realtime.streams import Close
from realtime.tests.pages import JSON
from realtime.tests.readers import until

from .tabs import write

pytestmark = pytest.mark.django_db(transaction=True)

LOBBY = "/_ws/chat/lobby"


@pytest.mark.parametrize("path", [LOBBY, f"{LOBBY}/"])
async def test_anyone_may_read_a_public_room(open_tab, room, path):
    tab = await open_tab(path)
    assert tab.hello == {"type": "hello", "protocol": 1, "version": room.version, "heartbeat": 20}


async def test_what_one_says_everyone_gets_and_the_sender_is_told(open_tab, members, alice, bob):
    his, hers, stranger = await open_tab(LOBBY, bob), await open_tab(LOBBY, alice), await open_tab(LOBBY)
    answer = await hers.do("send", text="Hello, @bob.")
    stored = await write(Message.objects.get)
    assert answer == {
        "type": "ack",
        "id": answer["id"],
        "item": stored.item_id,
        "number": 1,
        "version": stored.version,
    }
    for tab in his, hers, stranger:
        item = await tab.item("message")
        assert (item["id"], item["version"], item["position"]) == (stored.item_id, stored.version, stored.position)
        assert item["data"]["text"] == "Hello, @bob."
        assert item["data"]["author"] == alice.pk


async def test_what_is_edited_and_deleted_changes_for_everyone(open_tab, members, alice, bob):
    his, hers = await open_tab(LOBBY, bob), await open_tab(LOBBY, alice)
    pk = int((await hers.do("send", text="Helo."))["item"].partition("-")[2])
    await his.item("message")
    edited = await hers.do("edit", message=pk, text="Hello.")
    item = await his.item("message")
    assert (item["data"]["text"], item["version"]) == ("Hello.", edited["version"])
    deleted = await his.do("delete", message=pk)  # he is the moderator
    assert await his.item("message") == {"id": f"message-{pk}", "version": deleted["version"], "removed": True}


async def test_the_same_id_from_two_tabs_is_stored_once_and_acknowledged_twice(open_tab, members, alice):
    tabs = [await open_tab(LOBBY, alice) for _ in range(2)]
    id = str(uuid4())
    first, second = await asyncio.gather(*(tab.do("send", id=id, text="Hello.") for tab in tabs))
    assert first == second
    assert await write(Message.objects.count) == 1


async def test_what_comes_while_a_write_is_under_way_is_stored_together(open_tab, members, alice, bob, monkeypatch):
    sizes, go_on = [], threading.Event()

    def slow(room, drafts):
        sizes.append(len(drafts))
        go_on.wait()
        return store(room, drafts)

    monkeypatch.setattr("chat.actions.perform.store", slow)
    tabs = [await open_tab(LOBBY, person) for person in (alice, bob) * 4]
    answers = [asyncio.create_task(tabs[0].do("send", text="first"))]
    await until(lambda: sizes)
    answers += [asyncio.create_task(tab.do("send", text="while it is stored")) for tab in tabs[1:]]
    await until(lambda: sum(map(len, get_hub().service(Batches).queues.values())) == 8)
    go_on.set()
    assert {(await answer)["type"] for answer in answers} == {"ack"}
    assert sizes == [1, 7]
    assert await write(Message.objects.order_by().values("version").distinct().count) == 2


async def test_a_refusal_names_the_action_and_says_why(open_tab, members, room, alice, carol):
    await write(Room.objects.update, slow_seconds=30)
    tab, stranger = await open_tab(LOBBY, alice), await open_tab(LOBBY, carol)
    await tab.do("send", text="one")
    slow = await tab.do("send", text="two")
    assert (slow["type"], slow["code"], slow["retry_after"]) == ("error", "slow", 30)
    assert slow["detail"].startswith("Messages are slowed down here.")
    for text, code in ("", "empty"), ("x" * 4001, "too_long"), ("\0", "malformed"):
        error = await tab.do("send", text=text)
        assert (error["code"], "retry_after" in error) == (code, False)
    assert (await stranger.do("send", text="x"))["code"] == "not_member"
    nobody = await open_tab(LOBBY)
    assert (await nobody.do("send", text="x"))["code"] == "sign_in"


async def test_a_frame_that_cannot_be_understood_is_an_error_and_the_socket_stays_open(open_tab, members, alice):
    tab = await open_tab(LOBBY, alice)
    for frame in "{", '{"type":"send"}', '{"type":"add","id":"x"}', '{"type":"nope"}':
        await tab.socket.send_to(text_data=frame)
        error = await tab.frame("error")
        assert (error["id"], error["code"]) == (None, "malformed")
    id = str(uuid4()).upper()
    await tab.socket.send_to(text_data=f'{{"type":"edit","id":"{id}","message":"no number"}}')
    assert (await tab.frame("error"))["id"] == id
    assert (await tab.do("send", text="Hello."))["type"] == "ack"


async def test_who_goes_too_fast_is_told_how_long_to_wait(open_tab, members, alice, monkeypatch):
    monkeypatch.setattr("realtime.people.consumers.PERSON_RATE", Rate(per_second=0.1, burst=2))
    tab = await open_tab(LOBBY, alice)
    answers = [await tab.do("send", text="Hello.") for _ in range(3)]
    assert [answer["type"] for answer in answers] == ["ack", "ack", "error"]
    assert answers[2]["code"] == "too_fast"
    assert 9 < answers[2]["retry_after"] <= 10


async def test_when_a_write_fails_nobody_knows_and_the_same_id_tells(open_tab, members, alice, monkeypatch, caplog):
    tab = await open_tab(LOBBY, alice)
    id = str(uuid4())
    with monkeypatch.context() as broken:
        broken.setattr("chat.actions.posting.Message.post", lambda *args: 1 / 0)
        assert (await tab.do("send", id=id, text="Hello."))["code"] == "unavailable"
    assert (await tab.do("send", id=id, text="Hello."))["type"] == "ack"


@pytest.mark.parametrize("path", ["search/?q=x", "lobby/members/?q=x"])
async def test_who_searches_too_often_is_told_when_to_try_again(open_tab, members, alice, monkeypatch, path):
    for rate in "chat.views.pages.SEARCH_RATE", "chat.views.members.RATE":
        monkeypatch.setattr(rate, Rate(per_second=0.1, burst=1))
    _, browser = await open_tab(LOBBY, alice), AsyncClient()
    await browser.aforce_login(alice)
    answers = [await browser.get(f"/chat/{path}") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1]["Retry-After"] == "10"
    assert "no-store" in answers[1]["Cache-Control"]
    if path.startswith("search"):
        assert b"try again in a moment" in answers[1].content
        assert b"project/site" in answers[1].content  # a page like the others


async def test_forms_count_towards_the_same_limit(open_tab, members, alice, monkeypatch):
    monkeypatch.setattr("realtime.people.consumers.PERSON_RATE", Rate(per_second=0.1, burst=2))
    tab, browser = await open_tab(LOBBY, alice), AsyncClient()
    await browser.aforce_login(alice)
    assert (await tab.do("send", text="One."))["type"] == "ack"
    answers = [
        await browser.post("/chat/lobby/", {"type": "send", "id": str(uuid4()), "text": "More."}, headers=JSON)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].json()["code"] == "too_fast"
    assert answers[1]["Retry-After"] == "10"
    assert (await tab.item("message"))["data"]["number"] == 1
    assert (await tab.item("message"))["data"]["number"] == 2


async def test_a_member_who_reads_has_a_marker(open_tab, members, say, room, alice):
    await write(say)
    tab, own = await open_tab(LOBBY, alice), await open_tab(f"/_ws/chat/user/{alice.pk}", alice)
    await tab.socket.send_json_to({"type": "read", "number": 7})
    marker = await own.item("marker")
    assert marker["data"] == {"room": room.pk, "number": 1}
    assert await write(lambda: Marker.objects.get().number) == 1


async def test_who_writes_is_seen_typing_by_everyone_else(open_tab, members, room, alice, bob, carol):
    await write(room.mute, bob, 5)
    hers, his, stranger = await open_tab(LOBBY, alice), await open_tab(LOBBY, bob), await open_tab(LOBBY, carol)
    another = await open_tab(LOBBY, alice)
    for tab in stranger, his, hers:
        await tab.socket.send_json_to({"type": "typing"})
    for tab in his, stranger:
        assert await tab.frame("typing") == {"type": "typing", "person": alice.pk, "name": "Alice Liddell"}
    await hers.do("send", text="Hello")
    for tab in hers, another:
        await tab.item("message")
    assert not any(frame["type"] == "typing" for tab in (hers, his, stranger, another) for frame in tab.waiting)


async def test_typing_takes_nothing_from_what_one_may_send(open_tab, members, alice, monkeypatch):
    monkeypatch.setattr(people, "PERSON_RATE", Rate(per_second=0.001, burst=2))
    monkeypatch.setattr(people, "ADDRESS_RATE", Rate(per_second=0.001, burst=2))
    tab = await open_tab(LOBBY, alice)
    for text in "ab":
        for _ in range(4):
            await tab.socket.send_json_to({"type": "typing"})
        assert (await tab.do("send", text=text))["type"] == "ack"
    assert (await tab.do("send", text="c"))["code"] == "too_fast"


async def test_who_types_too_often_is_not_told_of_again_for_a_while(open_tab, members, alice, carol, monkeypatch):
    monkeypatch.setattr(consumers, "TYPING_RATE", Rate(per_second=0.5, burst=2))
    hers, other = await open_tab(LOBBY, alice), await open_tab(LOBBY, carol)
    for _ in range(3):
        await hers.socket.send_json_to({"type": "typing"})
    await hers.do("send", text="Hello")
    await other.item("message")
    assert [frame["type"] for frame in other.waiting].count("typing") == 2


async def test_who_is_signed_in_is_here_once_however_many_tabs(open_tab, room, alice, carol):
    first, second = await open_tab(LOBBY, alice), await open_tab(LOBBY, alice)
    await open_tab(LOBBY, carol)
    await open_tab(LOBBY)
    here = [{"id": person.pk, **shown(person)} for person in (alice, carol)]
    for tab in first, second:
        while (frame := await tab.frame("presence"))["count"] < 2:
            pass
        assert frame["people"] == here
    await second.socket.disconnect()
    await first.socket.disconnect()


async def test_who_leaves_is_no_longer_here(open_tab, room, alice, carol):
    tab, leaving = await open_tab(LOBBY, alice), await open_tab(LOBBY, carol)
    while (await tab.frame("presence"))["count"] < 2:
        pass
    await leaving.socket.disconnect()
    assert (await tab.frame("presence"))["people"] == [{"id": alice.pk, "name": "Alice Liddell", "username": "alice"}]


@pytest.mark.parametrize("public", [False, True])
async def test_by_what_name_people_sign_in_is_told_to_who_is_signed_in(public, open_tab, room, alice, carol, settings):
    settings.PUBLIC_USERNAMES = public
    tabs = [await open_tab(LOBBY, person) for person in (alice, carol, None)]
    late = [await open_tab(LOBBY, person) for person in (carol, None)]
    named = {"id": alice.pk, "name": "Alice Liddell", "username": "alice"}
    without = named if public else {"id": alice.pk, "name": "Alice Liddell"}
    for tab, expected in zip([*tabs, *late], [named, named, without, named, without], strict=True):
        while (frame := await tab.frame("presence"))["count"] < 2:
            pass
        assert expected in frame["people"]
        assert {"username"} <= set().union(*frame["people"]) or expected is without


async def test_a_reader_who_was_away_gets_what_was_missed(open_tab, members, say, alice):
    first, second = await write(say, "one"), await write(say, "two")
    tab = await open_tab(f"{LOBBY}?after={first.version}", alice)
    assert (await tab.item("message"))["id"] == second.item_id


async def test_a_corrected_slug_keeps_its_readers_and_the_old_one_still_leads_there(open_tab, members, room, alice):
    tab = await open_tab(LOBBY, alice)
    room.slug = "hall"
    await write(room.save)
    assert (await tab.item("room"))["data"]["url"] == "/chat/hall/"
    old = await open_tab(LOBBY, alice)
    for each in tab, old:
        assert (await each.do("send", text="Hello."))["type"] == "ack"


async def test_what_does_not_exist_and_what_one_must_not_know_of_look_the_same(connect, private, alice, bob, join):
    await write(join, bob, room=private, banned=True)
    for path in "/_ws/chat/back-room", "/_ws/chat/nowhere":
        for person in None, alice, bob:
            assert await (await connect(path, person)).closed() == Close.NOT_FOUND


async def test_who_is_banned_is_told_so(connect, room, alice, join):
    await write(join, alice, banned=True)
    assert await (await connect(LOBBY, alice)).closed() == Close.FORBIDDEN


async def test_a_ban_closes_the_sockets_of_that_person_alone(open_tab, members, alice, bob):
    his, hers, own = (
        await open_tab(LOBBY, bob),
        await open_tab(LOBBY, alice),
        await open_tab(f"/_ws/chat/user/{alice.pk}", alice),
    )
    assert (await his.do("ban", person=alice.pk, banned=True))["type"] == "ack"
    assert await hers.closed() == Close.FORBIDDEN
    assert (await own.item("membership"))["removed"] is True
    assert (await his.do("send", text="Quiet."))["type"] == "ack"


async def test_a_lost_membership_closes_a_private_room(open_tab, private, alice, bob, join):
    for person in alice, bob:
        await write(join, person, room=private)
    hers, his = await open_tab("/_ws/chat/back-room", alice), await open_tab("/_ws/chat/back-room", bob)
    await write(Membership.objects.filter(user=alice).delete)
    assert await hers.closed() == Close.NOT_FOUND
    assert (await his.do("send", text="She is gone."))["type"] == "ack"


async def test_a_room_that_becomes_private_closes_on_strangers(open_tab, members, room, alice, carol):
    hers, stranger, nobody = await open_tab(LOBBY, alice), await open_tab(LOBBY, carol), await open_tab(LOBBY)
    await write(Room.objects.update, access=Room.Access.PRIVATE)
    assert await stranger.closed() == await nobody.closed() == Close.NOT_FOUND
    assert (await hers.do("send", text="Now we are alone."))["type"] == "ack"


async def test_a_deleted_room_is_gone(open_tab, members, room, alice):
    tab = await open_tab(LOBBY, alice)
    await write(room.delete)
    assert await tab.closed() == Close.GONE
