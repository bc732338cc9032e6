"""What search engines and networks read of a page."""

import json
import re
from datetime import datetime
from xml.etree import ElementTree

import pytest
from django.conf import settings

from liveblog.models import LiveBlog

MAP = {"map": "http://www.sitemaps.org/schemas/sitemap/0.9"}
HOSTILE = '</script><script>alert(1)</script>" onload="x'


def data_of(page):
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
    return json.loads(text)


def meta(page):
    return dict(re.findall(r'<meta (?:name|property)="([\w:]+)" content="(.*?)">', page.text))


def test_a_live_blog_is_a_posting_with_its_updates(client, liveblog, post):
    post("They are *off*.", headline="Off", byline="Ann")
    latest = post("They are back.")
    post("Secret.", state="draft")
    told = data_of(client.get("/liveblog/regatta/"))
    assert (told["@context"], told["@type"]) == ("https://schema.org", "LiveBlogPosting")
    assert told["headline"] == "Harbour regatta"
    assert datetime.fromisoformat(told["coverageStartTime"]) == liveblog.starts_at
    assert "coverageEndTime" not in told
    newest, first = told["liveBlogUpdate"]
    assert newest["url"] == settings.SITE_URL + latest.get_absolute_url()
    assert (first["@type"], first["headline"], first["articleBody"]) == ("BlogPosting", "Off", "They are off.")
    assert first["author"] == {"@type": "Person", "name": "Ann"}
    assert told["dateModified"] == newest["dateModified"]
    LiveBlog.objects.update(state="ended")
    assert data_of(client.get("/liveblog/regatta/"))["coverageEndTime"]


def test_a_permalink_has_its_own_title_description_and_address(client, post):
    entry = post("They are *off*, all of them.", headline="Off")
    page = client.get(entry.get_absolute_url())
    found = meta(page)
    assert "<title>Off · Harbour regatta" in page.text
    assert found["description"] == found["og:description"] == "They are off, all of them."
    assert found["og:title"] == "Off"
    assert found["og:url"] == settings.SITE_URL + entry.get_absolute_url()
    assert f'<link rel="canonical" href="{found["og:url"]}">' in page.text
    assert data_of(page)["@type"] == "BlogPosting"


def test_older_pages_are_of_the_one_address(client, liveblog, post):
    entry = post()
    page = client.get(f"/liveblog/regatta/?before={entry.position}")
    assert f'<link rel="canonical" href="{settings.SITE_URL}/liveblog/regatta/">' in page.text
    assert "ld+json" not in page.text


def test_hostile_text_ends_no_block_and_no_attribute(client, post):
    LiveBlog.objects.update(title=HOSTILE, summary=HOSTILE)
    post(HOSTILE, headline=HOSTILE, byline=HOSTILE)
    page = client.get("/liveblog/regatta/")
    assert data_of(page)["headline"] == HOSTILE
    assert "<script>alert" not in page.text
    assert not re.search(r"<[^>]*onload=", page.text)


def test_the_sitemap_has_every_live_blog_with_its_last_update(client, liveblog, post):
    entry = post()
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    [found] = root.findall("map:url", MAP)
    assert found.findtext("map:loc", "", MAP) == f"{settings.SITE_URL}/liveblog/regatta/"
    assert datetime.fromisoformat(found.findtext("map:lastmod", "", MAP)).date() == entry.published_at.date()


def test_robots_are_asked_to_leave_what_is_private_and_told_of_the_map(client, db):
    text = client.get("/robots.txt").text
    assert "Disallow: /admin/" in text
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in text


@pytest.mark.parametrize("text", ["", "A summary.", "Long. " * 100])
def test_a_description_is_never_empty_nor_endless(client, liveblog, text):
    LiveBlog.objects.update(summary=text)
    assert 0 < len(meta(client.get("/liveblog/regatta/"))["description"]) <= 200
