"""Readers who do not read, sends that fail, a database that does not answer: nobody else notices, nothing is lost."""

import asyncio
import logging

import pytest
from django.db import OperationalError

from realtime.streams import commits, heads, queries, reading

from .board.models import Board, Note
from .readers import Browser, in_thread, post, until


async def test_a_reader_that_blocks_delays_nobody_and_comes_back_complete(hub, board):
    slow, quick = await Browser(hub, board.stream).open(), await Browser(hub, board.stream).open()
    slow.reading.clear()
    for text in "abcde":
        head = await post(board, text)
        await quick.reaches(head)
    assert slow.kinds == ["hello"]
    slow.reading.set()
    await slow.reaches(head)
    assert slow.items == quick.items
    assert slow.kinds == ["hello", "changes", "changes"]  # what was under way, then all the rest at once
    head = await post(board, "f")
    await slow.reaches(head)


async def test_nothing_is_kept_for_a_reader_that_blocks(hub, board):
    slow, quick = await Browser(hub, board.stream).open(), await Browser(hub, board.stream).open()
    slow.reading.clear()
    head = await post(board, "a")
    await quick.reaches(head)
    tasks = len(asyncio.all_tasks())
    for text in "bcdefgh":
        head = await post(board, text)
        await quick.reaches(head)
    assert slow.socket not in hub.pump.feeds[board.stream].live
    assert slow.socket.cursor == board.version + 1
    await until(lambda: len(asyncio.all_tasks()) <= tasks)


async def test_a_reader_that_blocks_gets_no_heartbeats(ticking, board):
    slow, quick = await Browser(ticking, board.stream).open(), await Browser(ticking, board.stream).open()
    check = Browser(ticking, "")
    ticking.readers.enter(check.connect(), None)
    slow.reading.clear()
    check.reading.clear()
    head = await post(board, "a")
    beat = {"type": "heartbeat", "version": head}
    await until(lambda: quick.frames.count(beat) > 1)
    tasks = len(asyncio.all_tasks())
    await until(lambda: quick.frames.count(beat) > 4)
    assert len(asyncio.all_tasks()) <= tasks
    slow.reading.set()
    check.reading.set()
    await until(lambda: beat in slow.frames)
    assert check.kinds[:2] == ["hello", "heartbeat"]


async def test_a_reader_that_blocks_on_its_first_frame_is_caught_up_after_it(hub, board):
    head = await post(board, "a")
    slow = Browser(hub, board.stream, board.version)
    slow.reading.clear()
    await hub.subscribe(slow.connect(), board.stream, board.version)
    assert slow.frames == []
    slow.reading.set()
    await slow.reaches(head)
    assert slow.kinds == ["hello", "changes"]


async def test_a_reader_that_blocked_through_over_500_changes_is_reset(hub, board):
    slow = await Browser(hub, board.stream).open()
    slow.reading.clear()
    head = await post(board, "a")
    await until(lambda: slow.socket.full)
    await in_thread(lambda: Note.objects.bulk_create(Note(board=board, text="x") for _ in range(501)))
    await until(lambda: hub.pump.feeds[board.stream].version == head + 1)
    slow.reading.set()
    await until(lambda: slow.resets)
    assert slow.resets == [head + 1]
    assert slow.kinds == ["hello", "changes", "reset"]
    await until(lambda: slow.socket in hub.pump.feeds[board.stream].live)


async def test_a_reader_that_blocks_is_cut_when_its_stream_goes(hub, board):
    slow = await Browser(hub, board.stream).open()
    slow.reading.clear()
    await post(board, "a")
    await until(lambda: slow.socket.full)
    await in_thread(board.delete)
    await until(lambda: slow.socket.closed)
    slow.reading.set()
    await until(lambda: slow.closed)
    assert (slow.closed, slow.kinds) == (4410, ["hello"])


async def test_a_reader_that_blocks_is_told_of_the_end_when_it_has_everything(hub, board):
    slow = await Browser(hub, board.stream).open()
    slow.reading.clear()
    await post(board, "a")
    await until(lambda: slow.socket.full)
    await in_thread(lambda: Board.objects.update(ended=True))
    await until(lambda: hub.pump.feeds[board.stream].ended)
    slow.reading.set()
    await until(lambda: slow.closed)
    assert slow.stands_at(board.version + 2)
    assert slow.closed == 1000


async def test_a_send_that_fails_disturbs_nobody(hub, board):
    broken, good = await Browser(hub, board.stream).open(), await Browser(hub, board.stream).open()

    async def fail(message):
        raise ConnectionResetError

    broken.socket._send = fail
    head = await post(board, "a", "b")
    await good.reaches(head)
    assert broken.socket.closed


@pytest.fixture
def down(monkeypatch):
    """`down(name, times)`: that function of streams fails so often before it works again."""

    def down(name, times):
        module = reading if name == "read" else queries
        real, left = getattr(module, name), iter(range(times))

        def fail(*args):
            if next(left, None) is None:
                return real(*args)
            raise OperationalError("The database is away.")

        monkeypatch.setattr(module, name, fail)

    return down


async def test_a_change_arrives_when_the_database_answers_again(ticking, board, down, caplog):
    browser = await Browser(ticking, board.stream).open()
    with caplog.at_level(logging.INFO, "realtime.hub.threads"):
        down("read", times=2)
        head = await post(board, "one")
        await browser.reaches(head)
    errors = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(errors) >= 1
    assert "OperationalError" in caplog.text
    assert "The database answers again" in caplog.text


async def test_a_reader_who_comes_meanwhile_waits(ticking, board, down):
    down("read", times=2)
    browser = await Browser(ticking, board.stream).open(after=board.version)
    head = await post(board, "one")
    await browser.reaches(head)


async def test_a_resume_that_needs_the_database_waits_for_it(ticking, board, down):
    head = await post(board, "one")
    await Browser(ticking, board.stream).open()
    down("read", times=2)
    browser = await Browser(ticking, board.stream).open(after=board.version)
    await browser.reaches(head)


async def test_reconciling_goes_on_after_errors(ticking, board, down, monkeypatch):
    browser = await Browser(ticking, board.stream).open()
    monkeypatch.setattr(commits, "listeners", [])
    down("heads", times=3)
    head = (await in_thread(lambda: (board.notes.create(text="one"), heads([board.stream]))))[1][board.stream]
    await browser.reaches(head)


async def test_an_error_is_said_once_however_long_it_lasts(ticking, board, down, caplog):
    browser = await Browser(ticking, board.stream).open()
    with caplog.at_level(logging.INFO, "realtime.hub.threads"):
        down("heads", times=20)
        await until(lambda: "answers again" in caplog.text)
    assert [record.levelname for record in caplog.records if record.name == "realtime.hub.threads"] == ["ERROR", "INFO"]
    assert browser.closed is None
