"""Names of streams: a kind, and the primary key of the row whose stream it is; the kind alone where all rows share one.

`liveblog.7` is that of a live blog, `liveblogs` that of their list.
"""

from __future__ import annotations

from typing import NamedTuple


class Parts(NamedTuple):
    kind: str
    key: str  # "" for a shared stream


def stream_name(kind: str, key: object = "") -> str:
    return kind if key == "" else f"{kind}.{key}"


def name_parts(name: str) -> Parts:
    kind, _, key = name.partition(".")
    return Parts(kind, key)
