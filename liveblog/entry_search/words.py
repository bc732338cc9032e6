"""What is searched for, and where it stands in a text."""

from __future__ import annotations

import re
from typing import NamedTuple

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

MAX_QUERY = 200  # characters
MAX_WORDS = 8
AROUND = 240  # characters of an excerpt


class Hit(NamedTuple):
    headline: SafeString
    excerpt: SafeString


def words_of(text: str) -> list[str]:
    """The words of a question, each once."""
    return list(dict.fromkeys(text.replace("\0", "").casefold()[:MAX_QUERY].split()))[:MAX_WORDS]


def hit(headline: str, text: str, words: list[str]) -> Hit:
    return Hit(marked(headline, words), marked(excerpt(text, words), words))


def excerpt(text: str, words: list[str]) -> str:
    """So much of a text as is worth a line or two: from a little before the first word that was searched for."""
    found = pattern(words).search(text)
    start = max(0, found.start() - AROUND // 4) if found else 0
    start = text.rfind(" ", 0, start) + 1 if start else 0
    part = text[start : start + AROUND]
    return f"{'…' if start else ''}{part}{'…' if start + AROUND < len(text) else ''}"


def marked(text: str, words: list[str]) -> SafeString:
    """Safe HTML of a text, with each of the words in <mark>."""
    parts = pattern(words).split(text)  # by turns what lies between, and a word
    return format_html_join("", "{}", ((tagged(part) if n % 2 else part,) for n, part in enumerate(parts)))


def tagged(word: str) -> SafeString:
    return SafeString(f"<mark>{conditional_escape(word)}</mark>")


def pattern(words: list[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, longest_first)) or '(?!)'})", re.IGNORECASE)
