"""Any cursor is answered: by the ring, by one read for all who ask alike, or by a reset."""

import asyncio
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from realtime.hub import feed
from realtime.models import Stream
from realtime.streams import commits, heads, prune, queries, reading

from .board.models import Board, Note
from .readers import Browser, in_thread, post, until


def reads_of_notes(queries):
    return len([sql for sql in queries if "FROM testboard_note" in sql and "version >" in sql])


def write_many(board, count):
    Note.objects.bulk_create(Note(board=board, text=f"{number}") for number in range(count))


@pytest.fixture
def unannounced(monkeypatch):
    """Commits are heard of by no hub, as from another process without a layer."""
    monkeypatch.setattr(commits, "listeners", [])


async def test_a_recent_cursor_is_answered_without_the_database(hub, board, queries):
    first = await Browser(hub, board.stream).open()
    head = await post(board, "one", "two", "three")
    await first.reaches(head)
    queries.clear()
    for cursor in range(board.version, head + 1):
        again = await Browser(hub, board.stream).open(after=cursor)
        assert again.stands_at(head)
        assert again.versions == list(range(cursor + 1, head + 1))
    assert queries == []


async def test_the_ring_holds_each_item_once(hub, board, note):
    browser = await Browser(hub, board.stream).open()
    for text in "abc":
        await in_thread(lambda text=text: Note.objects.update(text=text))
        head = (await in_thread(heads, [board.stream]))[board.stream]
        await browser.reaches(head)
    again = await Browser(hub, board.stream).open(after=note.version)
    assert again.frames[-1]["items"] == browser.frames[-1]["items"]
    assert again.stands_at(browser.version)
    assert again.items == browser.items == {note.item_id: "c"}


async def test_the_ring_is_bounded_in_bytes_and_older_cursors_are_read(hub, board, monkeypatch, queries):
    monkeypatch.setattr(feed, "RING_BYTES", 3000)
    browser = await Browser(hub, board.stream).open()
    for _ in range(20):
        head = await post(board, "x" * 400)
        await browser.reaches(head)
    ring = hub.pump.feeds[board.stream]
    assert 0 < sum(len(item.json) for item in ring._ring.values()) == ring._ring_bytes <= 3000
    assert ring.floor == head - len(ring._ring)
    queries.clear()
    recent = await Browser(hub, board.stream).open(after=ring.floor)
    assert recent.stands_at(head)
    assert reads_of_notes(queries) == 0
    old = await Browser(hub, board.stream).open(after=board.version)
    await old.reaches(head)
    assert old.versions == browser.versions
    assert reads_of_notes(queries) == 1


async def test_500_readers_who_resume_from_one_cursor_cost_one_read(hub, board, queries):
    head = await post(board, *"abcde")
    readers = [Browser(hub, board.stream) for _ in range(500)]
    queries.clear()
    await asyncio.gather(*(reader.open(after=board.version) for reader in readers))
    await until(lambda: all(reader.stands_at(head) for reader in readers))
    assert reads_of_notes(queries) == 1
    assert {tuple(reader.items.values()) for reader in readers} == {tuple("abcde")}


async def test_500_readers_who_resume_one_after_another_cost_one_read(hub, board, queries):
    """As after a restart, when backoff spreads them, and while others post."""
    start = (await post(board, *"abcde")) - 5
    queries.clear()
    readers = []
    for number in range(500):
        readers.append(await Browser(hub, board.stream).open(after=start))
        if number == 0:
            await readers[0].reaches(start + 5)
        if number == 250:
            head = await post(board, "f")
            await readers[0].reaches(head)
    await until(lambda: all(reader.stands_at(head) for reader in readers))
    assert reads_of_notes(queries) == 2  # and one for what was posted
    assert {tuple(reader.items.values()) for reader in readers} == {tuple("abcdef")}


async def test_readers_with_cursors_of_their_own_keep_no_growing_memory(hub, board):
    browser = await Browser(hub, board.stream).open()
    head = await post(board, *(f"{number}" for number in range(60)))
    await browser.reaches(head)
    for cursor in range(board.version, head):
        again = await Browser(hub, board.stream).open(after=cursor)
        assert again.stands_at(head)
        hub.readers.leave(again.socket)
    assert len(hub.pump.feeds[board.stream]._frames) <= feed.MAX_FRAMES


@pytest.mark.parametrize("cursor", [-1, 0, 10**15 * 9])
async def test_a_cursor_that_cannot_be_is_a_reset(cursor, hub, board):
    browser = await Browser(hub, board.stream).open(after=cursor)
    await until(lambda: browser.resets)
    assert browser.resets == [board.version]
    browser.version = board.version
    head = await post(board, "one")
    await browser.reaches(head)


