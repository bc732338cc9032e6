"""Catch-ups: one read answers whoever asks meanwhile, as if each had been read for alone."""

import asyncio
from itertools import product
from typing import Any

import pytest
from django.db import OperationalError, transaction

from realtime.hub import changes_after, replays
from realtime.hub.replays import share
from realtime.models import Stream
from realtime.streams import Close, Reset, prune, reading

from .board.models import Note
from .readers import Browser, in_thread, post, until


@pytest.fixture
def reads(monkeypatch):
    """The cursors that are read for, one after another."""
    found = []
    read = reading.read

    def counted(cursors, *args):
        found.extend(cursors.values())
        return read(cursors, *args)

    monkeypatch.setattr(reading, "read", counted)
    return found


def plain(answer):
    """What a reader makes of it: after a reset, any page will do."""
    return "reset" if isinstance(answer, Reset) else answer.encode()


@pytest.fixture
def past(board, monkeypatch):
    """All cursors around a history with removals, versions of several items, and more than one answer holds."""
    monkeypatch.setattr(reading, "MAX_CHANGES", 8)
    start = board.version
    notes = [board.notes.create(text=f"{number}") for number in range(6)]
    notes[1].delete()
    with transaction.atomic():
        Note.objects.filter(pk__in=[notes[2].pk, notes[3].pk]).update(text="two at once")
        board.notes.create(text="and another")
    notes[4].delete()
    Note.objects.bulk_create(Note(board=board, text=f"more {number}") for number in range(4))
    head = Stream.objects.get(name=board.stream).head
    return [-1, 0, *range(start - 1, head + 4)]


class FromTheOffice(Browser):
    def connect(self):
        socket = super().connect()
        socket.address = "192.0.2.1"
        return socket


def check_sharing(board, past, upto=None):
    alone = {cursor: reading.read({board.stream: cursor}, upto)[board.stream] for cursor in past}
    for asked, cursor in product(past, past):
        if shared := share(alone[asked], asked, cursor):
            assert plain(shared) == plain(alone[cursor]), (asked, cursor)
    return alone


def test_what_is_shared_is_what_would_have_been_read(board, past):
    alone = check_sharing(board, past)
    assert {type(answer).__name__ for answer in alone.values()} == {"Changes", "Reset"}
    check_sharing(board, past, upto=past[-6])


def test_it_is_so_where_an_answer_does_not_hold_everything(board, past, monkeypatch):
    monkeypatch.setattr(reading, "MAX_CHANGES", 500)
    monkeypatch.setattr("realtime.streams.wire.MAX_ITEMS_SENT", 400)
    alone: Any = {cursor: reading.read({board.stream: cursor})[board.stream] for cursor in past}
    assert alone[past[3]].more
    for asked, cursor in product(past, past):
        shared = share(alone[asked], asked, cursor)
        if shared and not isinstance(shared, Reset):  # it may hold less than one frame could, but nothing is left out
            assert all(item in alone[cursor].items for item in shared.items if item.version <= alone[cursor].version)
            assert shared.version > cursor or not shared.more


def test_it_is_so_after_pruning(board, past):
    from django.utils import timezone

    prune(board.stream, timezone.now())
    check_sharing(board, past)


async def test_all_who_ask_meanwhile_are_answered_by_the_next_read(hub, board, reads):
    start = board.version
    head = await post(board, *"abcdefghij")
    answers: Any = await asyncio.gather(*(changes_after(board.stream, cursor) for cursor in range(start, head)))
    assert [answer.after for answer in answers] == list(range(start, head))
    assert [len(answer.items) for answer in answers] == list(range(10, 0, -1))
    assert len(reads) <= 2


async def test_who_asks_while_a_read_is_under_way_is_told_of_what_came_since(hub, board, monkeypatch):
    loop, under_way, posted = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    read = reading.read

    def held(cursors, *args):
        answer = read(cursors, *args)
        loop.call_soon_threadsafe(under_way.set)
        asyncio.run_coroutine_threadsafe(posted.wait(), loop).result(10)
        return answer

    monkeypatch.setattr(reading, "read", held)
    before = asyncio.create_task(hub.replays(board.stream, board.version))
    await under_way.wait()
    head = await post(board, "news")
    after = asyncio.create_task(hub.replays(board.stream, board.version))
    await asyncio.sleep(0)
    posted.set()
    assert (await before).version == board.version
    assert (await after).version == head


