"""Who is here: one list for all processes, by the channel layer alone. The processes are hubs on one layer."""

import asyncio

import pytest
import uvloop
from channels.layers import InMemoryChannelLayer
from django.conf import settings as site

from realtime.hub import Hub, Reader
from realtime.hub.layer import layer as channel_layer
from realtime.hub.messages import Attendance, seal, sealed
from realtime.people import Presence, presence, roster
from realtime.people.roster import SETTLE
from realtime.streams import wire

from .readers import Browser, until

NAME = "testboard.1"
ALICE, BOB, CAROL = (1, {"name": "Alice"}), (2, {"name": "bob", "seat": "A 1"}), (3, {"name": "Carol"})


@pytest.fixture(autouse=True)
def shared(monkeypatch):
    """The layer of these hubs is in memory, and stands for one that reaches other processes."""
    monkeypatch.setattr(presence, "is_shared", lambda: True)


@pytest.fixture
def quick(monkeypatch):
    """Seconds are tenths of seconds."""
    for name in ("REFRESH", "SETTLE", "EXPIRE", "SILENCE"):
        monkeypatch.setattr(roster, name, getattr(roster, name) / 10)


class Tab(Browser):
    """A browser's tab, open on the stream; with a person, who is then shown there."""

    @classmethod
    async def of(cls, hub, person=None):
        tab = await cls(hub, NAME).open()
        if person:
            hub.service(Presence).enter(NAME, *person, tab.socket)
        return tab

    def close(self):
        self.hub.service(Presence).leave(NAME, self.socket)
        self.hub.readers.leave(self.socket)

    @property
    def lists(self):
        return [frame for frame in self.frames if frame["type"] == "presence"]

    def shows(self, *people, current=True):
        listed = [{"id": id, **fields} for id, fields in people]
        frame = {"type": "presence", "people": listed, "count": len(people), "current": current}
        return self.lists[-1:] == [frame]


async def all_show(tabs, *people, current=True):
    await until(lambda: all(tab.shows(*people, current=current) for tab in tabs))


@pytest.fixture
def layer(monkeypatch):
    """`layer(away)` takes the place of what the layer does with messages; `layer(None)` puts it right."""
    real = InMemoryChannelLayer.group_send
    return lambda sends: monkeypatch.setattr(InMemoryChannelLayer, "group_send", sends or real)


def signed(message):
    body = wire.encode(message)
    return {"type": "sealed", "body": body, "seal": seal(body, site.SECRET_KEY)}


async def refused(layer, group, message):
    raise ConnectionError


async def swallowed(layer, group, message):
    """As Redis' layer does it while it finds its way back."""


# The list.


async def test_people_of_all_processes_are_listed_by_name_each_once(hubs, quick):
    tabs = [await Tab.of(hub, person) for hub in hubs for person in (CAROL, ALICE)]
    tabs += [await Tab.of(hubs[1], BOB), await Tab.of(hubs[1], BOB)]
    await all_show(tabs, ALICE, BOB, CAROL)


async def test_a_person_is_here_until_the_last_tab_closes(hubs, monkeypatch):
    monkeypatch.setattr(roster, "REFRESH", 0.05)
    watching = await Tab.of(hubs[0])
    tabs = [await Tab.of(hub, ALICE) for hub in (hubs[0], hubs[0], hubs[1])]
    await all_show([watching, *tabs], ALICE)
    for tab in tabs[:2]:
        tab.close()
    await asyncio.sleep(2 * roster.REFRESH)
    assert len(watching.lists) == 1
    tabs[2].close()
    await all_show([watching])


async def test_a_newcomer_gets_the_list_at_once(hubs):
    await all_show([await Tab.of(hubs[0], ALICE)], ALICE)
    people = b'[{"id":1,"name":"Alice"}]'
    assert (
        hubs[0].service(Presence).frame(NAME, None)
        == b'{"type":"presence","people":%b,"count":1,"current":true}' % people
    )
    assert (
        hubs[0].service(Presence).frame("testboard.2", None)
        == b'{"type":"presence","people":[],"count":0,"current":true}'
    )


@pytest.mark.parametrize("runserver", [False, True])
async def test_who_cannot_hear_others_knows_all_only_where_there_are_none(hubs, monkeypatch, settings, runserver):
    monkeypatch.setattr(presence, "is_shared", lambda: False)
    settings.DEBUG = runserver
    hub = hubs[0]
    hub._services.clear()
    assert (b'"current":true' in hub.service(Presence).frame(NAME, None)) is runserver
    await all_show([await Tab.of(hub, ALICE)], ALICE, current=runserver)


async def test_above_100_people_are_counted(hubs, quick):
    tabs = [await Tab.of(hubs[number % 2], (number, {"name": f"Person {number:03}"})) for number in range(101)]
    counted = {"type": "presence", "people": [], "count": 101, "current": True}
    await until(lambda: all(tab.lists[-1:] == [counted] for tab in tabs))
    tabs.pop().close()
    await all_show(tabs, *((number, {"name": f"Person {number:03}"}) for number in range(100)))


