"""Write batching: every item is stored once, in order, with as few writes as can be; every submitter gets an answer."""

import asyncio
import gc
import logging
import random
import threading

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from realtime.people import Unavailable
from realtime.people import batches as module
from realtime.people.batches import Batches
from realtime.streams import heads

from .board.models import Note
from .readers import in_thread, until


@pytest.fixture
def batches(hub):
    return hub.service(Batches)


class Wall:
    """A store of notes on boards, as an app has one: a transaction for each write. Each write can be held up."""

    def __init__(self):
        self.writes = []
        self.turns = threading.Semaphore(10_000)
        self.errors = []  # raised by the writes to come, once their notes are in the transaction

    def store(self, board, texts):
        self.writes.append((board, list(texts)))
        assert self.turns.acquire(timeout=10)
        with transaction.atomic():
            Note.objects.bulk_create(Note(board_id=board, text=text) for text in texts)
            if self.errors:
                raise self.errors.pop(0)
        return [text.upper() for text in texts]

    def hold(self):
        self.turns = threading.Semaphore(0)

    def go(self, writes=10_000):
        self.turns.release(writes)

    @property
    def batches(self):
        return [texts for _, texts in self.writes]


@pytest.fixture
def wall(batches):
    wall = Wall()
    yield wall
    wall.go()


@pytest.fixture
def submit(batches, wall, board):
    """`await submit(*texts)`: a task for each text, when all of them have been handed in."""

    async def submit(*texts, key=board.pk, store=wall.store):
        tasks = [asyncio.create_task(batches(store, key, text)) for text in texts]
        await asyncio.sleep(0)
        return tasks

    return submit


@pytest.fixture
def held(submit, wall):
    """`await held(text)`: a task whose write is under way until `wall.go()`."""

    async def held(text):
        wall.hold()
        writes = len(wall.writes)
        [task] = await submit(text)
        await until(lambda: len(wall.writes) > writes)
        return task

    return held


async def outcome(task):
    """What it returns, or the type of what it raises, long before its patience ends."""
    try:
        return await asyncio.wait_for(asyncio.shield(task), module.PATIENCE / 2)
    except (Exception, asyncio.CancelledError) as error:
        return type(error)


async def outcomes(tasks):
    return [await outcome(task) for task in tasks]


async def stored():
    return await in_thread(lambda: list(Note.objects.order_by("pk").values_list("text", flat=True)))


async def test_an_item_is_stored_and_its_result_handed_back(batches, wall, board):
    assert await batches(wall.store, board.pk, "one") == "ONE"
    assert await stored() == ["one"]


async def test_what_comes_during_a_write_is_stored_together_by_the_next(submit, held, wall, board):
    first = await held("a")
    others = await submit("c", "b", "d")
    wall.go()
    assert await outcomes([first, *others]) == ["A", "C", "B", "D"]
    assert wall.writes == [(board.pk, ["a"]), (board.pk, ["c", "b", "d"])]
    assert await stored() == ["a", "c", "b", "d"]
    assert await in_thread(heads, [board.stream]) == {board.stream: board.version + 2}


async def test_nothing_waits_where_it_is_quiet(batches, wall, board):
    for text in "abc":
        await batches(wall.store, board.pk, text)
    assert wall.batches == [["a"], ["b"], ["c"]]


async def test_what_comes_during_the_second_write_waits_for_the_third(submit, held, wall):
    tasks = [await held("a"), *await submit("b")]
    wall.go(1)
    await until(lambda: len(wall.writes) == 2)
    tasks += await submit("c", "d")
    wall.go()
    assert await outcomes(tasks) == ["A", "B", "C", "D"]
    assert wall.batches == [["a"], ["b"], ["c", "d"]]


async def test_a_write_carries_no_more_than_a_hundred(submit, held, wall):
    texts = [f"t{number}" for number in range(250)]
    tasks = [await held("a"), *await submit(*texts)]
    wall.go()
    assert (await outcomes(tasks))[1:] == [text.upper() for text in texts]
    assert wall.batches == [["a"], texts[:100], texts[100:200], texts[200:]]


async def test_keys_and_stores_do_not_wait_for_each_other(batches):
    together = threading.Barrier(3, timeout=5)

    def store(key, items):
        together.wait()
        return [f"{key}{item}" for item in items]

    def other_store(key, items):
        return store(key.upper(), items)

    writes = [batches(store, "a", 1), batches(store, "b", 2), batches(other_store, "a", 3)]
    assert await asyncio.gather(*writes) == ["a1", "b2", "A3"]


async def test_a_result_that_is_an_exception_is_raised_to_its_submitter_alone(submit):
    def store(key, items):
        return [ValueError(item) if item == "bad" else item for item in items]

    tasks = await submit("a", "bad", "c", store=store)
    assert await outcomes(tasks) == ["a", ValueError, "c"]
    assert str(tasks[1].exception()) == "bad"


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
async def test_a_database_error_leaves_the_outcome_unknown_to_all_of_its_batch(submit, held, wall, caplog, error):
    first = await held("a")
    wall.errors = [error("It went away."), error("Still away.")]
    tasks = [first, *await submit("b", "c")]
    wall.go()
    assert await outcomes(tasks) == [Unavailable] * 3
    assert len({task.exception() for task in tasks}) == 3  # one that several raise would gather their tracebacks
    assert await stored() == []
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "The database does not answer" in caplog.text


