"""Atom with its deletions (RFC 4287, RFC 6721), and JSON Feed 1.1: what they allow."""

from __future__ import annotations

from typing import Annotated, Literal
from xml.etree import ElementTree

import msgspec
from msgspec import Meta

from .formats import BLANK, LEAF, MOMENT, TEXT, URL, WORDS, Moment, Strict, Table, Url, Words

ATOM, GONE = "{http://www.w3.org/2005/Atom}", "{http://purl.org/atompub/tombstones/1.0}"
XML = "{http://www.w3.org/XML/1998/namespace}"

ATOM_FEED: Table = {
    ATOM + "feed": (BLANK, {XML + "lang?": r"[a-z-]+"}, {
        ATOM + "id": "1", ATOM + "title": "1", ATOM + "subtitle": "?", ATOM + "updated": "1", ATOM + "author": "+",
        ATOM + "link": "+", ATOM + "entry": "*", GONE + "deleted-entry": "*",
    }),
    ATOM + "entry": (BLANK, LEAF, {
        ATOM + "id": "1", ATOM + "title": "1", ATOM + "published": "?", ATOM + "updated": "1", ATOM + "author": "*",
        ATOM + "link": "*", ATOM + "category": "*", ATOM + "content": "?",
    }),
    ATOM + "id": (URL, LEAF, LEAF),
    ATOM + "title": (WORDS, LEAF, LEAF),
    ATOM + "subtitle": (WORDS, LEAF, LEAF),
    ATOM + "updated": (MOMENT, LEAF, LEAF),
    ATOM + "published": (MOMENT, LEAF, LEAF),
    ATOM + "author": (BLANK, LEAF, {ATOM + "name": "1"}),
    ATOM + "name": (WORDS, LEAF, LEAF),
    ATOM + "link": (BLANK, {"rel": "self|alternate", "type": r"\w+/[\w.+-]+", "href": URL}, LEAF),
    ATOM + "category": (BLANK, {"term": r"\S+"}, LEAF),
    ATOM + "content": (TEXT, {"type": "html", XML + "base?": URL}, LEAF),
    GONE + "deleted-entry": (BLANK, {"ref": URL, "when": MOMENT}, LEAF),
}  # fmt: skip


def check_feed(root: ElementTree.Element) -> None:
    """What Atom asks for beyond its elements: an id once, one link to each kind of page, and one to itself."""
    ids = [each.findtext(ATOM + "id") for each in root.iter(ATOM + "entry")]
    assert len(set(ids)) == len(ids)
    for each in [root, *root.iter(ATOM + "entry")]:
        kinds = [(link.get("rel"), link.get("type")) for link in each.findall(ATOM + "link")]
        assert len(set(kinds)) == len(kinds)
    assert root.find(f"{ATOM}link[@rel='self']") is not None


class Author(Strict):
    name: Words


class FeedItem(Strict):
    id: Url
    url: Url
    content_html: str
    date_published: Moment
    date_modified: Moment
    title: Words | msgspec.UnsetType = msgspec.UNSET
    authors: list[Author] | msgspec.UnsetType = msgspec.UNSET
    image: Url | msgspec.UnsetType = msgspec.UNSET
    tags: list[Words] | msgspec.UnsetType = msgspec.UNSET


class JsonFeed(Strict):
    version: Literal["https://jsonfeed.org/version/1.1"]
    title: Words
    items: list[FeedItem]
    home_page_url: Url
    feed_url: Url
    language: Annotated[str, Meta(pattern="^[a-z-]+$")]
    authors: list[Author]
    description: Words | msgspec.UnsetType = msgspec.UNSET
