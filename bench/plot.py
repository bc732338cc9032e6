"""The growth plot, as an SVG that reads in light and dark."""

from __future__ import annotations

from math import log10
from typing import Any

from .contestants import CONTESTANTS

WIDTH, HEIGHT = 820, 420
LEFT, RIGHT, TOP, BOTTOM = 60, 290, 40, 50
TICKS = (2, 5, 10, 20, 50, 100, 200, 500)
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #333 }
  .grid { stroke: #ddd } .line { fill: none; stroke-width: 2.5 }
  .c0 { --c: #c2185b } .c1 { --c: #8e44ad } .c2 { --c: #b9770e } .c3 { --c: #7a6a00 }
  .c4 { --c: #1e8449 } .c5 { --c: #1565c0 } .c6 { --c: #607d8b }
  .line { stroke: var(--c) } .dot, text.name { fill: var(--c) }
  @media (prefers-color-scheme: dark) {
    text { fill: #ccc } .grid { stroke: #444 }
    .c0 { --c: #ff6fa5 } .c1 { --c: #c792ea } .c2 { --c: #f5b041 } .c3 { --c: #d4c25a }
    .c4 { --c: #58d68d } .c5 { --c: #64b5f6 } .c6 { --c: #a7bcc8 }
  }
"""


def growth(results: dict[str, Any]) -> str:
    """CPU per delivery over the number of readers, both axes logarithmic."""
    points: dict[str, list[tuple[int, float]]] = {}
    for row in results["medians"]:
        if row["work"] == "growth" and row["valid"]:
            points.setdefault(row["contestant"], []).append((row["readers"], row["cpu_us"]))
    sizes = sorted({size for line in points.values() for size, _ in line})
    costs = [cost for line in points.values() for _, cost in line]
    if len(sizes) < 2:
        return ""
    low = max([tick for tick in TICKS if tick <= min(costs)], default=min(costs))
    high = min([tick for tick in TICKS if tick >= max(costs)], default=max(costs))

    def x(size: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * log10(size / sizes[0]) / log10(sizes[-1] / sizes[0])

    def y(cost: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * log10(cost / low) / log10(high / low)

    parts = [f'<text x="{LEFT}" y="20">CPU per delivery, µs, one entry at a time, by number of readers</text>']
    for tick in [tick for tick in TICKS if low <= tick <= high]:
        parts.append(f'<path class="grid" d="M{LEFT} {y(tick):.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick}</text>')
    for size in sizes:
        parts.append(f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle">{size:,}</text>')
    names = apart({name: y(sorted(line)[-1][1]) + 4 for name, line in points.items()})
    for index, (name, line) in enumerate(points.items()):
        line.sort()
        path = "L".join(f"{x(size):.1f} {y(cost):.1f}" for size, cost in line)
        dots = "".join(f'<circle class="dot" cx="{x(size):.1f}" cy="{y(cost):.1f}" r="3.5"/>' for size, cost in line)
        label = f'<text class="name" x="{WIDTH - RIGHT + 12}" y="{names[name]:.1f}">{CONTESTANTS[name].title}</text>'
        parts.append(f'<g class="c{index}"><path class="line" d="M{path}"/>{dots}{label}</g>')
    body = "\n".join(parts)
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img"><style>{STYLE}</style>\n{body}\n</svg>\n'


def apart(heights: dict[str, float], least: float = 17) -> dict[str, float]:
    """Labels in the same order, moved down where they would touch."""
    placed: dict[str, float] = {}
    last = 0.0
    for name, height in sorted(heights.items(), key=lambda item: item[1]):
        last = placed[name] = max(height, last + least)
    return placed
