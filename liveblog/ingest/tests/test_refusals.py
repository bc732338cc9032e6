"""Whoever sends what is not right is told in JSON what is wrong, and leaves no traceback."""

import logging

import pytest

from liveblog.ingest.refusals import REFUSALS
from liveblog.models import Entry

from .wire import refused

GOOD = b'{"id": "a1", "body": "They are off."}'


@pytest.fixture(autouse=True)
def nothing_happens(db, caplog):
    """None of this stores an entry, or writes more into the log than a line."""
    yield
    assert not Entry.objects.exists()
    assert not [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR]


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