async def test_who_is_held_and_released_while_it_waits_is_told_once(hub, board, monkeypatch):
    under_way, may_go = asyncio.Event(), asyncio.Event()
    head = await post(board, *"abc")
    await Browser(hub, board.stream).open()
    database = hub.replays.database

    async def slow(*args):
        under_way.set()
        await may_go.wait()
        return await database(*args)

    monkeypatch.setattr(hub.replays, "database", slow)
    browser = await Browser(hub, board.stream).open(after=board.version)
    await under_way.wait()
    for _ in range(2):
        hub.readers.hold(browser.socket)
        hub.readers.release(browser.socket)
    may_go.set()
    await browser.reaches(head)
    monkeypatch.setattr(hub.replays, "database", database)
    later = await post(board, "d")
    await browser.reaches(later)
    assert browser.versions == list(range(board.version + 1, later + 1))


async def test_a_crowd_too_far_behind_costs_a_few_reads(hub, board, reads, monkeypatch):
    monkeypatch.setattr(reading, "MAX_CHANGES", 20)
    start = board.version
    head = await post(board, *map(str, range(200)))
    answers = await asyncio.gather(*(hub.replays(board.stream, cursor) for cursor in range(start, head)))
    assert [isinstance(answer, Reset) for answer in answers] == [True] * 180 + [False] * 20
    assert len(reads) <= 10


async def test_cursors_that_cannot_be_cost_a_few_reads(hub, board, reads):
    answers = await asyncio.gather(*(hub.replays(board.stream, board.version + number) for number in range(100)))
    assert [isinstance(answer, Reset) for answer in answers] == [False] + [True] * 99
    assert len(reads) <= 3


async def test_what_a_feed_keeps_is_not_read_again(hub, board, reads):
    reader = await Browser(hub, board.stream).open()
    start, head = board.version, await post(board, *"abc")
    await reader.reaches(head)
    await until(lambda: not hub.pump._running)  # which look once more after each commit
    reads.clear()
    answers: Any = [await changes_after(board.stream, cursor) for cursor in range(start, head + 1)]
    assert [len(answer.items) for answer in answers] == [3, 2, 1, 0]
    assert reads == []


async def test_a_stream_that_is_gone_has_no_changes(hub, board):
    name = board.stream
    await in_thread(board.delete)
    assert await changes_after(name, board.version) is None


async def test_a_failure_is_told_to_all_who_wait_and_the_next_one_is_answered(hub, board, monkeypatch):
    read = reading.read

    def failing(*args):
        raise OperationalError("away")

    monkeypatch.setattr(reading, "read", failing)
    asking = [hub.replays(board.stream, board.version - number) for number in range(3)]
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert [str(error) for error in answers] == ["away"] * 3
    monkeypatch.setattr(reading, "read", read)
    assert (await hub.replays(board.stream, board.version)).version == board.version


async def test_sockets_of_one_address_that_ask_for_too_much_come_again_later(hub, board, monkeypatch):
    monkeypatch.setattr(replays, "CATCH_UPS", replays.CATCH_UPS._replace(per_second=0.01, burst=2))
    start = board.version
    await post(board, *"abcd")
    there = await Browser(hub, board.stream).open()
    hub.pump.feeds[board.stream].floor = start + 9  # as if its ring had moved on
    office = [FromTheOffice(hub, board.stream) for _ in range(4)]
    await asyncio.gather(*(browser.open(after=start + number) for number, browser in enumerate(office)))
    await until(lambda: [browser.closed for browser in office] == [None, None, Close.TRY_AGAIN, Close.TRY_AGAIN])
    await until(lambda: all(browser.stands_at(start + 4) for browser in office[:2]))
    assert there.closed is None
