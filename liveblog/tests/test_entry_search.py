"""Search within a live blog: all words, hits marked, page by page, and nothing that readers may not see."""

import re

import pytest

from liveblog.entry_search.views import FOUND
from liveblog.models import LiveBlog

SEARCH = "/liveblog/regatta/search/"


def hits(page):
    return re.findall(r'<article class="found">.*?/liveblog/entries/(\d+)/', page.text, re.DOTALL)


def test_what_has_all_of_the_words_is_found_newest_first_with_its_words_marked(client, post):
    first = post("The *Kittiwake* leads by two lengths.")
    post("Kittiwake waits.")
    second = post("All follow.", headline="Kittiwake LEADS again")
    page = client.get(SEARCH, {"q": "leads kittiwake"})
    assert hits(page) == [str(second.pk), str(first.pk)]
    assert "The <mark>Kittiwake</mark> <mark>leads</mark> by two lengths." in page.text
    assert "<mark>Kittiwake</mark> <mark>LEADS</mark> again" in page.text
    assert '<meta name="robots" content="noindex">' in page.text


@pytest.mark.parametrize("state", ["draft", "scheduled", "retracted"])
def test_what_readers_do_not_see_is_not_found(client, post, state):
    post("The secret harbour.", state=state)
    other = LiveBlog.objects.create(title="Other", slug="other")
    post("The secret harbour.", liveblog=other)
    assert hits(client.get(SEARCH, {"q": "secret"})) == []


def test_hits_come_page_by_page_each_once(client, post):
    entries = [post(f"Boat {number}.") for number in range(FOUND + 3)]
    page = client.get(SEARCH, {"q": "boat"})
    seen = hits(page)
    [link] = re.findall(r'href="(\?q=boat&amp;before=[^"]+)"', page.text)
    seen += hits(client.get(SEARCH + link.replace("&amp;", "&")))
    assert seen == [str(entry.pk) for entry in reversed(entries)]


@pytest.mark.parametrize("q", ["", " ", "<script>alert(1)</script>", "(", "\\", "%", "_", "x" * 9000, "\0", "a " * 900])
def test_whatever_is_asked_is_answered(client, post, q):
    post("<script>alert(1)</script> They are off.")
    page = client.get(SEARCH, {"q": q})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_a_long_text_is_shown_around_the_hit(client, post):
    post("word " * 300 + "needle " + "word " * 300)
    page = client.get(SEARCH, {"q": "needle"})
    assert "<mark>needle</mark>" in page.text
    assert page.text.count("word") < 100


def test_a_place_that_is_none_and_a_live_blog_that_is_none_are_not_found(client, liveblog):
    assert client.get(SEARCH, {"q": "x", "before": "nonsense"}).status_code == 404
    assert client.get("/liveblog/none/search/", {"q": "x"}).status_code == 404


def test_who_searches_too_fast_is_asked_to_wait(client, liveblog, monkeypatch):
    monkeypatch.setattr("liveblog.entry_search.views.take", lambda rates: 3.2)
    answer = client.get(SEARCH, {"q": "x"})
    assert (answer.status_code, answer["Retry-After"]) == (429, "4")
