"""Whoever sends what is not right is told in JSON what is wrong, and leaves no traceback."""

import logging
import time

import pytest
from django.test import Client

from liveblog.ingest.refusals import REFUSALS
from liveblog.models import Entry, IngestKey, LiveBlog

from .wire import Wire, refused

GOOD = b'{"id": "a1", "body": "They are off."}'


@pytest.fixture(autouse=True)
def nothing_happens(db, caplog):
    """None of this stores an entry, or writes more into the log than a line."""
    yield
    assert not Entry.objects.exists()
    assert not [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR]


# Who sends


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


# What is sent


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "", "x" * 999]
)
def test_another_type_is_refused(wire, kind):
    assert refused(wire.send(GOOD, kind)) == (415, "content_type")


@pytest.mark.parametrize("size", [1_000_001, 5_000_000])
def test_what_is_too_large_is_refused(wire, size):
    assert refused(wire.send(b" " * size)) == (413, "too_large")


MALFORMED = {
    "nothing": b"",
    "no object": b"[]",
    "cut off": GOOD[:-1],
    "text after it": GOOD + b"{}",
    "a byte-order mark": b"\xef\xbb\xbf" + GOOD,
    "invalid UTF-8": b'{"id": "a1", "body": "\xff"}',
    "half a surrogate": b'{"id": "a1", "body": "\\ud800"}',
    "UTF-16": GOOD.decode().encode("utf-16"),
    "deep arrays": b'{"id": "a1", "body": ' + b"[" * 400_000,
    "deep objects": b'{"a":' * 150_000,
    "a huge number": b'{"id": ' + b"9" * 500_000 + b"}",
    "a huge exponent": b'{"id": 1e999999999}',
    "no number": b'{"id": NaN}',
    "a number": b'{"id": "a1", "body": 1}',
    "null": b'{"id": "a1", "body": null}',
    "a word for a flag": b'{"id": "a1", "body": "x", "key_event": "yes"}',
    "a flag as number": b'{"id": "a1", "body": "x", "key_event": 1}',
    "an unknown field": b'{"id": "a1", "body": "x", "pinned": true}',
    "an unknown field of a megabyte": b'{"' + b"x" * 900_000 + b'": 1}',
    "an author": b'{"id": "a1", "body": "x", "author": 1}',
    "a picture": b'{"id": "a1", "image": "/etc/passwd", "image_alt": "x"}',
    "a state of editors": b'{"id": "a1", "body": "x", "state": "scheduled"}',
    "an unknown action": b'{"id": "a1", "action": "delete"}',
    "no id": b'{"body": "x"}',
    "an empty id": b'{"id": "", "body": "x"}',
    "a long id": b'{"id": "' + b"x" * 101 + b'", "body": "x"}',
    "a NUL in the id": b'{"id": "a\\u0000", "body": "x"}',
    "a line break after the id": b'{"id": "a\\n", "body": "x"}',
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_what_is_not_what_the_document_says_is_refused(wire, body):
    answer = wire.send(body)
    assert refused(answer) == (400, "malformed")
    assert len(answer.json()["detail"]) < 400


INVALID = {
    "a NUL": {"body": "They are\0 off."},
    "a NUL in the byline": {"body": "x", "byline": "\0"},
    "a long headline": {"headline": "x" * 201},
    "a long text": {"body": "x" * 20_001},
    "too much markup": {"body": "|a" * 140 + "\n" + "|-" * 140 + "\n|" * 140},
    "nothing to be seen": {"body": "\u200b"},
    "blanks": {"body": "  \n"},
    "nothing": {},
}


@pytest.mark.parametrize("fields", INVALID.values(), ids=INVALID)
def test_an_entry_that_a_form_would_refuse_is_refused(wire, fields):
    assert refused(wire(id="a1", **fields)) == (400, "invalid")


FORM = b'--b\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'
FORMS = {
    "no boundary": ("multipart/form-data", FORM % (b"id", b"", b"a1")),
    "a boundary of nonsense": ("multipart/form-data; boundary=\u00e9", b""),
    "nothing": ("multipart/form-data; boundary=b", b""),
    "no form": ("multipart/form-data; boundary=b", GOOD),
    "another file": (
        "multipart/form-data; boundary=b",
        FORM % (b"id", b"", b"a1") + FORM % (b"file", b'; filename="x"', b"x") + b"--b--\r\n",
    ),
    "many fields": ("multipart/form-data; boundary=b", FORM % (b"id", b"", b"a1") * 1_500 + b"--b--\r\n"),
    "many files": (
        "multipart/form-data; boundary=b",
        FORM % (b"image", b'; filename="x"', b"x") * 150 + b"--b--\r\n",
    ),
    "a broken base64": (
        "multipart/form-data; boundary=b",
        FORM % (b"id", b"\r\nContent-Transfer-Encoding: base64", b"\xff\xff") + b"--b--\r\n",
    ),
    "a NUL in the id": ("multipart/form-data; boundary=b", FORM % (b"id", b"", b"a\0") + b"--b--\r\n"),
}


@pytest.mark.parametrize(("kind", "body"), FORMS.values(), ids=FORMS)
def test_a_form_that_is_none_is_refused(wire, kind, body):
    assert refused(wire.send(body, kind.encode().decode("latin-1"))) == (400, "malformed")


def test_each_refusal_is_a_sentence():
    assert all(detail.endswith(".") and 400 <= status < 500 for status, detail in REFUSALS.values())
