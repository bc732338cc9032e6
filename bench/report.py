"""From records to medians, ratios, targets and the tables."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from .contestants import CONTESTANTS, Chat
from .works import Record

OURS, DAPHNE, USUAL = "serve-redis", "daphne-redis", "usual-daphne"
NOT_A_FIGURE = ("round", "valid", "readers")


class Medians:
    """The median of each figure over the rounds, by contestant, work and number of readers."""

    def __init__(self, records: list[Record]) -> None:
        groups: dict[tuple[str, str, int], list[Record]] = {}
        for record in records:
            groups.setdefault((record["contestant"], record["work"], record["readers"]), []).append(record)
        self.rows = {key: self.of(group) for key, group in groups.items()}

    @staticmethod
    def of(group: list[Record]) -> Record:
        figures = [name for name, value in group[0].items() if isinstance(value, int | float)]
        medians = {name: median(record[name] for record in group) for name in figures if name not in NOT_A_FIGURE}
        same = {name: group[0][name] for name in ("contestant", "work", "readers")}
        return {**same, "rounds": len(group), "valid": all(record["valid"] for record in group), **medians}

    def get(self, contestant: str, work: str, figure: str, readers: int | None = None) -> float | None:
        """None if it was not measured, or what was measured does not count."""
        for (name, done, count), row in self.rows.items():
            if (name, done) == (contestant, work) and readers in (None, count) and row["valid"]:
                return row.get(figure)
        return None

    def sizes(self, contestant: str) -> list[int]:
        return sorted(count for name, work, count in self.rows if (name, work) == (contestant, "growth"))

    def ratio(self, work: str, figure: str, ours: str, theirs: str) -> float | None:
        return divide(self.get(ours, work, figure), self.get(theirs, work, figure))


def divide(one: float | None, other: float | None) -> float | None:
    return one / other if one is not None and other else None


class Target(NamedTuple):
    work: str
    text: str
    limit: float
    value: Callable[[Medians], float | None]
    at_least: bool = False


def compare(work: str, figure: str, text: str, theirs: str, limit: float, ours: str = OURS) -> Target:
    title = {"one at a time": "(a)", "burst": "(b)", "connect": "(c)", "idle": "(d)"}[work]
    names = f"{ours} ÷ {theirs}"
    return Target(title, f"{text}: {names}", limit, lambda medians: medians.ratio(work, figure, ours, theirs))


def resuming(medians: Medians) -> float | None:
    return divide(medians.get(OURS, "resume", "cpu_us"), medians.get(OURS, "connect", "cpu_us"))


def growing(medians: Medians) -> float | None:
    sizes = medians.sizes(OURS)
    most, few = (medians.get(OURS, "growth", "cpu_us", size) for size in (max(sizes, default=0), 500))
    return divide(most, few)


def page(work: str) -> Target:
    def value(medians: Medians) -> float | None:
        return divide(medians.get(OURS, work, "per_second"), medians.get(OURS, "plain view", "per_second"))

    return Target("(e)", f"requests a second: {work} ÷ plain view", 0.7, value, at_least=True)


def talking(database: str) -> Target:
    ours, theirs = f"chat-serve-{database}", f"chat-usual-{database}"
    text = f"messages a second: {ours} ÷ {theirs}"
    return Target("(h)", text, 5, lambda medians: medians.ratio("talk", "per_second", ours, theirs), at_least=True)


CPU = "CPU per delivery"
TARGETS = (
    compare("one at a time", "cpu_us", CPU, USUAL, 1 / 10),
    compare("one at a time", "cpu_us", CPU, "node-ws", 0.9),
    compare("one at a time", "cpu_us", CPU, "nchan", 1.6),
    compare("one at a time", "last_ms", "time to the last reader", "node-ws", 1.0),
    compare("burst", "cpu_us", CPU, USUAL, 1 / 100),
    compare("burst", "cpu_us", CPU, "node-ws", 1 / 5),
    compare("burst", "cpu_us", CPU, "nchan", 1 / 2),
    compare("one at a time", "cpu_us", CPU, USUAL, 1 / 3, DAPHNE),
    compare("burst", "cpu_us", CPU, USUAL, 1 / 50, DAPHNE),
    compare("connect", "cpu_us", "CPU per reader", "usual-uvicorn", 1.0),
    Target("(c)", "CPU per reader: resuming ÷ connecting", 1.5, resuming),
    Target("(c)", "database queries to resume all", 3, lambda medians: medians.get(OURS, "resume", "queries")),
    compare("idle", "kib", "memory per connection", "usual-uvicorn", 0.85),
    page("revalidation"),
    page("changes"),
    Target("(f)", "CPU per delivery: most readers ÷ 500", 1.3, growing),
    talking("sqlite"),
    talking("postgres"),
)


def summary(records: list[Record], plan: dict[str, Any], missing: dict[str, str]) -> dict[str, Any]:
    medians = Medians(records)
    targets = []
    for target in TARGETS:
        value = target.value(medians)
        met = value is not None and (value >= target.limit if target.at_least else value <= target.limit)
        bound = "at least" if target.at_least else "at most"
        row = {"work": target.work, "text": target.text, "bound": bound, "limit": target.limit, "value": value}
        targets.append({**row, "met": met if value is not None else None})
    return {
        "machine": machine(),
        "plan": plan,
        "missing": missing,
        "valid": all(record["valid"] for record in records),
        "targets": targets,
        "medians": list(medians.rows.values()),
        "records": records,
    }


def machine() -> dict[str, Any]:
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return {
        "cpu": model[1] if model else platform.machine(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


# Tables, in Markdown.

Columns = tuple[tuple[str, str, str], ...]
COLUMNS: Columns = (
    ("one at a time", "cpu_us", "(a) CPU, µs"),
    ("one at a time", "last_ms", "to the last reader, ms"),
    ("one at a time", "redis_us", "Redis, µs"),
    ("one at a time", "bytes", "bytes"),
    ("burst", "cpu_us", "(b) CPU, µs"),
    ("rapid", "cpu_us", "one by one, µs"),
    ("connect", "cpu_us", "(c) connect, µs"),
    ("resume", "cpu_us", "resume, µs"),
    ("idle", "kib", "(d) idle, KiB"),
    ("after burst", "kib", "after bursts, KiB"),
    ("many", "cpu_us", "(g) CPU, µs"),
    ("many", "p99_ms", "p99, ms"),
)
HEADLINE = COLUMNS[0], COLUMNS[1], COLUMNS[4], COLUMNS[6], COLUMNS[8]
TALK: Columns = (
    ("talk", "per_second", "messages a second"),
    ("talk", "median_ms", "acknowledged in, ms"),
    ("talk", "p99_ms", "p99, ms"),
    ("talk", "cpu_us", "CPU, µs"),
    ("talk", "redis_us", "Redis, µs"),
    ("talk", "frames", "frames to each"),
)
RATIOS = COLUMNS[0], COLUMNS[1], COLUMNS[4], COLUMNS[6], COLUMNS[8], COLUMNS[10]


def tables(results: dict[str, Any]) -> str:
    medians = Medians(results["records"])
    measured = [name for name in CONTESTANTS if any(key[0] == name for key in medians.rows)]
    names = [name for name in measured if not isinstance(CONTESTANTS[name], Chat)]
    relative = [
        [CONTESTANTS[name].title, *(show(medians.ratio(work, figure, name, OURS)) for work, figure, _ in RATIOS)]
        for name in names
    ]
    machine = results["machine"]
    where = f"{machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']}, Python {machine['python']}"
    parts = [f"Medians of {results['plan']['rounds']} rounds. {where}.", figures(medians, names, COLUMNS)]
    parts += ["The same as multiples of the first:", table(["", *(title for _, _, title in RATIOS)], relative)]
    if medians.get(OURS, "plain view", "cpu_us"):
        parts += ["Pages (e):", table(["", "requests a second", "CPU, µs"], page_rows(medians))]
    if growing := [name for name in names if medians.sizes(name)]:
        parts += ["CPU per delivery, µs, by number of readers (f):", growth_table(medians, growing)]
    if talking := [name for name in measured if name not in names]:
        parts += ["The room in which everyone writes (h):", figures(medians, talking, TALK)]
    parts += ["Targets:", table(["", "", "limit", "reached", ""], target_rows(results), words=2)]
    return "\n\n".join(parts)


def figures(medians: Medians, names: list[str], columns: Columns) -> str:
    rows = [[CONTESTANTS[name].title, *(cell(medians, name, *column[:2]) for column in columns)] for name in names]
    return table(["", *(title for _, _, title in columns)], rows)


def headline(results: dict[str, Any]) -> str:
    """The head of the table, for the project's README: what has Redis or needs none."""
    medians = Medians(results["records"])
    measured = {name for name, *_ in medians.rows}
    usual_day = [name for name in CONTESTANTS if name in measured and not isinstance(CONTESTANTS[name], Chat)]
    names = [name for name in usual_day if not name.endswith("-memory")]
    rows = [[CONTESTANTS[name].title, *(cell(medians, name, *column[:2]) for column in HEADLINE)] for name in names]
    heads = ["an entry, CPU µs", "to the last reader, ms", "in a burst, CPU µs", "connecting, CPU µs", "idle, KiB"]
    return table(["", *heads], rows)


