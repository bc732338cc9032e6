"""The work that is measured, by the issue's letters. Each function yields records: what was done, and its figures."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from statistics import median
from typing import Any

from .contestants.chat import Chat, sessions, stored
from .contestants.site import Site, ask, head
from .plan import Plan
from .running import Running
from .talk import Message

Record = dict[str, Any]
BEHIND = 20  # changes that a reader who resumes has missed
BURST = 100


def usual_day(running: Running, plan: Plan) -> Iterator[Record]:
    """Readers come, wait, are sent entries one at a time and in bursts, and come back: (a) to (d)."""
    warm_up(running)
    before = running.memory()
    yield connecting(running, plan.connects)
    idle = (running.memory() - before) / plan.connects
    yield {"work": "idle", "readers": plan.connects, "kib": idle / 1024}
    running.keep(plan.readers)
    before = running.memory()
    yield one_at_a_time(running, plan.entries)
    yield burst(running, at_once=True)
    if plan.rapid:
        yield burst(running, at_once=False)
    after = idle + (running.memory() - before) / plan.readers
    yield {"work": "after burst", "readers": plan.readers, "kib": after / 1024}
    if isinstance(running.contestant, Site) and running.contestant.redis:
        yield from resuming(running, plan.connects)


def warm_up(running: Running) -> None:
    """What is done for the first time, or not yet compiled, costs more."""
    running.connect(50)
    one_at_a_time(running, 5)
    burst(running, at_once=False)
    running.keep(0)


def one_at_a_time(running: Running, entries: int, work: str = "one at a time") -> Record:
    """(a) An entry; when all readers have it, the next."""
    run = running.expect(entries)
    returned = []
    with running.cost() as cost:
        for number in range(entries):
            returned.append(running.publish(run, 1, first=number))
            if not running.wait(number + 1):
                break
    record, last = running.deliveries(cost)
    after = median(at - done for at, done in zip(last, returned, strict=False)) / 1e6
    return {"work": work, "entries": entries, **record, "last_after_publish_ms": after}


def burst(running: Running, at_once: bool) -> Record:
    """(b) A hundred at once, as when drafts are published together; or one after the other, each on its own."""
    run = running.expect(BURST)
    with running.cost() as cost:
        running.publish(run, BURST, at_once=at_once)
        running.wait(BURST)
    return {"work": "burst" if at_once else "rapid", "entries": BURST, **running.deliveries(cost)[0]}


def connecting(running: Running, readers: int) -> Record:
    """(c) Readers connect, and know that they are there."""
    with running.cost() as cost:
        running.connect(readers)
    return {"work": "connect", "readers": readers, **per_reader(cost, readers)}


def resuming(running: Running, readers: int) -> Iterator[Record]:
    """(c) All readers come back to a server that stayed, then to one that was started anew."""
    for work in ("resume", "resume after restart"):
        running.keep(0)
        run = running.expect(BEHIND)
        running.publish(run, BEHIND)
        cursor = head(running.place, "blog0") - BEHIND
        if work == "resume after restart":
            running.stop()
            running.start()
        queries = ask(running.place)["queries"]
        with running.cost() as cost:
            running.connect(readers, after=cursor)
            running.wait(BEHIND)
        queries = ask(running.place)["queries"] - queries
        record, _ = running.deliveries(cost)
        counts = {name: record[name] for name in ("missing", "doubled")}
        yield {"work": work, "readers": readers, **counts, "queries": queries, **per_reader(cost, readers)}


def per_reader(cost: dict[str, float], readers: int) -> Record:
    return {"cpu_us": 1e6 * cost["server"] / readers, "redis_us": 1e6 * cost["redis"] / readers}


def pages(running: Running, seconds: float) -> Iterator[Record]:
    """(e) The live blog's page, beside a bare view: requests a second, and CPU for each."""
    running.publish(running.expect(30), 30)
    page = f"http://127.0.0.1:{running.place.port}/liveblog/blog0/"
    with urllib.request.urlopen(page, timeout=10) as response:
        etag = response.headers["ETag"]
    after = head(running.place, "blog0")
    for work, path, headers, status in (
        ("plain view", "/plain/", {}, 200),
        ("first visit", "/liveblog/blog0/", {}, 200),
        ("revalidation", "/liveblog/blog0/", {"If-None-Match": etag}, 304),
        ("changes", f"/liveblog/blog0/changes/?after={after}", {}, 200),
    ):
        with running.cost() as cost:
            done = running.load(do="request", path=path, headers=headers, status=status, seconds=seconds)
        rate = done["requests"] / done["seconds"]
        yield {"work": work, "readers": 0, "per_second": rate, "cpu_us": 1e6 * cost["server"] / done["requests"]}


def growth(running: Running, plan: Plan) -> Iterator[Record]:
    """(f) One at a time, to more and more readers."""
    warm_up(running)
    for readers in plan.growth:
        if readers <= running.contestant.most_readers:
            running.connect(readers)
            yield one_at_a_time(running, max(5, plan.growth_deliveries // readers), work="growth")


def many(running: Running, plan: Plan) -> Record:
    """(g) Many live blogs with 10 readers each, all posting in turn: 3 entries each."""
    warm_up(running)
    running.connect(10 * plan.channels, plan.channels)
    entries = 3 * plan.channels
    run = running.expect(entries, plan.channels)
    with running.cost() as cost:
        running.publish(run, entries, channels=plan.channels, per_second=plan.per_second)
        running.wait(entries)
    return {"work": "many", "channels": plan.channels, "entries": entries, **running.deliveries(cost)[0]}


def talking(running: Running, plan: Plan) -> Record:
    """(h) A room in which everyone writes. Who is told that a message is stored finds it there, once."""
    assert isinstance(running.contestant, Chat)
    running.load(do="connect", sessions=sessions(running.place)[: plan.talkers])
    running.load(do="talk", run=0, seconds=plan.talk_seconds / 4)  # as a warm-up
    with running.cost() as cost:
        done = running.load(do="talk", run=1, seconds=plan.talk_seconds)
    said = {Message(1, talker, number).text for talker, count in enumerate(done["said"]) for number in range(count)}
    kept = [text for text in stored(running.contestant, running.place) if text.startswith("1 ")]
    messages = len(said) or 1
    return {
        "work": "talk",
        "readers": plan.talkers,
        "messages": len(said),
        "per_second": len(said) / done["seconds"],
        "missing": done["missing"] + len(said.difference(kept)) + (not said),
        "doubled": done["doubled"] + len(kept) - len(said.intersection(kept)),
        "cpu_us": 1e6 * cost["server"] / messages,
        "redis_us": 1e6 * cost["redis"] / messages,
        "load_us": 1e6 * cost["load"] / messages,
        "frames": done["frames"] / messages / plan.talkers,
        "median_ms": done["delays"][0] / 1e6,
        "p99_ms": done["delays"][1] / 1e6,
    }
