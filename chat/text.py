"""Chat text: plain, escaped, with links and mentions marked up; line breaks are kept by `white-space: pre-wrap`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from unicodedata import normalize

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from realtime.text import links

MAX_MENTIONS = 50  # in one text: each person mentioned gets a row, in a stream of their own

# What follows the @ is what Django allows in usernames. An address, such as alice@example.org, mentions nobody.
MENTION = re.compile(r"(?<![\w@.+/-])@([\w.@+-]{1,150})")


def to_html(text: str, mentions: Mapping[str, int]) -> SafeString:
    """Safe HTML of a text; `mentions` maps the names in it to the primary keys of people in the room."""
    return mark_safe("".join(_pieces(text, mentions)))


def mentioned(text: str) -> set[str]:
    """What may be usernames in a text: each @name, and without the full stop that may end the sentence."""
    return {name for match in _matches(text) for name in variants(match[1])}


def named(text: str, people: Mapping[str, int]) -> dict[str, int]:
    """Of these people, by what they are called there, those whom a text mentions."""
    return {name: people[name] for match in _matches(text) if (name := _name(match, people))}


def variants(name: str) -> tuple[str, str]:
    """What a name in a text may be: the mark behind it may end the sentence."""
    return name, name.rstrip(".@+-")


def folded(name: str) -> str:
    """The same for names that differ in capitals alone."""
    return normalize("NFKC", name).casefold()


def _pieces(text: str, mentions: Mapping[str, int]) -> Iterator[str]:
    end = 0
    for match in _matches(text) if mentions else ():
        if name := _name(match, mentions):
            yield _with_links(text[end : match.start()])
            yield format_html('<b class="mention" data-person="{}">@{}</b>', mentions[name], name)
            end = match.start(1) + len(name)
    yield _with_links(text[end:])


def _with_links(text: str) -> str:
    # In another tab, since in this one it would end the conversation. A quote in the text can't look like this one.
    html = links(text, nofollow=True, autoescape=True)
    return html.replace(' rel="nofollow">', ' rel="nofollow noopener" target="_blank">')


def _matches(text: str) -> Iterator[re.Match[str]]:
    """What is part of an address, such as `?user=@alice`, mentions nobody."""
    words = (word for word in links.words(text) if "@" in word[0] and not links.is_link(word[0]))
    return islice((match for word in words for match in MENTION.finditer(text, *word.span())), MAX_MENTIONS)


def _name(match: re.Match[str], people: Mapping[str, int]) -> str | None:
    return next((name for name in variants(match[1]) if name in people), None)
