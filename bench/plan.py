"""How much of each work is done: by `make bench`, by `make bench-quick`, and by the smoke test."""

from dataclasses import dataclass

WITH_REDIS = ("serve-redis", "daphne-redis", "usual-daphne", "usual-uvicorn", "node-ws", "nchan", "picows")


@dataclass(frozen=True)
class Plan:
    rounds: int
    readers: int  # of entries one at a time and of bursts
    entries: int  # one at a time
    connects: int  # readers who connect, wait, and come back
    rapid: bool = False  # bursts of single transactions, too
    page_rounds: int = 0
    page_seconds: float = 1
    growing: tuple[str, ...] = ()
    growth_rounds: int = 0
    growth: tuple[int, ...] = ()
    growth_deliveries: int = 0  # at each size
    many: tuple[str, ...] = ()
    many_rounds: int = 0
    channels: int = 200
    per_second: float = 100  # entries, on all channels together
    talkers: int = 100  # in the room where everyone writes
    talk_seconds: float = 4


PLANS = {
    "full": Plan(
        rounds=3,
        readers=500,
        entries=30,
        connects=2000,
        rapid=True,
        page_rounds=3,
        page_seconds=2,
        growing=WITH_REDIS,
        growth_rounds=1,
        growth=(100, 200, 500, 1000, 2000, 5000),
        growth_deliveries=20_000,
        many=WITH_REDIS,
        many_rounds=1,
    ),
    "quick": Plan(
        rounds=1,
        readers=500,
        entries=10,
        connects=500,
        page_rounds=1,
        growing=("serve-redis", "node-ws", "nchan"),
        growth_rounds=1,
        growth=(100, 500, 2000),
        growth_deliveries=10_000,
        many=("serve-redis", "node-ws"),
        many_rounds=1,
        talk_seconds=2,
    ),
    "smoke": Plan(rounds=1, readers=20, entries=3, connects=20, talkers=10, talk_seconds=0.5),
}