async def test_after_a_database_error_the_next_batch_is_stored(submit, held, wall, caplog):
    caplog.set_level(logging.INFO)
    wall.errors = [OperationalError("It went away.")]
    first = await held("a")
    others = await submit("b", "c")
    wall.go()
    assert await outcomes([first, *others]) == [Unavailable, "B", "C"]
    assert await stored() == ["b", "c"]
    assert "The database answers again" in caplog.text


@pytest.mark.parametrize("error", [IntegrityError("twice"), ZeroDivisionError("a bug"), StopIteration()])
async def test_a_bug_in_a_store_is_logged_once_and_hurts_its_batch_alone(submit, held, wall, caplog, error):
    first = await held("a")
    others = await submit("b", "c")
    wall.errors = [error]
    wall.go()
    assert await outcomes([first, *others]) == [Unavailable, "B", "C"]
    [record] = caplog.records
    assert "Wall.store" in record.getMessage()
    assert "Traceback" in caplog.text
    assert type(error).__name__ in caplog.text


@pytest.mark.parametrize("results", [[], ["A"], ["A", "B", "C"], None])
async def test_a_store_that_miscounts_confuses_nobody(submit, batches, caplog, results):
    tasks = await submit("a", "b", store=lambda key, items: results)
    assert await outcomes(tasks) == [Unavailable, Unavailable]
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert batches.queues == {}


async def test_database_threads_that_are_gone_are_no_deadlock(submit, hub, caplog):
    await hub.writes.close()
    tasks = await submit("a", "b")
    assert await outcomes(tasks) == [Unavailable, Unavailable]
    assert "after shutdown" in caplog.text


async def test_a_submitter_waits_so_long_and_its_write_goes_on(submit, held, wall, batches, board, monkeypatch):
    with monkeypatch.context() as impatient:
        impatient.setattr(module, "PATIENCE", 0.05)
        tasks = [await held("a"), *await submit("b")]
    assert await outcomes(tasks) == [Unavailable, Unavailable]
    wall.go()
    assert await batches(wall.store, board.pk, "c") == "C"
    assert await stored() == ["a", "b", "c"]


async def test_submitters_that_go_take_nothing_with_them(submit, held, wall, batches):
    """Sockets close at any time: while their write is under way, and while it waits."""
    under_way = await held("a")
    stays, waits = await submit("b", "c")
    under_way.cancel()
    waits.cancel()
    assert await outcomes([under_way, waits]) == [asyncio.CancelledError] * 2
    wall.go()
    assert await stays == "B"
    assert await stored() == ["a", "b", "c"]


async def test_nothing_remains_of_a_key_that_is_idle(submit, held, wall, batches, other):
    tasks = [await held("a"), *await submit("b"), *await submit("c", key=other.pk)]
    assert len(batches.queues) == 2
    wall.go()
    await outcomes(tasks)
    wall.errors = [OperationalError("It went away."), ZeroDivisionError("a bug")]
    await outcomes(await submit("d", "e") + await submit("f", key=other.pk))
    await asyncio.sleep(0)
    assert batches.queues == {}


async def test_beyond_a_thousand_that_wait_others_are_turned_away_at_once(submit, held, wall, batches, other):
    first = await held("a")
    tasks = await submit(*(f"t{number}" for number in range(999)))
    turned_away = await submit("too", "many")
    assert await outcomes(turned_away) == [Unavailable, Unavailable]
    elsewhere = await submit("b", key=other.pk)
    assert not any(task.done() for task in [first, *tasks, *elsewhere])
    wall.go()
    assert await outcomes([first, *tasks, *elsewhere]) == ["A", *(f"T{number}" for number in range(999)), "B"]
    assert len(await stored()) == 1001


async def test_when_its_hub_stops_everyone_who_waits_is_told(submit, held, wall, hub, batches):
    tasks = [await held("a"), *await submit("b", "c")]
    wall.go()
    await hub.stop()
    first, *others = await outcomes(tasks)
    assert first in ("A", Unavailable)  # it was being stored: that may have come to its end
    assert others == [Unavailable] * 2
    assert batches.queues == {}


async def test_an_answer_that_nobody_hears_is_no_error(submit, held, wall, batches):
    complaints = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: complaints.append(context))
    wall.errors = [OperationalError("It went away.")]
    first = await held("a")
    others = await submit("b") + await submit("c", store=lambda key, items: [ValueError()])
    for task in [first, *others]:
        task.cancel()
    await outcomes([first, *others])
    del first, others, task
    wall.go()
    await until(lambda: not batches.queues)
    gc.collect()
    assert complaints == []
    assert await stored() == ["b"]


async def test_many_at_once_are_each_stored_once_and_in_order_with_few_writes(batches, wall, board, other):
    dice = random.Random(4)
    sent: dict[int, list[str]] = {board.pk: [], other.pk: []}

    async def member(number):
        for each in range(10):
            await asyncio.sleep(dice.random() / 100)
            home = dice.choice([board, other])
            text = f"{number}.{each}"
            sent[home.pk].append(text)
            assert await batches(wall.store, home.pk, text) == text.upper()

    await asyncio.gather(*map(member, range(50)))
    assert sum(map(len, sent.values())) == 500
    for home in (board, other):
        assert [text for key, texts in wall.writes if key == home.pk for text in texts] == sent[home.pk]
        assert await in_thread(list, home.notes.order_by("pk").values_list("text", flat=True)) == sent[home.pk]
    assert len(wall.writes) < 250
    versions = await in_thread(heads, [board.stream, other.stream])
    raised = versions[board.stream] - board.version + versions[other.stream] - other.version
    assert raised == len(wall.writes)
