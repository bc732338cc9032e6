"""What search engines and cards read: by the vocabulary of schema.org, whatever was written, the same for everyone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest

from liveblog.models import Entry, LiveBlog

from .hostile import HOSTILE
from .schema_org import BlogPosting, LiveBlogPosting, read_json_ld

PAGE = "/liveblog/regatta/"


def meta(page: Any) -> dict[str, str]:
    """The content of each <meta>, by its name."""
    return {
        key: unescape(text) for key, text in re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page)
    }


def data(page: str) -> Any:
    """What the page's one block of data says, which is valid."""
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert not set("<>&") & set(block)
    return read_json_ld(block)


def canonical(page: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'<link rel="canonical" href="([^"]*)">', page)]


def test_a_live_blog_says_what_it_is_and_each_of_its_updates(client, liveblog, post, settings):
    first, second = post("One.", byline="Carol"), post("*Two.*\n\nMore.", headline="Second", correction="Not third.")
    said = data(client.get(PAGE).text)
    assert isinstance(said, LiveBlogPosting)
    assert (said.headline, said.description, said.coverageStartTime) == (
        "Harbour regatta",
        "All the boats.",
        liveblog.starts_at,
    )
    assert not said.coverageEndTime
    assert said.liveBlogUpdate
    newest, oldest = said.liveBlogUpdate
    assert (newest.headline, newest.articleBody, newest.correction) == ("Second", "Two. More.", "Not third.")
    assert newest.url == settings.SITE_URL + second.get_absolute_url()
    assert (oldest.headline, oldest.author.name, oldest.datePublished) == ("One.", "Carol", first.published_at)
    assert newest.author.name == settings.SITE_NAME


def test_the_coverage_ends_when_it_ends_and_an_edit_is_a_modification(client, liveblog, post):
    post()
    Entry.objects.update(body="Edited.")
    LiveBlog.objects.update(state="ended", ended_at=datetime(2030, 1, 1, tzinfo=UTC))
    said = data(client.get(PAGE).text)
    assert said.coverageEndTime == datetime(2030, 1, 1, tzinfo=UTC)
    assert said.dateModified == said.liveBlogUpdate[0].dateModified == Entry.objects.get().updated_at


def test_an_entry_is_an_update_of_its_live_blog(client, post, settings):
    entry = post(headline="Start", image="liveblog/sails.png", image_width=1_200, image_height=600, image_alt="Sails")
    settings.USE_THOUSAND_SEPARATOR = True
    page = client.get(entry.get_absolute_url()).text
    said = data(page)
    assert isinstance(said, BlogPosting)
    assert said.isPartOf
    assert said.isPartOf.headline == "Harbour regatta"
    assert said.image
    assert (said.image.width, said.image.url) == (1200, f"{settings.SITE_URL}/media/liveblog/sails.png")
    card = meta(page)
    assert (card["og:title"], card["description"], card["og:type"]) == ("Start", "They are off.", "article")
    assert (card["og:image"], card["og:image:width"], card["og:image:alt"]) == (said.image.url, "1200", "Sails")
    assert card["twitter:card"] == "summary_large_image"
    assert canonical(page) == [card["og:url"]] == [said.url]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_was_written_ends_the_block_or_an_attribute(client, post, text):
    entry = post(text, headline=text, byline=text, correction=text)
    LiveBlog.objects.update(title=text, summary=text)
    for path in PAGE, entry.get_absolute_url():
        page = client.get(path).text
        assert data(page).headline
        assert set(meta(page)) >= {"description", "og:title", "og:description", "og:url", "twitter:card"}
        assert "<script>" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize("state", ["draft", "scheduled", "retracted"])
def test_what_is_not_published_is_in_none_of_it(client, post, state):
    post("Seen."), post("Secret.", state=state, headline="Secret")
    page = client.get(PAGE).text
    assert len(data(page).liveBlogUpdate) == 1
    assert "Secret" not in page


def test_addresses_are_the_sites_own_however_a_request_came_here(client, post, settings):
    settings.SITE_URL = "https://news.example.org"
    entry = post()
    for path in PAGE, entry.get_absolute_url(), "/liveblog/":
        page = client.get(path, {"utm_source": "mail"}, headers={"host": "127.0.0.1"}).text
        assert canonical(page) == [meta(page)["og:url"]] == [f"https://news.example.org{path}"]
    assert data(client.get(PAGE).text).liveBlogUpdate[0].url.startswith("https://news.example.org/")


def test_a_page_of_older_entries_is_a_page_of_its_own(client, post, settings):
    entry = post()
    page = client.get(PAGE, {"before": entry.position, "x": "1"}).text
    assert canonical(page) == [f"{settings.SITE_URL}{PAGE}?before={entry.position}"]


def test_a_live_blog_without_a_summary_is_described_by_its_latest_entry(client, liveblog, post):
    LiveBlog.objects.update(summary="")
    assert "description" not in meta(client.get(PAGE).text)
    post("Boats. " * 100)
    described = meta(client.get(PAGE).text)["description"]
    assert described.startswith("Boats. Boats.")
    assert len(described) <= 200


def test_the_index_says_whose_it_is(client, db, settings):
    settings.SITE_NAME = "The <Bugle>"
    card = meta(client.get("/liveblog/").text)
    assert (card["og:type"], card["og:site_name"]) == ("website", "The <Bugle>")
    assert "The <Bugle>" in card["description"]
