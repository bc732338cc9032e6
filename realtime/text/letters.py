"""SQLite compares letters as PostgreSQL does. It knows capitals of ASCII alone: "ärger" would find no "Ärger".

`LIKE`, by which Django searches, and `LOWER` and `UPPER` are replaced on each connection.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.db.backends.signals import connection_created


def teach(connection: Any, **kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        for count in 2, 3:
            connection.connection.create_function("LIKE", count, like, deterministic=True)
        for name, change in ("LOWER", str.lower), ("UPPER", str.upper):
            connection.connection.create_function(name, 1, of_text(change), deterministic=True)


def like(pattern: Any, text: Any, escape: str = "") -> bool | None:
    if pattern is None or text is None:
        return None
    return compiled(str(pattern), escape).search(str(text).casefold()) is not None


@lru_cache(maxsize=256)
def compiled(pattern: str, escape: str) -> re.Pattern[str]:
    tokens = re.findall(f"{re.escape(escape)}.|." if escape else ".", pattern.casefold(), re.DOTALL)
    body = "".join({"%": ".*", "_": "."}.get(token) or re.escape(token[-1]) for token in tokens)
    return re.compile(rf"\A{body}\Z".removeprefix(r"\A.*").removesuffix(r".*\Z"), re.DOTALL)


def of_text(change: Any) -> Any:
    return lambda value: change(value) if isinstance(value, str) else value


def connect() -> None:
    connection_created.connect(teach)
