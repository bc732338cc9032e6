"""The hub: readers are greeted, brought up to date, and sent each change once, in order."""

import asyncio

import pytest

from realtime.hub import Gone, get_hub, pump, query_once
from realtime.hub.once import Once
from realtime.streams import Close, commits, heads, reading

from .board.models import Board
from .readers import Browser, in_thread, post, until


async def test_a_reader_is_greeted_with_the_head(hub, board):
    browser = await Browser(hub, board.stream).open()
    assert browser.frames == [{"type": "hello", "protocol": 1, "version": board.version, "heartbeat": 20}]


async def test_a_commit_reaches_all_readers_of_its_stream_and_no_other(hub, board, other):
    readers = [await Browser(hub, board.stream).open() for _ in range(3)]
    elsewhere = await Browser(hub, other.stream).open()
    head = await post(board, "one")
    await until(lambda: all(reader.stands_at(head) for reader in readers))
    assert [list(reader.items.values()) for reader in readers] == [["one"]] * 3
    assert elsewhere.kinds == ["hello"]


async def test_a_reader_that_resumes_gets_what_it_missed_and_what_follows(hub, board):
    head = await post(board, "one", "two")
    browser = await Browser(hub, board.stream).open(after=head - 1)
    await browser.reaches(head)
    assert list(browser.items.values()) == ["two"]
    head = await post(board, "three")
    await browser.reaches(head)
    assert list(browser.items.values()) == ["two", "three"]


async def test_an_item_of_two_streams_reaches_the_readers_of_both(hub, board):
    own, index = await Browser(hub, board.stream).open(), await Browser(hub, "testboards").open()
    await in_thread(lambda: Board.objects.update(title="Quay"))
    await until(lambda: own.stands_at(board.version + 1) and index.stands_at(board.index_version + 1))
    assert own.items == index.items == {board.item_id: "Quay"}


async def test_changes_that_come_while_it_reads_go_out_together(hub, board, monkeypatch):
    browser = await Browser(hub, board.stream).open()
    real, posted = reading.read, asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(cursors, upto=None):
        asyncio.run_coroutine_threadsafe(posted.wait(), loop).result(10)
        return real(cursors, upto)

    monkeypatch.setattr(reading, "read", slow)
    head = await post(board, *"abcdefgh")
    posted.set()
    await browser.reaches(head)
    assert browser.kinds == ["hello", "changes"]
    assert list(browser.items.values()) == list("abcdefgh")


async def test_a_hundred_readers_cost_one_read_of_a_change(hub, board, queries):
    readers = [await Browser(hub, board.stream).open() for _ in range(100)]
    queries.clear()
    head = await post(board, "one")
    await until(lambda: all(reader.stands_at(head) for reader in readers))
    assert len([sql for sql in queries if "FROM testboard_note" in sql and "version >" in sql]) == 1


async def test_a_stream_that_is_not_there_is_gone(hub, db):
    with pytest.raises(Gone):
        await Browser(hub, "testboard.4711").open()
    assert hub.pump.feeds == {}


async def test_readers_of_a_stream_that_is_deleted_are_closed_as_gone(hub, board):
    browser = await Browser(hub, board.stream).open()
    await in_thread(board.delete)
    await until(lambda: browser.closed)
    assert browser.closed == Close.GONE == 4410
    with pytest.raises(Gone):
        await Browser(hub, browser.name).open(after=browser.version)


async def test_readers_of_a_stream_that_ends_get_everything_and_then_1000(hub, board):
    browser, late = await Browser(hub, board.stream).open(), Browser(hub, board.stream)
    await post(board, "the last words")
    await in_thread(lambda: Board.objects.update(ended=True))
    await until(lambda: browser.closed)
    assert browser.closed == Close.ENDED == 1000
    assert browser.stands_at(head := (await in_thread(heads, [board.stream]))[board.stream])
    assert list(browser.items.values()) == ["the last words", "Harbour"]
    await late.open(after=board.version)
    await until(lambda: late.closed)
    assert late.stands_at(head)
    assert (late.closed, late.items) == (1000, browser.items)


async def test_a_stream_that_is_opened_again_takes_readers(hub, board):
    await in_thread(lambda: Board.objects.update(ended=True))
    first = Browser(hub, board.stream)
    await first.open()
    assert first.closed == 1000
    await in_thread(lambda: Board.objects.update(ended=False))
    await until(lambda: not hub.pump.feeds[board.stream].ended)
    second = await Browser(hub, board.stream).open()
    head = await post(board, "again")
    await second.reaches(head)
    assert second.closed is None


async def test_commits_nobody_announced_are_found_by_reconciling(ticking, board, other, monkeypatch):
    readers = [await Browser(ticking, each.stream).open() for each in (board, other)]
    monkeypatch.setattr(commits, "listeners", [])  # as from another process, without a layer
    ends = [await post(each, "one", "two") for each in (board, other)]
    await until(lambda: all(reader.stands_at(head) for reader, head in zip(readers, ends, strict=True)))
    await in_thread(other.delete)
    await until(lambda: readers[1].closed)
    assert (readers[0].closed, readers[1].closed) == (None, Close.GONE)


