"""Addresses in text, found as Django's `urlize` does, also where Chinese and Japanese put no space beside them."""

import re
from collections.abc import Iterator

from django.utils.html import Urlizer

WIDE_MARKS = r"\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"  # spaces, full stops, brackets
WIDE_LETTERS = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"


BREAK = rf"""\s<>"'{WIDE_MARKS}"""
START = rf"(?<=[{WIDE_LETTERS}])(?=https?://)"
WORD = re.compile(rf"[^{BREAK}]+?(?={START}|[{BREAK}]|$)", re.IGNORECASE)


class Links(Urlizer):
    """`Links()(text, nofollow=…, autoescape=True)` is its HTML."""

    word_split_re = re.compile(rf"([{BREAK}]+|{START})", re.IGNORECASE)
    trailing_punctuation_chars = ".,:;!?*_~"

    def words(self, text: str) -> Iterator[re.Match[str]]:
        """What may each be an address."""
        return WORD.finditer(text)

    def is_link(self, word: str) -> bool:
        return "<a " in self(word)


links = Links()
MAX_ADDRESS = 2_048  # characters, as for Django


def address_at_start(text: str) -> str | None:
    """The address of a page that a text begins with."""
    word = links.word_split_re.split(text[: MAX_ADDRESS + 1], maxsplit=1)[0]
    address = links.trim_punctuation(word)[1] if len(word) <= MAX_ADDRESS else ""
    return address if links.simple_url_re.match(address) else None