async def test_a_cursor_above_the_hub_but_not_above_the_head_is_no_reset(hub, board, unannounced):
    behind = await Browser(hub, board.stream).open()
    head = await post(board, "one", "two")
    ahead = await Browser(hub, board.stream).open(after=head)  # its page is newer than this hub
    await until(lambda: ahead.socket in hub.pump.feeds[board.stream].live)
    assert ahead.kinds == ["hello"]
    assert ahead.frames[0]["version"] == head - 2  # as docs/protocol.md says
    await behind.reaches(head)
    between = await Browser(hub, board.stream).open(after=head - 1)
    assert between.stands_at(head)


async def test_a_cursor_is_not_judged_by_a_head_read_before_it_came(hub, board, unannounced, monkeypatch):
    """A read is under way when a page that is newer than it opens its socket."""
    browser = await Browser(hub, board.stream).open()
    asked, answered = asyncio.Event(), asyncio.Event()
    real, loop = reading.read, asyncio.get_running_loop()

    def slow(cursors, upto=None):
        answer = real(cursors, upto)
        loop.call_soon_threadsafe(asked.set)
        asyncio.run_coroutine_threadsafe(answered.wait(), loop).result(10)
        return answer

    monkeypatch.setattr(reading, "read", slow)
    hub.pump.nudge(board.stream, await post(board, "one"))
    await asked.wait()
    head = await post(board, "two")
    ahead = await Browser(hub, board.stream).open(after=head)
    answered.set()
    await until(lambda: ahead.socket in hub.pump.feeds[board.stream].live)
    assert ahead.kinds == ["hello"]
    await browser.reaches(head)


async def test_a_cursor_over_500_changes_behind_is_a_reset(hub, board):
    await in_thread(write_many, board, 501)
    head = await post(board, "one more")
    browser = await Browser(hub, board.stream).open(after=board.version)
    await until(lambda: browser.resets)
    assert browser.resets == [head]


async def test_a_cursor_over_500_changes_behind_is_a_reset_from_the_ring_too(hub, board, monkeypatch):
    monkeypatch.setattr(feed, "RING_BYTES", 10**7)
    browser = await Browser(hub, board.stream).open()
    for _ in range(2):
        await in_thread(write_many, board, 300)
    await browser.reaches(board.version + 2)
    again = await Browser(hub, board.stream).open(after=board.version)
    assert again.resets == [board.version + 2]
    again = await Browser(hub, board.stream).open(after=board.version + 1)
    assert again.stands_at(board.version + 2)


async def test_a_flood_is_a_reset_for_those_who_are_there(hub, board):
    browser = await Browser(hub, board.stream).open()
    await in_thread(write_many, board, 501)
    await until(lambda: browser.resets)
    assert browser.resets == [board.version + 1]
    browser.version = board.version + 1
    head = await post(board, "after it")
    await browser.reaches(head)


async def test_a_cursor_from_before_the_prune_is_a_reset(hub, board, note):
    await in_thread(note.delete)
    head = await post(board, "new")
    await in_thread(prune, board.stream, timezone.now() + timedelta(hours=1))
    browser = await Browser(hub, board.stream).open(after=board.version)
    await until(lambda: browser.resets)
    assert browser.resets == [head]


async def test_readers_of_a_restored_stream_are_reset_when_its_head_falls(ticking, board):
    head = await post(board, "one", "two")
    browser = await Browser(ticking, board.stream).open()

    def restore():
        QuerySet(Note).filter(text="two")._raw_delete("default")
        Stream.objects.filter(name=board.stream).update(head=head - 1)

    await in_thread(restore)
    await until(lambda: browser.resets)
    assert browser.resets == [head - 1]
    browser.version = head - 1
    await in_thread(lambda: Note.objects.filter(text="one").update(text="again"))
    await browser.reaches(head)
    assert list(browser.items.values()) == ["again"]


async def test_readers_of_a_stream_made_again_by_its_name_are_reset(ticking, board, unannounced, monkeypatch):
    browser = await Browser(ticking, board.stream).open()
    now = board.version + 3_600_000
    monkeypatch.setattr("realtime.streams.statements.now_ms", lambda: now)

    def make_again():
        monkeypatch.setattr(queries, "heads", lambda names: 1 / 0)  # the hub sees nothing in between
        pk = board.pk
        board.delete()
        Board.objects.create(pk=pk, title="Quay")
        monkeypatch.setattr(queries, "heads", heads)

    await in_thread(make_again)
    await until(lambda: browser.resets)
    assert browser.resets == [now + 1]


async def test_who_is_reset_learns_that_the_stream_has_ended(hub, board):
    """The end itself may be among the changes that a reset leaves out."""

    def end():
        with transaction.atomic():
            write_many(board, 501)
            Board.objects.update(ended=True)

    browser = await Browser(hub, board.stream).open()
    await in_thread(end)
    await until(lambda: browser.closed)
    assert (browser.resets, browser.closed) == ([board.version + 2], 1000)
