"""Pages of a stream: the same bytes for everyone, revalidated by the stream's head, built once for a crowd."""

import json
from types import SimpleNamespace

import pytest
from django.test import AsyncClient

from realtime.hub import once
from realtime.pages import pages
from realtime.streams import heads

from .board import urls
from .pages import crowd
from .readers import Browser, in_thread


@pytest.fixture
def path(board):
    return f"/testboards/{board.pk}/"


@pytest.fixture
def built(monkeypatch):
    """The places of the pages that were built."""
    monkeypatch.setattr(once, "KEEP", 600)  # seconds, on a machine of any speed
    urls.built.clear()
    return urls.built


def test_a_page_is_the_same_for_everyone_and_sets_no_cookie(client, path, note, editor):
    stranger = client.get(path)
    client.force_login(editor)
    signed_in = client.get(path)
    assert (stranger.content, stranger.headers) == (signed_in.content, signed_in.headers)
    assert not stranger.cookies
    assert not signed_in.cookies
    assert signed_in["Vary"] == "Accept-Encoding"  # by more, a cache would keep one copy for each visitor, or none


def test_a_page_is_asked_for_again_each_time_and_answered_with_304_by_one_query(
    client, path, note, django_assert_num_queries
):
    page = client.get(path)
    assert page["Cache-Control"] == "no-cache"
    with django_assert_num_queries(1):
        again = client.get(path, headers={"If-None-Match": page["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", page["ETag"])
    assert again["Cache-Control"] == "no-cache"


def test_a_change_gives_another_etag_and_what_readers_do_not_see_none(client, path, board, note):
    etag = client.get(path)["ETag"]
    board.notes.create(text="a draft", state="hidden")
    assert client.get(path)["ETag"] == etag
    for change in (note.save, board.save, lambda: board.notes.filter(pk=note.pk).update(text="new"), note.delete):
        change()
        page = client.get(path, headers={"If-None-Match": etag})
        assert page.status_code == 200
        assert page["ETag"] != etag
        etag = page["ETag"]


def test_the_head_that_a_page_carries_is_not_above_its_items(client, path, board, note):
    assert client.get(path).text.startswith(str(heads([board.stream])[board.stream]))


def test_each_place_and_each_release_has_an_etag_of_its_own(client, path, note, monkeypatch):
    etag = client.get(path)["ETag"]
    assert client.get(path, {"before": "1"})["ETag"] != etag
    assert client.get(path, {"utm_source": "newsletter"})["ETag"] == etag
    monkeypatch.setattr(pages, "release", lambda: "another")
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_a_release_is_made_of_code_templates_and_the_name_and_address_of_the_site(settings, tmp_path, monkeypatch):
    settings.BASE_DIR = tmp_path
    monkeypatch.setattr(pages.apps, "get_app_configs", lambda: [SimpleNamespace(path=tmp_path / "app")])
    (tmp_path / "app" / "templates").mkdir(parents=True)
    template = tmp_path / "app" / "templates" / "page.html"
    template.write_text("old")
    seen = {pages.release.__wrapped__()}
    template.write_text("new")
    seen.add(pages.release.__wrapped__())
    settings.SITE_NAME = "Another name"
    seen.add(pages.release.__wrapped__())
    settings.SITE_URL = "https://elsewhere.example"
    seen.add(pages.release.__wrapped__())
    assert len(seen) == 4


def test_in_development_a_page_is_always_fresh(client, path, settings):
    settings.DEBUG = True
    page = client.get(path)
    assert "ETag" not in page
    assert page["Cache-Control"] == "no-cache"


def test_a_stream_that_is_not_there_is_not_found(client, db):
    assert client.get("/testboards/4711/").status_code == 404
    assert client.get("/testboards/4711/changes/?after=1").status_code == 404


async def test_a_crowd_that_comes_at_once_has_its_page_built_once(hub, built, path, note):
    for _ in range(2):
        assert "old" in await crowd(path)
    assert built == [""]


async def test_after_a_change_the_crowd_gets_another_page(hub, built, path, board, note):
    await crowd(path)
    await in_thread(lambda: board.notes.create(text="new"))
    assert "new" in await crowd(path)
    assert built == ["", ""]


async def test_pages_that_strangers_could_make_up_are_not_kept(hub, built, path, note):
    for _ in range(2):
        await crowd(f"{path}?before=7", people=1)
    assert built == ["7", "7"]


async def test_changes_are_what_a_socket_would_be_told(hub, path, board, note):
    browser = await Browser(hub, board.stream).open(board.version)
    answer = await AsyncClient().get(f"{path}changes/?after={board.version}")
    assert json.loads(answer.content) == browser.frames[-1]
    assert answer["Cache-Control"] == "public, max-age=1"
    for nonsense in "", "x", "-1":
        answer = await AsyncClient().get(f"{path}changes/?after={nonsense}")
        assert json.loads(answer.content)["type"] == "reset"
        assert answer["Cache-Control"] == "no-store"
