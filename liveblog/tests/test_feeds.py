"""Feeds: valid whatever was written, without what never was public, and such that their readers forget what went."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.utils import timezone

from liveblog.admin.moving import move
from liveblog.feeds.content import LATEST
from liveblog.models import Entry, LiveBlog

from .feed_formats import ATOM, ATOM_FEED, GONE, JsonFeed, check_feed
from .formats import read_xml
from .hostile import HOSTILE

FEEDS = ["/liveblog/regatta/feed.atom", "/liveblog/regatta/feed.json"]


class FeedReader:
    """A program that keeps what its feeds have brought, as RFC 4287 and RFC 6721 ask of it."""

    def __init__(self) -> None:
        self.entries: dict[str, tuple[datetime, str]] = {}

    def take(self, content: bytes) -> list[str]:
        root = read_xml(content, ATOM_FEED)
        check_feed(root)
        for entry in root.iter(ATOM + "entry"):
            at = datetime.fromisoformat(entry.findtext(ATOM + "updated", ""))
            key, text = entry.findtext(ATOM + "id", ""), entry.findtext(ATOM + "content", "")
            if key not in self.entries or self.entries[key][0] < at:
                self.entries[key] = at, text
        for gone in root.iter(GONE + "deleted-entry"):
            at, key = datetime.fromisoformat(gone.attrib["when"]), gone.attrib["ref"]
            if key in self.entries and self.entries[key][0] <= at:
                del self.entries[key]
        return [text for _, text in self.entries.values()]


@pytest.fixture
def atom(client):
    return lambda: client.get(FEEDS[0]).content


@pytest.fixture
def items(client):
    """`items()`: those of the JSON Feed, which is valid."""

    def items() -> list[Any]:
        return msgspec.json.decode(client.get(FEEDS[1]).content, type=JsonFeed).items

    return items


def test_a_feed_says_what_the_page_says(client, post, atom, items, settings):
    entry = post(headline="Start", byline="Our reporters", key_event=True, correction="It was 9:01.")
    feed = read_xml(atom(), ATOM_FEED)
    said = feed.find(ATOM + "entry")
    assert said is not None
    assert said.findtext(ATOM + "id") == settings.SITE_URL + entry.get_absolute_url() == items()[0].url
    assert said.findtext(ATOM + "title") == "Start" == items()[0].title
    assert said.findtext(f"{ATOM}author/{ATOM}name") == "Our reporters" == items()[0].authors[0].name
    assert "<p>They are off.</p>" in said.findtext(ATOM + "content", "")
    assert "It was 9:01." in items()[0].content_html
    assert client.get(FEEDS[0])["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert client.get(FEEDS[1])["Content-Type"] == "application/feed+json"


def test_a_picture_comes_with_its_address_in_full(post, items, atom, settings):
    post("", image="liveblog/sails.png", image_width=1_200, image_height=600, image_alt='"Sails"')
    settings.USE_THOUSAND_SEPARATOR = True
    (item,) = items()
    assert item.image == f"{settings.SITE_URL}/media/liveblog/sails.png"
    assert f'<img src="{item.image}" width="1200" height="600" alt="&quot;Sails&quot;">' in item.content_html
    assert read_xml(atom(), ATOM_FEED).findtext(f"{ATOM}entry/{ATOM}title") == '"Sails"'


@pytest.mark.parametrize("text", HOSTILE)
def test_both_are_valid_whatever_was_written(client, post, atom, items, text):
    post(text, headline=text, byline=text, correction=text)
    LiveBlog.objects.update(title=text, summary=text)
    check_feed(read_xml(atom(), ATOM_FEED))
    assert len(items()) == 1
    assert len(FeedReader().take(atom())) == 1
    assert not re.search(r"<(script|img|!--)", items()[0].content_html)


@pytest.mark.parametrize("state", ["draft", "scheduled"])
def test_what_was_never_public_is_nowhere(client, post, items, state):
    post("Seen"), post("Secret", state=state, publish_at=timezone.now() + timedelta(days=1))
    Entry.objects.filter(body="Secret").delete()
    hidden = post("Secret", state=state, publish_at=timezone.now() + timedelta(days=1))
    for path in FEEDS:
        assert "Secret" not in client.get(path).text
        assert hidden.get_absolute_url() not in client.get(path).text
        assert "deleted-entry" not in client.get(path).text


WAYS = {
    "retracted": lambda entry: Entry.objects.filter(pk=entry.pk).update(state="retracted"),
    "retracted by save": lambda entry: Entry(**{**fields_of(entry), "state": "retracted"}).save(),
    "made a draft again": lambda entry: Entry.objects.filter(pk=entry.pk).update(state="draft"),
    "deleted": lambda entry: entry.delete(),
    "deleted in bulk": lambda entry: Entry.objects.filter(pk=entry.pk).delete(),
    "edited and retracted": lambda entry: Entry.objects.filter(pk=entry.pk).update(body="No.", state="retracted"),
    "moved": lambda entry: move(
        Entry.objects.filter(pk=entry.pk), LiveBlog.objects.create(title="Elsewhere", slug="elsewhere")
    ),
}


def fields_of(entry: Entry) -> dict[str, Any]:
    return {field.attname: getattr(entry, field.attname) for field in Entry._meta.concrete_fields}


@pytest.mark.parametrize("way", WAYS)
def test_who_reads_a_feed_forgets_what_was_withdrawn(post, atom, items, way):
    reader = FeedReader()
    entry, _ = post("Wrong."), post("Right.")
    Entry.objects.filter(pk=entry.pk).update(body="Still wrong.")
    assert sorted(reader.take(atom())) == ["<p>Right.</p>", "<p>Still wrong.</p>"]
    entry.refresh_from_db()
    WAYS[way](entry)
    assert reader.take(atom()) == ["<p>Right.</p>"]
    assert [item.content_html for item in items()] == ["<p>Right.</p>"]


def test_what_is_published_again_comes_back(post, atom):
    entry = post()
    Entry.objects.update(state="retracted")
    FeedReader().take(atom())
    Entry.objects.update(state="published")
    assert len(FeedReader().take(atom())) == 1
    assert entry.get_absolute_url() in atom().decode()
    assert b"deleted-entry" not in atom()


def test_a_live_blog_without_a_summary_or_entries_has_feeds(liveblog, atom, items):
    LiveBlog.objects.update(summary="")
    assert items() == FeedReader().take(atom()) == []


def test_an_edit_is_newer_than_what_it_was(post, atom):
    reader = FeedReader()
    post()
    reader.take(atom())
    Entry.objects.update(body="They were off.")
    assert reader.take(atom()) == ["<p>They were off.</p>"]


def test_a_feed_has_the_latest_by_time_and_a_bounded_number(post, items, atom, django_assert_max_num_queries):
    pinned = post(pinned=True)
    for _ in range(LATEST + 5):
        post()
    assert len(items()) == LATEST
    assert pinned.get_absolute_url() not in items()[0].url
    with django_assert_max_num_queries(10):
        atom()


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_is_the_same_for_everyone_and_answered_with_304(client, post, editor, path):
    post()
    stranger = client.get(path)
    client.force_login(editor)
    assert client.get(path).content == stranger.content
    assert not stranger.cookies
    assert client.get(path, headers={"If-None-Match": stranger["ETag"]}).status_code == 304
    Entry.objects.update(state="retracted")
    assert client.get(path, headers={"If-None-Match": stranger["ETag"]}).status_code == 200
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", FEEDS)
def test_a_corrected_slug_leads_on_and_keeps_its_id(client, liveblog, post, path):
    before = json.dumps(client.get(path).text)
    liveblog.slug = "cup"
    liveblog.save()
    moved = client.get(path)
    assert (moved.status_code, moved["Location"]) == (302, path.replace("regatta", "cup"))
    if path.endswith("atom"):
        key = read_xml(client.get(moved["Location"]).content, ATOM_FEED).findtext(ATOM + "id")
        assert key
        assert key in before
    assert client.get("/liveblog/nowhere/feed.atom").status_code == 404


def test_a_page_names_its_feeds(client, post):
    page = client.get("/liveblog/regatta/").text
    for path, kind in zip(FEEDS, ("application/atom+xml", "application/feed+json"), strict=True):
        assert f'type="{kind}"' in page
        assert f'href="{path}"' in page
