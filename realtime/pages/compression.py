"""Compressed answers, for what is the same for everyone. What is one person's alone goes as it is: by the length of a
compressed page, who can make its reader ask for something might guess what else is in it."""

from __future__ import annotations

import gzip
import re

from django.http import HttpRequest

LEVEL = 6  # 9 takes twice the time, and saves one byte in a hundred
GZIP = re.compile(r"(?:^|[\s,])gzip(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))(?![\w-])", re.IGNORECASE)


def takes_gzip(request: HttpRequest) -> bool:
    return GZIP.search(request.headers.get("Accept-Encoding", "")) is not None


def compressed(content: bytes) -> bytes:
    """The same bytes for the same content, whenever it is compressed."""
    return gzip.compress(content, LEVEL, mtime=0)
