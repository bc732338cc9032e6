"""For search engines: where everything is, and what is not for them."""

from urllib.robotparser import RobotFileParser

import pytest

from liveblog.models import LiveBlog
from liveblog.sitemap import views

from .formats import BLANK, LEAF, MOMENT, URL, Table, read_xml

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SITEMAP: Table = {
    MAP + "urlset": (BLANK, LEAF, {MAP + "url": "+"}),
    MAP + "url": (BLANK, LEAF, {MAP + "loc": "1", MAP + "lastmod": "?"}),
    MAP + "loc": (URL, LEAF, LEAF),
    MAP + "lastmod": (MOMENT, LEAF, LEAF),
}


def places(client):
    root = read_xml(client.get("/sitemap.xml").content, SITEMAP)
    return {url.findtext(MAP + "loc"): url.findtext(MAP + "lastmod") for url in root}


def test_the_sitemap_lists_the_live_blogs_in_every_state_and_when_they_were_last_posted_to(
    client, liveblog, post, settings
):
    LiveBlog.objects.create(title="Soon", slug="soon", state="upcoming")
    post(), post(state="draft", published_at="2099-01-01T00:00Z")
    entry = post(pinned=True)
    site = settings.SITE_URL
    assert places(client) == {
        f"{site}/liveblog/": None,
        f"{site}/liveblog/regatta/": f"{entry.published_at:%Y-%m-%dT%H:%M:%SZ}",
        f"{site}/liveblog/soon/": None,
    }


def test_a_site_without_anything_has_one(client, db):
    assert len(places(client)) == 1


def test_it_is_bounded_takes_one_query_and_may_be_kept(client, liveblog, monkeypatch, django_assert_num_queries):
    LiveBlog.objects.create(title="Newer", slug="newer")
    monkeypatch.setattr(views, "MOST", 1)
    with django_assert_num_queries(1):
        assert list(places(client))[1:] == [f"{views.absolute('/liveblog/newer/')}"]
    assert client.get("/sitemap.xml")["Cache-Control"] == "public, max-age=300"
    assert client.post("/sitemap.xml").status_code == 405


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/liveblog/regatta/", True),
        ("/liveblog/entries/7/", True),
        ("/static/realtime/live-stream.js", True),
        ("/admin/", False),
        ("/accounts/login/", False),
    ],
)
def test_robots_are_led_to_the_sitemap_and_kept_from_what_is_not_theirs(client, settings, path, may):
    page = client.get("/robots.txt")
    assert page["Content-Type"] == "text/plain; charset=utf-8"
    robots = RobotFileParser()
    robots.parse(page.text.splitlines())
    assert robots.can_fetch("*", path) is may
    assert robots.site_maps() == [f"{settings.SITE_URL}/sitemap.xml"]
    assert "Disallow: /*/changes/" in page.text.splitlines()
