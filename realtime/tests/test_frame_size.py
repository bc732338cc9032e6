"""Frames have a size: what does not go into one goes into several, by whole versions, or is a reset."""

import json

import pytest
from django.db import transaction

from realtime.hub import feed
from realtime.streams import heads, html, reading, wire
from realtime.streams.reading import one_frame

from .board.models import Board, Note
from .readers import Browser, in_thread, until

TEXT = "x" * 1_000


def write_one_by_one(board, count, text=TEXT):
    """One commit, and a version for each; the head after it."""
    with transaction.atomic():
        for number in range(count):
            board.notes.create(text=f"{number} {text}")
    return heads([board.stream])[board.stream]


def write_at_once(board, count, text=TEXT):
    Note.objects.bulk_create(Note(board=board, text=f"{number} {text}") for number in range(count))
    return heads([board.stream])[board.stream]


def check(browser, count):
    """It was sent so many notes, in several frames, none of them too large; `take` has seen that they are a chain."""
    frames = [frame for frame in browser.frames if frame["type"] == "changes"]
    assert len(frames) > 3
    assert max(browser.sizes) <= wire.MAX_SENT == 262_144
    assert [frame.get("more") for frame in frames] == [*[True] * (len(frames) - 1), None]
    assert len(browser.items) == count


async def test_what_is_pushed_goes_out_in_frames_of_a_size(hub, board):
    browser = await Browser(hub, board.stream).open()
    await browser.reaches(await in_thread(write_one_by_one, board, 450))
    check(browser, 450)


async def test_so_does_what_the_ring_answers(hub, board, monkeypatch, queries):
    monkeypatch.setattr(feed, "RING_BYTES", 10**7)
    first = await Browser(hub, board.stream).open()
    head = await in_thread(write_one_by_one, board, 450)
    await first.reaches(head)
    queries.clear()
    again = await Browser(hub, board.stream).open(after=board.version)
    assert again.stands_at(head)
    check(again, 450)
    assert queries == []


async def test_so_does_what_is_read_again_and_once_for_all_who_missed_it(hub, board, queries):
    head = await in_thread(write_one_by_one, board, 450)
    readers = []
    for _ in range(5):
        readers.append(await Browser(hub, board.stream).open(after=board.version))
        await readers[-1].reaches(head)
        check(readers[-1], 450)
    sent = len([kind for kind in readers[0].kinds if kind == "changes"])
    assert len([sql for sql in queries if "FROM testboard_note" in sql and "version >" in sql]) == sent


async def test_what_was_kept_for_others_is_forgotten_with_the_next_change(hub, board):
    head = await in_thread(write_one_by_one, board, 450)
    browser = await Browser(hub, board.stream).open(after=board.version)
    await browser.reaches(head)
    await in_thread(lambda: Note.objects.filter(text__startswith="0 ").update(state="hidden"))
    await browser.reaches(head + 1)
    again = await Browser(hub, board.stream).open(after=board.version)
    await again.reaches(head + 1)
    assert again.items == browser.items
    assert not [item for frame in again.frames for item in frame.get("items", ()) if ">0 x" in item.get("html", "")]


async def test_who_stops_reading_between_two_of_them_goes_on_from_there(hub, board):
    browser = await Browser(hub, board.stream).open()
    browser.reading.clear()
    head = await in_thread(write_one_by_one, board, 450)
    await until(lambda: hub.pump.feeds[board.stream].version == head)
    assert board.version < browser.socket.cursor < head
    browser.reading.set()
    await browser.reaches(head)
    check(browser, 450)


async def test_a_stream_that_ends_is_over_with_the_last_of_them(hub, board):
    """The end may be in the first."""

    def end():
        Board.objects.update(ended=True)
        return write_one_by_one(board, 450)

    live = await Browser(hub, board.stream).open()
    with_end = hub.pump.feeds[board.stream]
    advance = with_end.advance
    late: list[Browser] = []

    def come_late(changes):
        advance(changes)
        if not late:
            late.append(Browser(hub, board.stream))
            hub.spawn(late[0].open(after=board.version))

    with_end.advance = come_late
    head = await in_thread(transaction.atomic(end))
    await until(lambda: late)
    await until(lambda: live.closed and late[0].closed)
    for browser in (live, *late):
        assert browser.stands_at(head)
        assert (browser.closed, len(browser.items)) == (1000, 451)


async def test_a_version_that_no_frame_holds_is_a_reset_and_what_follows_is_not(hub, board):
    live = await Browser(hub, board.stream).open()
    await in_thread(write_one_by_one, board, 3)
    head = await in_thread(write_at_once, board, 450)
    late = await Browser(hub, board.stream).open(after=board.version)
    await until(lambda: live.resets and late.resets)
    for browser in (live, late):
        assert browser.resets == [head]
        browser.version, browser._seen = head, len(browser.frames)
    head = await in_thread(write_one_by_one, board, 1)
    for browser in (live, late):
        await browser.reaches(head)


def item(version, size, id="note-1"):
    return wire.Encoded(id, version, b"." * size)


@pytest.mark.parametrize(
    ("sizes", "end"),
    [
        ([(1, 10), (2, 10)], 9),
        ([(1, 200_000), (2, 62_000)], 9),
        ([(1, 200_000), (2, 63_000)], 1),
        ([(1, 100_000), (2, 100_000), (2, 100_000), (3, 1)], 1),
        ([(2, 100_000), (2, 100_000), (2, 100_000)], None),
        ([], 9),
    ],
)
def test_versions_stay_whole(sizes, end):
    answer = one_frame(0, 9, (item(version, size) for version, size in sizes))
    assert (answer and answer.version) == end
    if answer:
        assert len(answer.encode()) <= wire.MAX_SENT
        assert [each.version for each in answer.items] == [version for version, _ in sizes if version <= end]
        assert answer.more == (end < 9)


def test_what_no_frame_holds_is_not_encoded(board, reader, monkeypatch):
    write_one_by_one(board, 450)
    encoded = []
    real = Note.as_item

    def as_item(note, kind):
        encoded.append(note)
        return real(note, kind)

    monkeypatch.setattr(Note, "as_item", as_item)
    answer = reading.read({board.stream: reader.version})[board.stream]
    assert len(encoded) == len(answer.items) + 1


def test_an_item_that_no_frame_holds_has_a_placeholder(board, reader, caplog):
    note = board.notes.create(text="x" * wire.MAX_SENT)
    answer = reading.read({board.stream: reader.version})[board.stream]
    (sent,) = json.loads(answer.encode())["items"]
    assert sent["html"] == html(note, "testboard") == wire.placeholder(note.item_id, note.version)
    assert f"{note.item_id} cannot be rendered" in caplog.text