async def test_more_than_100_people_of_one_process_are_announced_without_names(hubs, quick):
    watching = await Tab.of(hubs[1])
    for number in range(150):
        await Tab.of(hubs[0], (number, {"name": "A long name"}))
    await Tab.of(hubs[1], (7, {"name": "One of them"}))
    await until(lambda: watching.lists and watching.lists[-1]["count"] == 150)
    [announced] = hubs[1].service(Presence).rooms[NAME].elsewhere.values()
    assert list(announced.people.values()) == [{}] * 150


async def test_many_changes_are_told_in_few_frames_and_no_change_in_none(hubs, monkeypatch):
    monkeypatch.setattr(roster, "REFRESH", 0.05)
    tabs = [await Tab.of(hubs[0], (number, {"name": f"Person {number:02}"})) for number in range(50)]
    people = [(number, {"name": f"Person {number:02}"}) for number in range(50)]
    await all_show(tabs, *people)
    await asyncio.sleep(5 * roster.REFRESH)
    assert all(len(tab.lists) <= 2 for tab in tabs)
    assert all(tab.shows(*people) for tab in tabs)


async def test_a_socket_that_was_closed_is_nobody(hubs, quick):
    """Its peer may take its time to end the connection."""
    watching, banned = await Tab.of(hubs[1]), await Tab.of(hubs[0], ALICE)
    await all_show([watching], ALICE)
    banned.socket.close(4403)
    await all_show([watching])


async def test_a_reader_who_was_behind_gets_the_list_when_it_reads_again(hubs, quick):
    slow, tab = await Tab.of(hubs[0]), await Tab.of(hubs[0], ALICE)
    await all_show([slow, tab], ALICE)
    slow.reading.clear()
    tabs = [tab, await Tab.of(hubs[0], BOB)]
    await all_show(tabs, ALICE, BOB)
    tabs.append(await Tab.of(hubs[0], CAROL))
    await all_show(tabs, ALICE, BOB, CAROL)
    assert slow.shows(ALICE)
    slow.reading.set()
    await all_show([slow], ALICE, BOB, CAROL)


async def test_who_enters_while_behind_gets_the_list_later(hubs, quick):
    await all_show([await Tab.of(hubs[0], ALICE)], ALICE)
    slow = Tab(hubs[0], NAME)
    slow.reading.clear()
    await hubs[0].subscribe(slow.connect(), NAME, None)
    hubs[0].service(Presence).enter(NAME, *ALICE, slow.socket)  # no news to the others
    await asyncio.sleep(2 * roster.REFRESH)
    slow.reading.set()
    await all_show([slow], ALICE)


# The other processes.


async def test_a_new_process_learns_of_the_others_without_waiting_for_them(hubs, monkeypatch):
    monkeypatch.setattr(roster, "REFRESH", 3600)
    first = await Tab.of(hubs[0], ALICE)
    await all_show([first], ALICE)
    await asyncio.sleep(0.3)
    second = await Tab.of(hubs[1], BOB)
    await all_show([first, second], ALICE, BOB)


async def test_readers_without_a_name_see_who_is_elsewhere(hubs, quick):
    reader = await Tab.of(hubs[0])
    alice = await Tab.of(hubs[1], ALICE)
    await all_show([reader], ALICE)
    alice.close()
    await all_show([reader])


async def test_the_first_to_come_and_the_last_to_leave_are_announced_at_once(hubs, monkeypatch):
    for name in ("REFRESH", "SETTLE", "EXPIRE"):
        monkeypatch.setattr(roster, name, 3600)
    tab = await Tab.of(hubs[0], ALICE)
    await all_show([tab], ALICE)
    bob = await Tab.of(hubs[1], BOB)
    elsewhere = hubs[0].service(Presence).rooms[NAME].elsewhere
    await until(lambda: [announced.people for announced in elsewhere.values()] == [dict([BOB])])
    bob.close()
    await until(lambda: elsewhere == {})


async def test_a_process_does_not_announce_what_has_not_changed_because_others_change(hubs, monkeypatch):
    monkeypatch.setattr(roster, "REFRESH", 3600)
    tabs = [await Tab.of(hub, ALICE) for hub in hubs]
    await all_show(tabs, ALICE)
    await asyncio.sleep(3 * SETTLE)
    sent = []
    monkeypatch.setattr(hubs[0].link, "publish", lambda *message: sent.append(message))
    await Tab.of(hubs[1], BOB)
    await all_show(tabs, ALICE, BOB)
    assert sent == []


async def test_people_of_a_process_that_was_killed_are_gone_after_a_while(hubs, quick):
    tabs = [await Tab.of(hub, person) for hub, person in zip(hubs, (ALICE, BOB), strict=True)]
    await all_show(tabs, ALICE, BOB)
    hubs[1].service(Presence).stop()  # without a word
    await all_show(tabs[:1], ALICE)


