"""What the formats allow that are read elsewhere: XML as tables of elements, JSON as structures without further fields.

By RFC 4287 and RFC 6721 (Atom and its deletions), sitemaps.org, jsonfeed.org (1.1), oembed.com (1.0), schema.org.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from xml.etree import ElementTree

import msgspec
from msgspec import Meta

MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
URL = r"https?://[^\s<>\"]+"
TEXT, BLANK, WORDS = r"(?s).*", r"\s*", r"(?s).*\S.*"

ATOM, GONE, MAP = (
    "{http://www.w3.org/2005/Atom}",
    "{http://purl.org/atompub/tombstones/1.0}",
    "{http://www.sitemaps.org/schemas/sitemap/0.9}",
)
XML = "{http://www.w3.org/XML/1998/namespace}"

#: Of each element: what its text is, its attributes (with "?" those it may lack), and how many of each child it has.
Table = dict[str, tuple[str, dict[str, str], dict[str, str]]]
LEAF: dict[str, str] = {}

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
SITEMAP: Table = {
    MAP + "urlset": (BLANK, LEAF, {MAP + "url": "+"}),
    MAP + "url": (BLANK, LEAF, {MAP + "loc": "1", MAP + "lastmod": "?"}),
    MAP + "loc": (URL, LEAF, LEAF),
    MAP + "lastmod": (MOMENT, LEAF, LEAF),
}
COUNTS = {"1": range(1, 2), "?": range(2), "+": range(1, 10**9), "*": range(10**9)}


def read_xml(content: bytes, table: Table) -> ElementTree.Element:
    """The root; AssertionError for what the table does not allow, ParseError for what is no XML."""
    root = ElementTree.fromstring(content)
    assert root.tag == next(iter(table))
    for element in root.iter():
        text, attributes, children = table[element.tag]
        assert re.fullmatch(text, element.text or ""), (element.tag, element.text)
        allowed = {name.removesuffix("?"): value for name, value in attributes.items()}
        assert {name for name in attributes if not name.endswith("?")} <= set(element.keys()) <= set(allowed)
        assert all(re.fullmatch(allowed[name], value) for name, value in element.items()), element.attrib
        found = [child.tag for child in element]
        assert set(found) <= set(children), (element.tag, found)
        assert all(found.count(tag) in COUNTS[count] for tag, count in children.items()), (element.tag, found)
    return root


def check_feed(root: ElementTree.Element) -> None:
    """What Atom asks for beyond its elements: an id once, one link to each kind of page, and one to itself."""
    ids = [each.findtext(ATOM + "id") for each in root.iter(ATOM + "entry")]
    assert len(set(ids)) == len(ids)
    for each in [root, *root.iter(ATOM + "entry")]:
        kinds = [(link.get("rel"), link.get("type")) for link in each.findall(ATOM + "link")]
        assert len(set(kinds)) == len(kinds)
    assert root.find(f"{ATOM}link[@rel='self']") is not None


Url = Annotated[str, Meta(pattern=f"^{URL}$")]
Words = Annotated[str, Meta(pattern=r"\S")]
Moment = Annotated[datetime, Meta(tz=True)]
Pixels = Annotated[int, Meta(gt=0)]


class Strict(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    pass


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


class RichOEmbed(Strict):
    """A rich one needs html, width and height."""

    type: Literal["rich"]
    version: Literal["1.0"]
    html: Words
    width: Pixels
    height: Pixels
    title: Words
    provider_name: Words
    provider_url: Url
    cache_age: Pixels


class Thing(Strict, tag_field="@type"):
    pass


class Organization(Thing):
    name: Words
    url: Url


class Person(Thing):
    name: Words


class ImageObject(Thing):
    url: Url
    caption: Words
    width: Pixels
    height: Pixels


class Posting(Thing):
    """The properties of a CreativeWork, an Article and a BlogPosting that are used."""

    url: Url
    headline: Words
    datePublished: Moment | msgspec.UnsetType = msgspec.UNSET
    dateModified: Moment | msgspec.UnsetType = msgspec.UNSET
    author: Organization | Person | msgspec.UnsetType = msgspec.UNSET
    publisher: Organization | msgspec.UnsetType = msgspec.UNSET
    image: ImageObject | msgspec.UnsetType = msgspec.UNSET


class LiveBlogPosting(Posting):
    description: Words | msgspec.UnsetType = msgspec.UNSET
    coverageStartTime: Moment | msgspec.UnsetType = msgspec.UNSET
    coverageEndTime: Moment | msgspec.UnsetType = msgspec.UNSET
    liveBlogUpdate: list[BlogPosting] | msgspec.UnsetType = msgspec.UNSET


class BlogPosting(Posting):
    articleBody: str = ""
    correction: Words | msgspec.UnsetType = msgspec.UNSET
    isPartOf: LiveBlogPosting | msgspec.UnsetType = msgspec.UNSET


def read_json_ld(text: str) -> Any:
    """A live blog's or an entry's data; ValidationError for what schema.org does not have there."""
    data = msgspec.json.decode(text)
    assert data.pop("@context") == "https://schema.org"
    return msgspec.convert(data, LiveBlogPosting | BlogPosting)


def is_ours(url: str, site: str) -> bool:
    return urlsplit(url)[:2] == urlsplit(site)[:2]
