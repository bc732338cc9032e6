"""Public pages are the same bytes for everyone, and revalidated for next to nothing."""

import re

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from django.utils import translation

from liveblog import views
from liveblog.models import Entry, LiveBlog
from realtime.hub import once
from realtime.tests.pages import INLINE, crowd

PATHS = ["/liveblog/", "/liveblog/regatta/", "/liveblog/entries/{}/"]


@pytest.fixture(params=PATHS)
def path(request, post):
    return request.param.format(post().pk)


def test_a_page_is_the_same_bytes_for_everyone_and_sets_no_cookie(client, path, editor):
    stranger = client.get(path)
    client.force_login(editor)
    signed_in = client.get(path)
    assert stranger.content == signed_in.content
    assert stranger.headers == signed_in.headers
    assert not stranger.cookies
    assert not signed_in.cookies
    assert signed_in["Vary"] == "Accept-Encoding"  # by more, a cache would keep one copy for each visitor, or none


def test_a_page_is_asked_for_again_each_time_and_answered_with_304(client, path):
    page = client.get(path)
    assert page["Cache-Control"] == "no-cache"
    again = client.get(path, headers={"If-None-Match": page["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == page["ETag"]
    assert again["Cache-Control"] == "no-cache"
    # A 304 replaces the stored headers: with another policy the stored page's scripts would die.
    assert again["Content-Security-Policy"] == page["Content-Security-Policy"]


def test_a_page_that_did_not_change_takes_two_queries(client, post, django_assert_max_num_queries):
    post()
    etag = client.get("/liveblog/regatta/")["ETag"]
    with django_assert_max_num_queries(2):
        client.get("/liveblog/regatta/", headers={"If-None-Match": etag})


def test_the_policy_allows_nothing_unsafe_and_no_nonce(client, path):
    policy = client.get(path)["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "nonce" not in policy


def test_a_page_has_no_inline_script_or_style(client, path):
    page = client.get(path).text
    assert '<script type="module" src="/static/' in page
    assert not re.search(INLINE, page)
    for inline in "<style", " style=", " onclick=", "javascript:", "nonce":
        assert inline not in page


def test_a_change_gives_another_etag(client, liveblog, post):
    entry = post()
    paths = ["/liveblog/regatta/", entry.get_absolute_url()]
    for change in (lambda: post(), lambda: Entry.objects.update(body="Corrected."), liveblog.save):
        before = [client.get(path)["ETag"] for path in paths]
        change()
        pages = [client.get(path, headers={"If-None-Match": etag}) for path, etag in zip(paths, before, strict=True)]
        assert [page.status_code for page in pages] == [200, 200]
        assert not set(before) & {page["ETag"] for page in pages}


def test_the_index_changes_with_its_live_blogs(client, liveblog, post):
    etags = [client.get("/liveblog/")["ETag"]]
    for change in liveblog.save, lambda: LiveBlog.objects.update(state="ended"):
        change()
        etags.append(client.get("/liveblog/")["ETag"])
    assert len(set(etags)) == 3
    post()  # to what has ended, of which it shows nothing
    assert client.get("/liveblog/")["ETag"] == etags[-1]


def test_a_draft_changes_no_etag(client, liveblog, post):
    etag = client.get("/liveblog/regatta/")["ETag"]
    post(state="draft")
    assert client.get("/liveblog/regatta/")["ETag"] == etag


def test_each_page_of_a_live_blog_has_an_etag_of_its_own(client, post):
    entry = post()
    first = client.get("/liveblog/regatta/")["ETag"]
    older = client.get("/liveblog/regatta/", {"before": entry.position})["ETag"]
    newer = client.get("/liveblog/regatta/", {"after": entry.position})["ETag"]
    assert len({first, older, newer}) == 3


def test_in_development_a_page_is_always_fresh(client, post, settings):
    post()
    settings.DEBUG = True
    page = client.get("/liveblog/regatta/")
    assert "ETag" not in page
    assert page["Cache-Control"] == "no-cache"


@pytest.fixture
def built(monkeypatch):
    """A list of the live blogs' pages that were built; their requests come to one process, which has its hub."""
    built = []

    def page_of(liveblog, before="", **places):
        built.append(before)
        return page(liveblog, before, **places)

    page = views.page_of
    monkeypatch.setattr(views, "page_of", page_of)
    monkeypatch.setattr(once, "KEEP", 600)  # seconds, on a machine of any speed
    return built


async def test_after_a_change_the_crowd_gets_another_page(built, open_socket, post):
    await sync_to_async(post)("They are off.")
    await open_socket("/_ws/liveblog/")
    await crowd("/liveblog/regatta/")
    await sync_to_async(post)("Kittiwake leads.")
    assert "Kittiwake leads." in await crowd("/liveblog/regatta/")
    assert built == ["", ""]


async def test_a_page_of_newer_entries_is_not_the_one_that_is_kept_of_the_newest(built, open_socket, post):
    old, new = await sync_to_async(post)("They are off."), await sync_to_async(post)("Kittiwake leads.")
    await open_socket("/_ws/liveblog/")
    assert "They are off." in await crowd("/liveblog/regatta/")
    newer = await crowd(f"/liveblog/regatta/?after={old.position}")
    assert new.item_id in newer
    assert old.item_id not in newer


async def test_what_newsletters_write_into_addresses_makes_no_page_of_its_own(built, open_socket, post):
    await sync_to_async(post)("They are off.")
    await open_socket("/_ws/liveblog/")
    first = await AsyncClient().get("/liveblog/regatta/")
    other = await AsyncClient().get("/liveblog/regatta/?utm_source=newsletter&x=1")
    assert (other["ETag"], other.content, built) == (first["ETag"], first.content, [""])


def test_a_language_that_was_switched_gets_a_page_of_its_own(client, settings, post):
    post()
    settings.MIDDLEWARE = ["django.middleware.locale.LocaleMiddleware", *settings.MIDDLEWARE]
    with translation.override(translation.get_language()):
        english = client.get("/liveblog/regatta/", headers={"accept-language": "en"})
        german = {"accept-language": "de", "if-none-match": english["ETag"]}
        assert client.get("/liveblog/regatta/", headers=german).status_code == 200
