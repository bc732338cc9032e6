"""The public pages, complete without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from liveblog.models import Entry, LiveBlog
from liveblog.views import PAGE
from realtime.tests.pages import ids, older, shown


@pytest.mark.parametrize("state", ["draft", "retracted"])
def test_only_what_is_published_is_on_a_page(client, post, state):
    entry, hidden = post("Seen"), post("Secret", state=state, headline="Secret", pinned=True)
    page = client.get("/liveblog/regatta/")
    assert shown(page) == [entry.item_id]
    assert "Secret" not in page.text + client.get("/liveblog/").text
    assert client.get(entry.get_absolute_url()).status_code == 200
    assert client.get(hidden.get_absolute_url()).status_code == 404


def test_a_retracted_entry_vanishes_from_the_page(client, post):
    entry = post()
    Entry.objects.update(state=Entry.State.RETRACTED)
    assert shown(client.get("/liveblog/regatta/")) == []
    gone = client.get(entry.get_absolute_url())
    assert gone.status_code == 410
    assert "This update was retracted" in gone.text


@pytest.mark.parametrize("state", ["draft", "scheduled", "retracted"])
def test_of_what_readers_never_saw_a_permalink_says_nothing(client, post, state):
    entry = post(state=state, publish_at=timezone.now() + timedelta(hours=1))
    assert client.get(entry.get_absolute_url()).status_code == 404


def test_a_permalink_opens_the_page_around_its_entry(client, post):
    entries = [post(f"No. {number}.") for number in range(3 * PAGE)]
    post(pinned=True)
    entry = entries[PAGE + 3]
    page = client.get(entry.get_absolute_url())
    around = entries[PAGE + 3 - PAGE // 2 : PAGE + 3 + PAGE // 2 + 1]
    assert shown(page) == ids(list(reversed(around)))
    assert f'marked="{entry.item_id}"' in page.text
    assert f"<title>No. {PAGE + 3}. · " in page.text
    [newer] = re.findall(r'data-newer class="[^"]*" href="([^"]+)"', page.text)
    assert shown(client.get(newer)) == ids(list(reversed(entries[PAGE + 3 + PAGE // 2 + 1 :][:PAGE])))
    assert older(page)


def test_the_link_to_older_entries_says_how_many_there_are(client, post):
    for _ in range(PAGE + 7):
        post()
    assert "Load 7 more of 7" in client.get("/liveblog/regatta/").text


def test_a_page_says_what_its_client_has_to_know(client, liveblog, post, head):
    entry = post()
    page = client.get("/liveblog/regatta/").text
    assert (
        f'<live-stream socket="/_ws/liveblog/regatta" changes="/liveblog/regatta/changes/" version="{head()}"'
        ' order="newest-first" steady>'
    ) in page
    assert f'<header id="{liveblog.item_id}" data-version="{liveblog.version}"' in page
    article = f'<article id="{entry.item_id}" data-version="{entry.version}" data-position="{entry.position}"'
    assert article in page
    assert article in client.get(entry.get_absolute_url()).text


def test_pinned_entries_come_first_then_the_newest(client, post):
    pinned, old, new = post(pinned=True), post(), post()
    assert shown(client.get("/liveblog/regatta/")) == ids([pinned, new, old])


def test_older_entries_follow_page_by_page_each_once(client, post):
    entries = [post() for _ in range(2 * PAGE + 1)]
    pinned = post(pinned=True)
    Entry.objects.filter(pk__lte=entries[PAGE].pk).update(published_at=entries[0].published_at)  # ties in time
    page, seen = client.get("/liveblog/regatta/"), []
    while True:
        seen += shown(page)
        if not (link := older(page)):
            break
        page = client.get(link)
        assert "data-newer" in page.text
    assert seen == ids([pinned, *reversed(entries)])


def test_a_page_of_older_entries_keeps_its_place_whatever_comes(client, post):
    for _ in range(PAGE + 2):
        post()
    link = older(client.get("/liveblog/regatta/"))
    before = shown(client.get(link))
    post()
    assert shown(client.get(link)) == before
    assert len(before) == 2


def test_there_are_no_older_entries_when_all_are_on_the_page(client, post):
    for _ in range(PAGE):
        post()
    page = client.get("/liveblog/regatta/")
    assert older(page) is None
    assert "data-newer" not in page.text


@pytest.mark.parametrize("before", ["x", "-1", "0.1.2", "0.", "9" * 400, "0.9999999999999999.0000000000000000001%00"])
def test_a_malformed_place_is_not_found(client, liveblog, before):
    assert client.get(f"/liveblog/regatta/?before={before}").status_code == 404
    assert client.get(f"/liveblog/?before={before}").status_code == 404


def test_a_place_before_everything_is_an_empty_page(client, post):
    post()
    page = client.get("/liveblog/regatta/?before=0.0000000000000000.0000000000000000000")
    assert (page.status_code, shown(page)) == (200, [])


def test_the_index_shows_every_live_blog_newest_first_page_by_page(client, db):
    start = timezone.now()
    liveblogs = [
        LiveBlog.objects.create(title=f"No. {n}", slug=f"n{n}", starts_at=start - timedelta(hours=n // 2))
        for n in range(PAGE + 2)
    ]
    first = client.get("/liveblog/")
    second = client.get(f"/liveblog/{older(first)}")
    expected = sorted(liveblogs, key=lambda blog: (blog.starts_at, blog.pk), reverse=True)
    assert shown(first) + shown(second) == [blog.item_id for blog in expected]
    assert older(second) is None


def test_the_site_opens_on_the_index(client, liveblog):
    page = client.get("/", follow=True)
    assert page.redirect_chain == [("/liveblog/", 302)]
    assert "Harbour regatta" in page.text


def test_an_ended_live_blog_says_so_and_keeps_its_entries(client, liveblog, post):
    entry = post()
    liveblog.state = LiveBlog.State.ENDED
    liveblog.save()
    page = client.get("/liveblog/regatta/")
    assert "Ended" in page.text
    assert shown(page) == [entry.item_id]


def test_times_are_there_for_people_and_for_machines(client, post):
    entry = post()
    at = entry.published_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert f'<time datetime="{at}"' in client.get("/liveblog/regatta/").text
    assert " UTC</time>" in client.get("/liveblog/regatta/").text


def test_an_edited_entry_says_so(client, post):
    post(updated_at=timezone.now())
    assert "Updated" in client.get("/liveblog/regatta/").text


def test_what_does_not_exist_is_not_found(client, liveblog):
    for path in "/liveblog/nowhere/", "/liveblog/entries/99/", f"/liveblog/entries/{10**30}/", "/liveblog/a%00b/":
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/liveblog/", "/liveblog/regatta/", "/liveblog/changes/", "/liveblog/regatta/changes/"]
)
def test_public_pages_are_only_read(client, liveblog, path):
    assert client.post(path).status_code == 405
    assert client.head(path).content == b""


def test_titles_and_headlines_are_text(client, liveblog, post):
    post(headline="<script>alert(1)</script>", byline="<b>Bob</b>")
    LiveBlog.objects.update(title="<script>alert(2)</script>", summary='"><script>alert(3)</script>')
    for path in "/liveblog/", "/liveblog/regatta/", Entry.objects.get().get_absolute_url():
        page = client.get(path).text
        assert "<script>" not in page
        assert "<b>Bob" not in page


def test_a_page_takes_the_same_few_queries_however_many_entries(client, post, django_assert_max_num_queries):
    for _ in range(PAGE + 1):
        post(pinned=True)
        post()
    with django_assert_max_num_queries(9):  # key events, how many are left, what is told of it, what stands beside
        client.get("/liveblog/regatta/")


@pytest.mark.parametrize("broken", ["_entry", "_card", "_liveblog"])
def test_what_cannot_be_rendered_is_a_placeholder_and_the_page_goes_on(client, post, monkeypatch, caplog, broken):
    def render(template, context):
        return 1 / 0 if template == f"liveblog/{broken}.html" else render_to_string(template, context)

    entry = post()
    liveblog = entry.liveblog
    stamp = {
        "_entry": (entry.item_id, entry.version),
        "_card": (liveblog.item_id, liveblog.index_version),
        "_liveblog": (liveblog.item_id, liveblog.version),
    }
    monkeypatch.setattr("realtime.streams.items.render_to_string", render)
    pages = [client.get("/liveblog/"), client.get("/liveblog/regatta/")]
    assert [page.status_code for page in pages] == [200, 200]
    placeholders = re.findall(
        r'<div id="(.+?)" data-version="(.+?)">This cannot be shown', pages[0].text + pages[1].text
    )
    assert placeholders == [(stamp[broken][0], str(stamp[broken][1]))]
    assert "cannot be rendered" in caplog.text
