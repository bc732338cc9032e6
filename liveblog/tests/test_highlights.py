"""The last updates on the card of what is live: put into a page, while the card itself stays its own row's alone."""

from __future__ import annotations

import re

import pytest

from liveblog.models import Entry, LiveBlog
from realtime.streams import html

LIST = "/liveblog/regatta/highlights/"


def titles(page):
    return re.findall(r'<li data-id="entry-[^>]*>.*?<span dir="auto">(.*?)</span>', page.text, re.DOTALL)


def test_the_index_shows_the_last_three_of_what_is_live_newest_first(client, post, head):
    post("Zero."), post("One.", pinned=True), post("*Two.*"), post("More.", headline="Three")
    post("Secret", state="draft")
    page = client.get("/liveblog/")
    assert titles(page) == ["Three", "Two.", "One."]
    assert f'<ol data-head="{head()}">' in page.text
    assert "Secret" not in page.text
    assert titles(client.get(LIST)) == titles(page)


@pytest.mark.parametrize("state", ["upcoming", "ended"])
def test_what_is_not_live_has_none(client, post, state):
    post()
    LiveBlog.objects.update(state=state)
    assert titles(client.get("/liveblog/")) == []
    assert "<live-highlights" not in client.get("/liveblog/").text


def test_the_card_that_readers_are_sent_has_the_place_and_nothing_in_it(post):
    card = html(post().liveblog, "liveblogs")
    assert 'list="/liveblog/regatta/highlights/"></live-highlights>' in card


def test_what_is_retracted_is_not_among_them(client, post):
    post("One."), post("Two.")
    Entry.objects.filter(body="Two.").update(state="retracted")
    assert titles(client.get("/liveblog/")) == titles(client.get(LIST)) == ["One."]


def test_a_hostile_title_is_text_and_a_place_that_somebody_wrote_is_none(client, liveblog, post):
    post("x", headline="</live-highlights><script>alert(1)</script>")
    LiveBlog.objects.update(title="</live-highlights>", summary="</live-highlights>")
    page = client.get("/liveblog/").text
    assert page.count("</live-highlights>") == page.count("<ol data-head=") == 1
    assert "<script>alert" not in page


def test_the_index_is_another_page_when_something_is_posted_to_what_is_live(client, liveblog, post):
    etag = client.get("/liveblog/")["ETag"]
    post(state="draft")
    assert client.get("/liveblog/")["ETag"] == etag
    post()
    assert client.get("/liveblog/")["ETag"] != etag


def test_a_list_is_revalidated_and_not_found_where_there_is_none(client, post):
    post()
    page = client.get(LIST)
    assert client.get(LIST, headers={"If-None-Match": page["ETag"]}).status_code == 304
    assert page["X-Robots-Tag"] == "noindex"
    assert client.get("/liveblog/nowhere/highlights/").status_code == 404
    assert client.post(LIST).status_code == 405


def test_each_that_is_live_costs_a_query(client, post, django_assert_max_num_queries):
    post()
    for n in range(3):
        LiveBlog.objects.create(title=f"No. {n}", slug=f"n{n}")
        LiveBlog.objects.create(title=f"Past {n}", slug=f"p{n}", state="ended")
    with django_assert_max_num_queries(6 + 4):
        client.get("/liveblog/")
