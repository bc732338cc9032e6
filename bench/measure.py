"""What a server costs, as the operating system tells it, for the whole tree of its processes."""

from __future__ import annotations

import contextlib
import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path

SERVERS, LOAD = 0, 1  # cores
QUIET = 0.1  # seconds


@contextlib.contextmanager
def on_core(core: int) -> Iterator[None]:
    """What is started in the block, with all its threads and children, runs on this core alone."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(before)[core % len(before)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def allow_many_files(wanted: int = 20_000) -> None:
    """For this process and those it starts. Root may raise the hard limit too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limits in (max(wanted, soft), max(wanted, hard)), (hard, hard):
        with contextlib.suppress(ValueError, OSError):
            return resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def tree(root: int) -> list[int]:
    """A process and everything that descends from it."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # ended meanwhile
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(stat.parent.name))
    found = [root]
    for pid in found:
        found += parents.get(pid, [])
    return found


def cpu(root: int) -> float:
    """The CPU seconds of a tree so far, user and system, to the nanosecond; threads that ended included."""
    return sum(time.clock_gettime(~pid << 3 | 2) for pid in tree(root))  # as clock_getcpuclockid(3) makes its ids


def memory(root: int) -> int:
    """The bytes of a tree's own memory, pages that are shared counted in part (PSS); without the kernel's buffers."""
    rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in tree(root)]
    return 1024 * sum(int(line.split()[1]) for text in rollups for line in text.splitlines() if line.startswith("Pss:"))


def settle(*roots: int, timeout: float = 20) -> None:
    """Wait until these processes have nothing left to do: what a second of heartbeats costs is below the limit."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        before = sum(map(cpu, roots))
        time.sleep(QUIET)
        if sum(map(cpu, roots)) - before < 0.05 * QUIET:
            return
