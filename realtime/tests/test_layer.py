"""Links between processes, here two hubs on one layer: what they carry, and that nobody waits for them."""

import asyncio
import logging

import pytest
from channels.layers import InMemoryChannelLayer, channel_layers
from django.conf import settings
from msgspec import Raw

from realtime.hub import Whispered
from realtime.hub.layer import Link
from realtime.hub.layer import layer as channel_layer
from realtime.hub.messages import Message, Nudge, Whisper, opened, seal, sealed

from .readers import Browser, until

NAME = "testboard.1"
WAVING = {"type": "waving", "person": 5}


class Note(Message):
    text: str


class Waving(Whispered):
    person: int


def signed(body):
    return {"type": "sealed", "body": body, "seal": seal(body, settings.SECRET_KEY)}


class Listener(Link):
    """Keeps the texts of the notes that it hears."""

    def __init__(self):
        super().__init__()
        self.heard: list[str] = []
        self.handlers[Note] = lambda message: self.heard.append(message.text)


@pytest.fixture
async def links(monkeypatch):
    """Two links, both joined to the group of the stream."""
    monkeypatch.setitem(channel_layers.backends, "default", InMemoryChannelLayer())
    made = [Listener(), Listener()]
    for link in made:
        link.join(NAME)
    await until(lambda: all(NAME in link._joined for link in made))
    yield made
    for link in made:
        await link.stop()


def note(text):
    return Note(NAME, text)


async def test_a_message_is_heard_by_all_who_joined_its_sender_included(links):
    links[0].publish(note("hello"))
    await until(lambda: links[0].heard == links[1].heard == ["hello"])
    links[1].leave(NAME)
    await until(lambda: NAME not in links[1]._joined)
    links[0].publish(note("still there?"))
    await until(lambda: links[0].heard == ["hello", "still there?"])
    assert links[1].heard == ["hello"]


@pytest.mark.parametrize(
    "strange",
    [
        {},
        {"type": "of a later release"},
        {"type": ["a", "list"]},
        {"type": "nudge", "stream": NAME, "head": "7"},
        {"type": "note", "stream": NAME, "text": "not signed"},
        {"type": "sealed"},
        {"type": "sealed", "body": 7, "seal": None},
        {**sealed(Note(NAME, "by another site")), "seal": seal(b"", "another key")},
        signed(b"not JSON"),
        signed(b'{"type":"later","stream":"testboard.1"}'),
        signed(b'{"type":"note","stream":"testboard.1","text":1}'),
    ],
)
async def test_messages_that_are_not_understood_are_passed_over(links, strange, caplog):
    with caplog.at_level(logging.WARNING, "realtime.hub.layer"):
        await channel_layer().group_send(NAME, strange)
        links[0].publish(note("and on"))
        await until(lambda: "and on" in links[1].heard)
    assert links[1].heard == ["and on"]
    assert all("passed over" in record.message and not record.exc_info for record in caplog.records)
    assert links[1].up


async def test_heads_are_sent_before_messages_that_wait(links):
    order = []
    links[1].handlers[Nudge] = lambda message: order.append(message.head)
    links[1].handlers[Note] = lambda message: order.append(message.text)
    links[0].publish(note("a"))
    links[0].publish(note("b"))
    links[0].send({NAME: 1})
    links[0].send({NAME: 2})
    await until(lambda: len(order) == 3)
    assert order == [2, "a", "b"]


async def test_of_too_many_messages_that_wait_the_oldest_are_dropped(links, monkeypatch):
    for number in range(1_010):
        links[0].publish(note(str(number)))
    assert len(links[0]._messages) == 1_000
    assert links[0]._messages[0] == note("10")


async def test_while_the_layer_is_away_messages_are_dropped_and_later_ones_arrive(links, monkeypatch):
    with monkeypatch.context() as away:

        async def fail(layer, group, message):
            raise ConnectionError

        away.setattr(InMemoryChannelLayer, "group_send", fail)
        links[0].publish(note("lost"))
        links[0].publish(note("lost too"))
        await until(lambda: not links[0].up)
        assert not links[0]._messages
    links[0].publish(note("back"))
    await until(lambda: links[1].heard == ["back"])
    assert links[0].up


