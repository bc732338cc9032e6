"""A live blog in other sites' frames, and how their editors find it."""

import json
from urllib.parse import quote

import pytest
from django.conf import settings

ADDRESS = f"{settings.SITE_URL}/liveblog/regatta/"


def test_the_embed_may_be_framed_by_whom_the_setting_names_and_the_page_by_nobody(client, post):
    post("They are off.")
    embed, page = client.get("/liveblog/regatta/embed/"), client.get("/liveblog/regatta/")
    assert "They are off." in embed.text
    assert "site-header" not in embed.text
    assert "frame-ancestors *" in embed["Content-Security-Policy"]
    assert "X-Frame-Options" not in embed
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


def test_oembed_gives_the_frame_of_a_live_blog(client, liveblog):
    page = client.get("/liveblog/regatta/").text
    assert f"/liveblog/oembed/?url={quote(ADDRESS, safe='')}" in page
    answer = json.loads(client.get(f"/liveblog/oembed/?url={quote(ADDRESS)}&maxwidth=300").content)
    assert (answer["version"], answer["type"], answer["width"]) == ("1.0", "rich", 300)
    assert f'<iframe src="{settings.SITE_URL}/liveblog/regatta/embed/" width="300"' in answer["html"]


@pytest.mark.parametrize(
    "url", ["", "x", "https://elsewhere.example/liveblog/regatta/", "http://[", f"{settings.SITE_URL}/liveblog/none/",
            f"{settings.SITE_URL}/admin/", f"{settings.SITE_URL}/liveblog/", "//"],
)  # fmt: skip
def test_of_what_is_no_live_blog_there_is_no_frame(client, liveblog, url):
    assert client.get("/liveblog/oembed/", {"url": url}).status_code == 404


def test_oembed_is_json_alone(client, liveblog):
    assert client.get("/liveblog/oembed/", {"url": ADDRESS, "format": "xml"}).status_code == 501


@pytest.mark.parametrize("width", ["x", "-1", "9" * 400, "\u0663", "99999"])
def test_a_width_that_is_none_is_passed_over(client, liveblog, width):
    answer = json.loads(client.get("/liveblog/oembed/", {"url": ADDRESS, "maxwidth": width}).content)
    assert answer["width"] == 600


def test_there_is_no_embed_of_what_is_not_there(client, db):
    assert client.get("/liveblog/nothing/embed/").status_code == 404
