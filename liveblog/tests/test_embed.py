"""A live blog in a frame elsewhere: that page alone, for those sites that a setting names."""

from __future__ import annotations

import re
from html import unescape
from typing import Literal

import msgspec
import pytest

from realtime.tests.pages import INLINE, ids, shown

from .formats import Pixels, Strict, Url, Words

EMBED, PAGE = "/liveblog/regatta/embed/", "/liveblog/regatta/"


class RichOEmbed(Strict):
    """What oembed.com (1.0) wants of a rich one, and what it may have."""

    type: Literal["rich"]
    version: Literal["1.0"]
    html: Words
    width: Pixels
    height: Pixels
    title: Words
    provider_name: Words
    provider_url: Url
    cache_age: Pixels


def policy(page):
    return re.findall(r"frame-ancestors ([^;]*)", page["Content-Security-Policy"])


@pytest.fixture
def ask(client):
    """`ask(url, **query)`: what oEmbed answers, and its status."""

    def ask(url, **query):
        answer = client.get("/oembed/", {"url": url, **query})
        return answer.status_code, answer.json(), answer

    return ask


def test_it_shows_what_the_page_shows_without_what_stands_around_it(client, liveblog, post):
    entries = [post(pinned=True), post()]
    page, embed = client.get(PAGE), client.get(EMBED)
    assert shown(embed) == shown(page) == ids(entries)
    stream = r"<live-stream [^>]*>"
    assert re.findall(stream, embed.text) == re.findall(stream, page.text)
    assert "site-header" in page.text
    assert "site-header" not in embed.text
    assert '<base target="_blank">' in embed.text
    assert '<meta name="robots" content="noindex">' in embed.text
    assert f'<link rel="canonical" href="{PAGE}">' in embed.text
    assert not re.search(INLINE, embed.text)


def test_no_draft_is_in_it(client, post):
    post("Secret", state="draft"), post("Gone", state="retracted")
    assert shown(client.get(EMBED)) == []
    assert "Secret" not in client.get(EMBED).text


def test_all_sites_may_frame_it_and_no_other_page(client, post):
    entry = post()
    embed = client.get(EMBED)
    assert policy(embed) == ["'self' *"]
    assert "X-Frame-Options" not in embed
    for path in PAGE, "/liveblog/", entry.get_absolute_url(), "/liveblog/regatta/feed.atom", "/accounts/login/":
        page = client.get(path)
        assert (policy(page), page["X-Frame-Options"]) == (["'none'"], "DENY")


def test_a_setting_names_the_sites_that_may(client, liveblog, ask, settings):
    settings.EMBED_ANCESTORS = ["https://partner.example", "https://*.example.org"]
    assert policy(client.get(EMBED)) == ["'self' https://partner.example https://*.example.org"]
    settings.EMBED_ANCESTORS = []
    assert policy(client.get(EMBED)) == ["'none'"]
    assert ask(settings.SITE_URL + PAGE)[0] == 404


def test_it_is_revalidated_and_a_304_says_the_same_of_frames(client, post):
    post()
    embed = client.get(EMBED)
    again = client.get(EMBED, headers={"If-None-Match": embed["ETag"]})
    assert again.status_code == 304
    assert again["Content-Security-Policy"] == embed["Content-Security-Policy"]
    assert "X-Frame-Options" not in again
    post()
    assert client.get(EMBED, headers={"If-None-Match": embed["ETag"]}).status_code == 200


def test_it_is_the_same_for_everyone(client, post, editor):
    post()
    stranger = client.get(EMBED)
    client.force_login(editor)
    signed_in = client.get(EMBED)
    assert (stranger.content, stranger.headers) == (signed_in.content, signed_in.headers)
    assert not stranger.cookies


def test_a_corrected_slug_leads_on(client, liveblog, ask, settings):
    liveblog.slug = "cup"
    liveblog.save()
    assert client.get(EMBED)["Location"] == "/liveblog/cup/embed/"
    assert "/liveblog/cup/embed/" in ask(settings.SITE_URL + PAGE)[1]["html"]
    assert client.get("/liveblog/nowhere/embed/").status_code == 404


def test_a_page_says_where_its_frame_is_described(client, liveblog, settings):
    page = client.get(PAGE).text
    (address,) = re.findall(r'<link rel="alternate" type="application/json\+oembed"[^>]* href="([^"]+)">', page)
    answer = client.get(unescape(address).removeprefix(settings.SITE_URL))
    described = msgspec.json.decode(answer.content, type=RichOEmbed)
    assert f'src="{settings.SITE_URL}{EMBED}"' in described.html
    assert described.title == liveblog.title
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("asked", "given"), [({}, (640, 720)), ({"maxwidth": "400", "maxheight": "99999"}, (400, 720))]
)
def test_a_frame_is_no_larger_than_asked_for(ask, liveblog, settings, asked, given):
    settings.USE_THOUSAND_SEPARATOR = True
    said = ask(settings.SITE_URL + PAGE, **asked)[1]
    assert (said["width"], said["height"]) == given
    assert f'width="{given[0]}" height="{given[1]}"' in said["html"]


@pytest.mark.parametrize("size", ["", "0x10", "-1", "1e3", "٣", "9" * 400, "640px"])
def test_a_size_that_is_none_is_an_error_that_says_so(ask, liveblog, settings, size):
    status, said, _ = ask(settings.SITE_URL + PAGE, maxwidth=size)
    assert (status, said) == (400, {"error": "maxwidth and maxheight are whole numbers of pixels."})


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "/liveblog/regatta/",
        "https://elsewhere.example/liveblog/regatta/",
        "javascript://testserver/liveblog/regatta/",
        "http://[/liveblog/regatta/",
        "http://testserver/liveblog/nowhere/",
        "http://testserver/liveblog/",
        "http://testserver/admin/",
        "http://testserver/liveblog/regatta/changes/",
        "http://testserver/" + "x" * 9_000,
        "http://testserver/liveblog/a\x00b/",
    ],
)
def test_what_is_no_live_blog_of_this_site_is_not_found(ask, liveblog, url):
    assert ask(url)[0] == 404


def test_only_json_is_spoken(ask, liveblog, settings):
    assert ask(settings.SITE_URL + PAGE, format="json")[0] == 200
    assert ask(settings.SITE_URL + PAGE, format="xml")[0] == 501


def test_a_hostile_title_stays_in_its_attribute(ask, liveblog, settings, client):
    liveblog.title = '"></iframe><script>alert(1)</script>'
    liveblog.save()
    said = ask(settings.SITE_URL + PAGE)[1]
    assert said["html"].count("<") == 2
    assert said["title"] == liveblog.title  # it is text
    assert "<script>" not in client.get(EMBED).text