async def test_reconciling_is_one_query_for_all_streams(ticking, db, queries):
    boards = await in_thread(lambda: [Board.objects.create(title=f"{number}") for number in range(20)])
    for board in boards:
        await Browser(ticking, board.stream).open()
    await until(lambda: not ticking.pump._running)
    queries.clear()

    def reconciling():
        return [sql.count("%s") for sql in queries if sql.startswith("SELECT name, head FROM realtime_stream")]

    await until(lambda: 20 in reconciling())
    queries.clear()
    await until(lambda: len(reconciling()) >= 3)
    assert set(reconciling()) == {20}
    assert not [sql for sql in queries if "testboard_" in sql]


async def test_heartbeats_say_what_each_socket_has_been_sent(ticking, board):
    browser, nobody = await Browser(ticking, board.stream).open(), Browser(ticking, "")
    ticking.readers.enter(nobody.connect(), None)
    head = await post(board, "one")
    await until(lambda: {"type": "heartbeat", "version": head} in browser.frames)
    assert browser.stands_at(head)
    await until(lambda: {"type": "heartbeat", "version": 0} in nobody.frames)


async def test_a_feed_lingers_without_readers_and_then_goes(ticking, board, monkeypatch):
    monkeypatch.setattr(pump, "LINGER", 10)
    browser = await Browser(ticking, board.stream).open()
    feed = ticking.pump.feeds[board.stream]
    ticking.readers.leave(browser.socket)
    assert ticking.pump.feeds[board.stream] is feed
    await browser.open(after=browser.version)
    await until(lambda: feed.idle_ticks == 0)
    ticking.readers.leave(browser.socket)
    await until(lambda: ticking.pump.feeds == {})
    head = await post(board, "meanwhile")
    await browser.open(after=browser.version)
    await browser.reaches(head)


async def test_who_left_is_sent_nothing(hub, board):
    gone, stays = await Browser(hub, board.stream).open(), await Browser(hub, board.stream).open()
    hub.readers.leave(gone.socket)
    head = await post(board, "one")
    await stays.reaches(head)
    assert gone.kinds == ["hello"]
    assert gone.socket not in hub.readers.feed_of


async def test_one_loop_has_one_hub(hub):
    assert get_hub() is hub


async def test_what_many_ask_at_once_is_asked_once(hub, monkeypatch):
    asked = []

    def answer(question):
        asked.append(question)
        return question.upper() or None

    assert await asyncio.gather(*(query_once(answer, "a") for _ in range(50))) == ["A"] * 50
    assert await query_once(answer, "a") == "A"
    assert asked == ["a"]
    assert await query_once(answer, "b") == "B"
    assert asked == ["a", "b"]


async def test_nothing_and_errors_are_not_kept_as_answers(hub):
    answers = [None, ZeroDivisionError(), "here"]

    def answer():
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    assert await query_once(answer) is None
    await until(lambda: not hub.service(Once).tasks)
    with pytest.raises(ZeroDivisionError):
        await query_once(answer)
    await until(lambda: not hub.service(Once).tasks)
    assert await query_once(answer) == "here"


async def test_answers_are_asked_anew_after_some_seconds(hub, monkeypatch):
    monkeypatch.setattr("realtime.hub.once.KEEP", 0.01)
    answers = ["new", "old"]

    def answer():
        return answers.pop()

    assert await query_once(answer) == "old"
    await until(lambda: not hub.service(Once).tasks)
    assert await query_once(answer) == "new"


async def test_a_drain_closes_all_sockets_spread_over_its_time(hub, board, monkeypatch):
    readers = [await Browser(hub, board.stream).open() for _ in range(10)]
    real, delays = hub.loop.call_later, []

    def call_later(delay, function, *args):
        if args == (Close.RESTART,):
            delays.append(delay)
        return real(delay, function, *args)

    monkeypatch.setattr(hub.loop, "call_later", call_later)
    await hub.drain(0.1)
    assert hub.draining
    assert delays == pytest.approx([each / 100 for each in range(10)])
    assert {reader.closed for reader in readers} == {Close.RESTART} == {1012}


async def test_readers_who_come_and_go_while_four_write_miss_nothing(hub, board, other, threads):
    """The whole: threads write, some readers stay, others lose their connection again and again."""
    writers = [
        threads(lambda each=each, number=number: [each.notes.create(text=f"{number}.{n}") for n in range(20)])
        for number, each in enumerate((board, board, other, other))
    ]
    readers = [await Browser(hub, each.stream).open(after=each.version) for each in (board, other) for _ in range(6)]
    while not all(writer.done() for writer in writers):
        for reader in readers[::2]:
            await asyncio.sleep(0.01)
            await reader.reopen()
    ends = await in_thread(heads, [board.stream, other.stream])
    await until(lambda: all(reader.stands_at(ends[reader.name]) for reader in readers))
    for reader in readers:
        start = {board.stream: board, other.stream: other}[reader.name].version
        assert reader.versions == list(range(start + 1, start + 41))
        assert len(reader.items) == 40
        assert not reader.resets
