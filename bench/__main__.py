"""Run the benchmark: python -m bench [quick | smoke] [--only NAME,…] [--json FILE]; see bench/README.md."""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import sys
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from tests.servers import Redis

from . import measure, plot, report, works
from .contestants import CONTESTANTS, Chat, Contestant
from .plan import PLANS, Plan
from .running import redis_server, running
from .works import Record

HERE = Path(__file__).resolve().parent


def run(plan: Plan, contestants: list[Contestant]) -> Generator[Record]:
    """All works, round by round: whatever else this machine does meets all contestants alike."""
    with redis_server() as redis, tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # nginx's worker is another user
        for round in range(plan.rounds):
            for contestant in turned(contestants, round):
                yield from one_round(contestant, redis, folder, plan, round)


def one_round(contestant: Contestant, redis: Redis, folder: str, plan: Plan, round: int) -> Iterator[Record]:
    def labelled(records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            valid = not (record.get("missing") or record.get("doubled"))
            yield {"contestant": contestant.name, "round": round, "valid": valid, **record}

    if isinstance(contestant, Chat):
        with running(contestant, redis, folder) as server:
            yield from labelled([works.talking(server, plan)])
        return
    with running(contestant, redis, folder) as server:
        yield from labelled(works.usual_day(server, plan))
        if contestant.name == "serve-redis" and round < plan.page_rounds:
            yield from labelled(works.pages(server, plan.page_seconds))
    if contestant.name in plan.many and round < plan.many_rounds:
        with running(contestant, redis, folder) as server:
            yield from labelled([works.many(server, plan)])
    if contestant.name in plan.growing and round < plan.growth_rounds:
        with running(contestant, redis, folder) as server:
            yield from labelled(works.growth(server, plan))


def turned(contestants: list[Contestant], round: int) -> list[Contestant]:
    """Another one begins each round."""
    first = round * 2 % len(contestants)
    return contestants[first:] + contestants[:first]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("size", nargs="?", choices=PLANS, default="full")
    parser.add_argument("--only", help=f"of these, by commas: {','.join(CONTESTANTS)}")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that its servers end with it
    measure.allow_many_files()

    wanted = [CONTESTANTS[name] for name in (options.only or ",".join(CONTESTANTS)).split(",")]
    missing = {each.name: reason for each in wanted if (reason := each.missing())}
    for name, reason in missing.items():
        print(f"Left out: {name}. It needs {reason}: scripts/bench-deps.sh", file=sys.stderr)
    contestants = [each for each in wanted if each.name not in missing]

    records, began = [], time.monotonic()
    with contextlib.closing(run(PLANS[options.size], contestants)) as stream:
        for record in stream:
            print(f"{time.monotonic() - began:4.0f} s  {report.line(record)}", file=sys.stderr, flush=True)
            records.append(record)
    results = report.summary(records, asdict(PLANS[options.size]), missing)
    tables = report.tables(results)
    print(tables)
    path = options.json or HERE / ("results.json" if options.size == "full" else "results-quick.json")
    path.write_text(json.dumps(results, indent=1) + "\n")
    if options.size == "full" and not options.only:
        report.write_into(HERE / "README.md", tables)
        report.write_into(HERE.parent / "README.md", report.headline(results))
        (HERE.parent / "docs/growth.svg").write_text(plot.growth(results))
    return 0 if results["valid"] else 1


if __name__ == "__main__":
    sys.exit(main())