def cell(medians: Medians, name: str, work: str, figure: str) -> str:
    invalid = any(key[:2] == (name, work) and not row["valid"] for key, row in medians.rows.items())
    return "invalid" if invalid else show(medians.get(name, work, figure))


def page_rows(medians: Medians) -> list[list[str]]:
    works = ("plain view", "first visit", "revalidation", "changes")
    return [[work, *(cell(medians, OURS, work, figure) for figure in ("per_second", "cpu_us"))] for work in works]


def growth_table(medians: Medians, names: list[str]) -> str:
    sizes = sorted({size for name in names for size in medians.sizes(name)})
    rows = [
        [CONTESTANTS[name].title, *(show(medians.get(name, "growth", "cpu_us", size)) for size in sizes)]
        for name in names
    ]
    return table(["", *map(str, sizes)], rows)


def target_rows(results: dict[str, Any]) -> list[list[str]]:
    marks = {True: "✓", False: "✗", None: ""}
    return [
        [row["work"], row["text"], f"{row['bound']} {show(row['limit'])}", show(row["value"]), marks[row["met"]]]
        for row in results["targets"]
    ]


def show(value: float | None) -> str:
    """Three digits that count."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 99.5 else f"{value:.3g}"


def table(head: list[str], rows: list[list[str]], words: int = 1) -> str:
    """The first columns hold words, the others figures. They stand under each other in plain text, too."""
    lines = ["|"] * (len(rows) + 2)
    for number, column in enumerate(zip(head, *rows, strict=True)):
        width = max(3, *map(len, column))
        align, rule = (str.ljust, "-" * width) if number < words else (str.rjust, "-" * (width - 1) + ":")
        cells = [align(cell, width) for cell in column]
        cells.insert(1, rule)
        lines = [f"{line} {cell} |" for line, cell in zip(lines, cells, strict=True)]
    return "\n".join(lines)


def write_into(path: Path, text: str) -> None:
    """Between the markers of a Markdown file."""
    before, begin, rest = path.read_text().partition("<!-- written by make bench -->\n")
    _, end, after = rest.partition("<!-- end -->")
    path.write_text(f"{before}{begin}\n{text}\n\n{end}{after}")


def line(record: Record) -> str:
    """A record in short, while the benchmark runs."""
    names = ("cpu_us", "redis_us", "load_us", "last_ms", "kib", "per_second", "queries", "missing", "doubled")
    figures = "  ".join(f"{name} {show(record[name])}" for name in names if record.get(name))
    return f"{record['round'] + 1}  {record['contestant']:14} {record['work']:20} {record['readers']:5}  {figures}"