async def test_that_a_process_is_gone_is_told_as_soon_as_an_echo_shows_it(hubs, monkeypatch):
    monkeypatch.setattr(roster, "REFRESH", 3600)
    tabs = [await Tab.of(hub, person) for hub, person in zip(hubs, (ALICE, BOB), strict=True)]
    await all_show(tabs, ALICE, BOB)
    monkeypatch.setattr(roster, "EXPIRE", -1)
    echo = sealed(Attendance(NAME, hubs[0].link.process, []))
    async with asyncio.timeout(5):
        while not tabs[0].shows(ALICE):  # what was announced at the start may still be on its way, and bring bob back
            await channel_layer().group_send(NAME, echo)
            await asyncio.sleep(0.02)


async def test_announcements_that_are_not_understood_are_passed_over(hubs, quick):
    tab = await Tab.of(hubs[0], ALICE)
    await all_show([tab], ALICE)
    strange = {"type": "presence", "stream": NAME, "process": "x"}
    nonsense: list[object] = [None, 5, [1], [{"id": 1}], [{"id": [], "fields": {}}], {"1": "Bob"}]
    for people in nonsense:
        await channel_layer().group_send(NAME, signed({**strange, "people": people}))
    bob = {"id": 2, "fields": {"name": "Bob", "seats": ["a list"]}, "more": "of a later release"}
    unsigned = {**strange, "people": [{"id": 3, "fields": {"name": "Mallory"}}]}
    await channel_layer().group_send(NAME, unsigned)
    await channel_layer().group_send(NAME, signed({**strange, "people": [bob], "more": 1}))
    await all_show([tab], ALICE, (2, {"name": "Bob"}))


async def test_without_people_nothing_runs(hubs, quick):
    tabs = [await Tab.of(hub, person) for hub, person in zip(hubs, (ALICE, BOB), strict=True)]
    watching = [await Tab.of(hub) for hub in hubs]
    await all_show([*watching, *tabs], ALICE, BOB)
    for tab in tabs:
        tab.close()
    await all_show(watching)
    await until(lambda: not hubs[0].service(Presence).rooms and not hubs[1].service(Presence).rooms)
    sent = []
    for hub in hubs:
        hub.link.publish = lambda *message: sent.append(message)
    await asyncio.sleep(3 * roster.REFRESH)
    assert sent == []


async def test_a_process_whose_readers_have_all_left_does_not_follow_the_others(hubs, quick):
    reader, alice = await Tab.of(hubs[0]), await Tab.of(hubs[1], ALICE)
    await all_show([reader, alice], ALICE)
    reader.close()
    await until(lambda: not hubs[0].service(Presence).rooms)
    await asyncio.sleep(3 * roster.REFRESH)
    assert not hubs[0].service(Presence).rooms


def test_it_runs_on_the_loop_that_serves():
    """Not all of uvloop's handles are timers."""

    async def come_and_go():
        here = Presence(Hub())
        socket = Reader(asyncio.sleep, print)  # neither is called
        here.enter(NAME, *ALICE, socket)
        here.enter(NAME, *BOB, socket)
        here.leave(NAME, socket)
        await until(lambda: not here.rooms)

    uvloop.run(come_and_go())


@pytest.mark.parametrize("away", [refused, swallowed])
async def test_without_the_layer_the_list_freezes_and_says_so(hubs, quick, layer, away):
    here, there = [await Tab.of(hub, person) for hub, person in zip(hubs, (ALICE, BOB), strict=True)]
    await all_show([here, there], ALICE, BOB)
    layer(away)
    await all_show([here, there], ALICE, BOB, current=False)
    carol = await Tab.of(hubs[0], CAROL)
    await all_show([here, carol], ALICE, BOB, CAROL, current=False)
    there.close()
    await asyncio.sleep(2 * roster.EXPIRE)
    assert here.shows(ALICE, BOB, CAROL, current=False)
    layer(None)
    await all_show([here, carol], ALICE, CAROL)


async def test_when_the_layer_is_back_nobody_is_missed_on_the_way(hubs, quick, layer):
    tabs = [await Tab.of(hub, person) for hub, person in zip(hubs, (ALICE, BOB), strict=True)]
    await all_show(tabs, ALICE, BOB)
    layer(swallowed)
    await all_show(tabs, ALICE, BOB, current=False)
    layer(None)
    await all_show(tabs, ALICE, BOB, current=True)
    for tab in tabs:
        away = next(place for place, frame in enumerate(tab.lists) if not frame["current"])
        assert {frame["count"] for frame in tab.lists[away:]} == {2}


async def test_a_list_that_is_opened_while_the_layer_is_away_says_so(hubs, quick, layer, monkeypatch):
    monkeypatch.setattr(roster, "SILENCE", 3600)
    layer(refused)
    hubs[0].link.publish(Attendance(NAME, "", []))
    await until(lambda: not hubs[0].link.up)
    tab = await Tab.of(hubs[0])
    assert b'"current":false' in hubs[0].service(Presence).frame(NAME, None)
    hubs[0].service(Presence).enter(NAME, *ALICE, tab.socket)
    await all_show([tab], ALICE, current=False)
    layer(None)
    await all_show([tab], ALICE)
