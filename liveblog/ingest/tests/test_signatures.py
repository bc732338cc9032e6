"""Whoever cannot sign, or may not post here, is told so in JSON, and learns nothing else."""

import time

import pytest
from django.test import Client

from liveblog.ingest.models import IngestKey
from liveblog.models import Entry, LiveBlog

from .wire import Wire, refused

GOOD = b'{"id": "a1", "body": "They are off."}'


@pytest.fixture(autouse=True)
def nothing_is_stored(db):
    yield
    assert not Entry.objects.exists()


@pytest.mark.parametrize("name", ["Ingest_Time", "Ingest_Signature"])
@pytest.mark.parametrize("value", ["", "soon", "-1", "1" * 5_000, "१२", "1e9", "None", "A" * 64, "0" * 63, "\u00e9"])
def test_headers_that_are_none_are_named(wire, name, value):
    answer = wire.send(GOOD, **{name: value.encode().decode("latin-1")})
    assert refused(answer) == (401, "unsigned")
    assert name.replace("_", "-") in answer.json()["detail"]


@pytest.mark.parametrize("late", [302, -302, 10**9])
def test_a_time_that_is_long_ago_or_to_come_is_refused(wire, late):
    assert refused(wire.send(GOOD, late=late)) == (401, "stale")


@pytest.mark.parametrize("late", [290, -290])
def test_clocks_may_differ_by_some_minutes(wire, late):
    assert refused(wire.send(b"{}", late=late)) == (400, "malformed")


def test_a_wrong_signature_is_refused(wire):
    assert refused(wire.send(GOOD, Ingest_Signature="0" * 64)) == (401, "signature")
    assert refused(wire.post(GOOD + b" ", wire.signed(GOOD))) == (401, "signature")
    assert refused(wire.send(GOOD, Ingest_Time=str(int(time.time()) - 1))) == (401, "signature")


def test_a_request_is_good_for_its_own_live_blog_alone(db):
    one, two = (Wire(IngestKey.objects.create(name=slug), slug) for slug in ("one", "two"))
    LiveBlog.objects.create(title="Two", slug="two")
    assert refused(two.post(GOOD, one.signed(GOOD))) == (401, "signature")


def test_nobody_learns_whether_a_key_exists(wire, key):
    """Nor whether it was revoked, or is for another live blog."""
    IngestKey.objects.update(revoked_at="2026-01-01T00:00Z")
    answers = [
        wire.send(GOOD, Ingest_Key=handle, Ingest_Signature="0" * 64)
        for handle in (key.handle, "0" * 16, "", "x" * 5_000, "%00", "' OR 1=1 --")
    ]
    assert {(each.status_code, each.content, *each.headers.items()) for each in answers} == {
        (401, answers[0].content, *answers[0].headers.items())
    }


def test_the_key_that_nobody_has_signs_nothing(wire):
    empty = Wire(IngestKey(handle="", salt=""))
    assert refused(empty.send(GOOD)) == (401, "signature")
    assert refused(empty.send(GOOD, Ingest_Key="0" * 16)) == (401, "signature")


def test_what_is_stored_of_a_key_does_not_sign(key):
    for stored in key.salt, key.handle, str(key.pk), "":
        assert refused(Wire(key, secret=stored or " ").send(GOOD)) == (401, "signature")


def test_a_key_outlives_the_secret_key_as_long_as_that_is_named(wire, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert refused(wire.send(b"{}")) == (400, "malformed")
    settings.SECRET_KEY_FALLBACKS = []
    assert refused(wire.send(b"{}")) == (401, "signature")


def test_a_live_blog_has_to_be_there_and_the_keys_own(wire, key):
    wire.slug = "nowhere"
    assert refused(wire.send(GOOD)) == (404, "no_liveblog")
    LiveBlog.objects.create(title="Other", slug="other")
    wire.slug = "other"
    assert refused(wire.send(GOOD)) == (403, "other_liveblog")


def test_cookies_count_for_nothing_and_no_token_is_asked_for(editor, liveblog):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(editor)
    answer = browser.post("/liveblog/regatta/ingest/", GOOD, content_type="application/json")
    assert refused(answer) == (401, "unsigned")


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options", "patch"])
def test_there_is_nothing_but_post(client, liveblog, method):
    answer = getattr(client, method)("/liveblog/regatta/ingest/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert method == "head" or refused(answer) == (405, "method")
