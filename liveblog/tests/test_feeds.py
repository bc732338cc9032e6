"""Feeds: what programs read, and what they are told of that went."""

import json
from xml.etree import ElementTree

import pytest
from django.conf import settings

from liveblog.models import Entry, LiveBlog

ATOM = {"atom": "http://www.w3.org/2005/Atom", "at": "http://purl.org/atompub/tombstones/1.0"}
HOSTILE = "</script>]]><![CDATA[ &amp; <b>"


def atom(client):
    response = client.get("/liveblog/regatta/feed.atom")
    assert response["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.content)


def feed(client):
    response = client.get("/liveblog/regatta/feed.json")
    assert response["Content-Type"].startswith("application/feed+json")
    return json.loads(response.content)


class Reader:
    """A program that follows the Atom feed, as RFC 6721 has it."""

    def __init__(self):
        self.entries = {}

    def read(self, root):
        for entry in root.findall("atom:entry", ATOM):
            self.entries[entry.find("atom:id", ATOM).text] = entry.find("atom:summary", ATOM).text
        for gone in root.findall("at:deleted-entry", ATOM):
            self.entries.pop(gone.get("ref"), None)


def url(entry):
    return settings.SITE_URL + entry.get_absolute_url()


def test_atom_has_what_is_published_in_full_newest_first(client, post):
    first, second = post("They are *off*.", headline="Off", byline="Ann"), post("They are back.")
    post("Not yet.", state="draft")
    root = atom(client)
    assert [each.find("atom:id", ATOM).text for each in root.findall("atom:entry", ATOM)] == [url(second), url(first)]
    entry = root.findall("atom:entry", ATOM)[1]
    assert entry.find("atom:title", ATOM).text == "Off"
    assert "<em>off</em>" in entry.find("atom:summary", ATOM).text
    assert entry.find("atom:author/atom:name", ATOM).text == "Ann"
    for name in ("id", "title", "updated"):
        assert root.find(f"atom:{name}", ATOM).text
        assert all(each.find(f"atom:{name}", ATOM).text for each in root.findall("atom:entry", ATOM))
    links = {link.get("rel"): link.get("href") for link in root.findall("atom:link", ATOM)}
    assert links["self"].endswith("/liveblog/regatta/feed.atom")


@pytest.mark.parametrize("go", [lambda rows: rows.update(state="retracted"), lambda rows: rows.delete()])
def test_a_program_that_follows_removes_what_went(client, post, go):
    stays, goes = post("Stays."), post("Goes.")
    reader = Reader()
    reader.read(atom(client))
    assert set(reader.entries) == {url(stays), url(goes)}
    go(Entry.objects.filter(pk=goes.pk))
    reader.read(atom(client))
    assert set(reader.entries) == {url(stays)}
    assert [item["id"] for item in feed(client)["items"]] == [url(stays)]


def test_of_what_readers_never_saw_no_feed_says_a_word(client, post):
    hidden = [post("Secret.", state=state) for state in ("draft", "retracted")]
    hidden[0].delete()
    page = client.get("/liveblog/regatta/feed.atom").text
    assert "Secret" not in page
    assert "deleted-entry" not in page
    assert feed(client)["items"] == []


def test_the_json_feed_is_one(client, post):
    post("They are *off*.", headline="Off", byline="Ann", correction="Not on.")
    found = feed(client)
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert found["title"] == "Harbour regatta"
    assert found["expired"] is False
    [item] = found["items"]
    assert item["title"] == "Off"
    assert "<em>off</em>" in item["content_html"]
    assert "Not on." in item["content_html"]
    assert item["authors"] == [{"name": "Ann"}]
    assert item["date_published"].endswith("+00:00")


def test_hostile_text_breaks_no_feed(client, post):
    LiveBlog.objects.update(title=HOSTILE, summary=f"\x0b{HOSTILE}")
    post(f"\x0c {HOSTILE}", headline=f"\x01{HOSTILE}", byline=HOSTILE)
    assert atom(client).find("atom:title", ATOM).text == HOSTILE
    [item] = feed(client)["items"]
    assert "<b>" not in item["content_html"]


@pytest.mark.parametrize("kind", ["feed.atom", "feed.json"])
def test_a_feed_is_revalidated_and_there_is_none_of_what_is_not_there(client, post, kind):
    post()
    etag = client.get(f"/liveblog/regatta/{kind}")["ETag"]
    assert client.get(f"/liveblog/regatta/{kind}", headers={"If-None-Match": etag}).status_code == 304
    assert client.get(f"/liveblog/nothing/{kind}").status_code == 404
