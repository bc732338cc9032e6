"""The properties that schema.org has for a live blog and its updates, as far as they are used."""

from __future__ import annotations

from typing import Any

import msgspec

from .formats import Moment, Pixels, Strict, Url, Words


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