async def test_a_layer_that_hangs_holds_a_message_up_for_its_time_out_alone(links, monkeypatch):
    monkeypatch.setattr("realtime.hub.layer.TIMEOUT", 0.02)
    with monkeypatch.context() as stalled:
        stalled.setattr(InMemoryChannelLayer, "group_send", lambda layer, group, message: asyncio.sleep(3600))
        links[0].publish(note("lost"))
        await until(lambda: not links[0].up)
    links[0].publish(note("back"))
    await until(lambda: links[1].heard == ["back"])


async def test_a_whisper_reaches_the_live_readers_of_all_processes_once(hubs):
    here, there = [await Browser(hub, NAME).open() for hub in hubs]
    hubs[0].whisper(NAME, Waving(5))
    assert here.frames[1:] == [WAVING]  # without waiting for the layer
    await until(lambda: there.frames[1:] == [WAVING])
    hubs[1].whisper(NAME, Waving(6))
    await until(lambda: len(here.frames) == 3)
    assert [frame["person"] for frame in here.frames[1:]] == [frame["person"] for frame in there.frames[1:]] == [5, 6]


async def test_a_whisper_is_not_repeated_to_those_who_come_later(hubs):
    await Browser(hubs[0], NAME).open()
    hubs[0].whisper(NAME, Waving(5))
    late = await Browser(hubs[0], NAME).open(after=7)
    assert late.kinds == ["hello"]


async def test_a_reader_who_does_not_read_costs_a_whisper_nothing(hubs):
    slow, quick = await Browser(hubs[0], NAME).open(), await Browser(hubs[0], NAME).open()
    slow.reading.clear()
    for _ in range(3):
        hubs[0].whisper(NAME, Waving(5))
    assert quick.kinds == ["hello", "waving", "waving", "waving"]
    assert slow.socket not in hubs[0].pump.feeds[NAME].live
    slow.reading.set()
    await until(lambda: slow.socket in hubs[0].pump.feeds[NAME].live)
    assert slow.kinds == ["hello", "waving"]


async def test_a_whisper_to_a_stream_that_nobody_reads_here_goes_to_the_others(hubs):
    del hubs[0].pump.feeds[NAME]
    there = await Browser(hubs[1], NAME).open()
    hubs[0].whisper(NAME, Waving(5))
    await until(lambda: there.frames[1:] == [WAVING])


async def test_a_whisper_is_not_for_its_sender_wherever_they_are(hubs):
    tabs = [await Browser(hub, NAME).open() for hub in hubs for _ in range(2)]
    tabs[1].socket.person = tabs[3].socket.person = 5
    tabs[2].socket.person = 6
    hubs[0].whisper(NAME, Waving(5), sender=5)
    hubs[0].whisper(NAME, Waving(7))
    await until(lambda: tabs[3].kinds == ["hello", "waving"])
    assert [[frame["person"] for frame in tab.frames[1:]] for tab in tabs] == [[5, 7], [7], [5, 7], [7]]


async def test_of_a_whisper_only_what_is_known_is_passed_on(hubs, caplog):
    here = await Browser(hubs[0], NAME).open()

    def say(frame):
        hubs[1].link.publish(Whisper(NAME, hubs[1].link.process, Raw(frame)))

    say(b'{"type":"changes","after":7,"version":8,"items":[]}')
    say(b'{"type":"waving","person":"<b>"}')
    say(b'{"type":"waving","person":5,"hat":"of a later release"}')
    await until(lambda: len(here.frames) > 1)
    assert here.frames[1:] == [WAVING]
    assert [record.exc_info for record in caplog.records] == [None, None]


def test_a_message_is_known_by_its_signature_also_while_the_key_changes(settings):
    settings.SECRET_KEY = "old"
    sent = sealed(Note(NAME, "hello"))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["older", "old"]
    assert opened(sent) == Note(NAME, "hello")
    for changed in ({"body": sent["body"].replace(b"hello", b"hallo")}, {"seal": ""}, {"seal": "\u00e9"}):
        with pytest.raises(ValueError, match="not signed"):
            opened({**sent, **changed})
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ValueError, match="not signed"):
        opened(sent)


def test_what_a_later_release_adds_is_ignored():
    assert opened(signed(b'{"type":"note","stream":"testboard.1","text":"a","more":[1]}')) == Note(NAME, "a")
    assert opened({"type": "nudge", "stream": NAME, "head": 7, "more": 1}) == Nudge(NAME, 7)
    assert sealed(Nudge(NAME, 7)) == {"type": "nudge", "stream": NAME, "head": 7}  # it has no content to sign
