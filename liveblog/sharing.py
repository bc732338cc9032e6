"""What is said of live blogs and entries elsewhere: the same, in whichever format."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings

from .markdown import to_text
from .models import Entry

DESCRIPTION = 200  # characters
TITLE = 120
#: What neither XML nor a person can read, whoever wrote it.
UNREADABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def absolute(address: str) -> str:
    """An address of this site as the rest of the world has it: by SITE_URL, and not by how a request came here."""
    return urljoin(settings.SITE_URL, address)


def text_of(entry: Entry) -> str:
    """An entry's text without its markup, in one line; of a picture alone, what it shows."""
    return one_line(to_text(entry.body)) or entry.image_alt


def title_of(entry: Entry) -> str:
    return one_line(entry.headline) or shortened(text_of(entry), TITLE)


def one_line(text: str) -> str:
    return " ".join(UNREADABLE.sub("", text).split())


def described(text: str) -> str:
    return shortened(one_line(text), DESCRIPTION)


def shortened(text: str, most: int) -> str:
    """So many characters at most, up to the end of a word; as highlights.js has it."""
    if len(text) <= most:
        return text
    words, _, _ = text[:most].rpartition(" ")
    return (words or text[: most - 1]) + "…"


def picture_of(entry: Entry) -> dict[str, Any] | None:
    """Its `url`, absolute, with `width`, `height`, `alt` and `credit`."""
    return entry.picture and {**entry.picture, "url": absolute(entry.picture["url"])}


def updated(entry: Entry) -> datetime:
    return max(entry.published_at, entry.updated_at or entry.published_at)
