"""How to hold what is read elsewhere against its format: XML against tables of elements, JSON against structures."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated
from xml.etree import ElementTree

import msgspec
from msgspec import Meta

MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
URL = r"https?://[^\s<>\"]+"
TEXT, BLANK, WORDS = r"(?s).*", r"\s*", r"(?s).*\S.*"

#: Of each element: what its text is, its attributes (with "?" those it may lack), and how many of each child it has.
Table = dict[str, tuple[str, dict[str, str], dict[str, str]]]
LEAF: dict[str, str] = {}

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


Url = Annotated[str, Meta(pattern=f"^{URL}$")]
Words = Annotated[str, Meta(pattern=r"\S")]
Moment = Annotated[datetime, Meta(tz=True)]
Pixels = Annotated[int, Meta(gt=0)]


class Strict(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    pass
