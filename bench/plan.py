"""How much of each work is done: by `make bench`, by `make bench-quick`, and by the smoke test."""

from dataclasses import dataclass

SLOW = ("usual-daphne", "usual-uvicorn", "daphne-redis", "daphne-memory")  # they grow to 2,000 readers only


@dataclass(frozen=True)
class Plan:
    rounds: int
    readers: int  # of entries one at a time and of bursts
    entries: int  # one at a time
    connects: int  # readers who connect, wait, and come back
    page_rounds: int = 0
    page_seconds: float = 1
    growth_rounds: int = 0
    growth: tuple[int, ...] = ()
    growth_deliveries: int = 0  # at each size
    many_rounds: int = 0
    channels: int = 200
    per_second: float = 200  # entries, on all channels together


PLANS = {
    "full": Plan(
        rounds=3,
        readers=500,
        entries=40,
        connects=2000,
        page_rounds=3,
        page_seconds=2,
        growth_rounds=2,
        growth=(100, 200, 500, 1000, 2000, 5000),
        growth_deliveries=40_000,
        many_rounds=2,
    ),
    "quick": Plan(
        rounds=1,
        readers=500,
        entries=20,
        connects=500,
        page_rounds=1,
        growth_rounds=1,
        growth=(100, 500, 2000),
        growth_deliveries=10_000,
        many_rounds=1,
    ),
    "smoke": Plan(rounds=1, readers=20, entries=3, connects=20, many_rounds=1, channels=10),
}
