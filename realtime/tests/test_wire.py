"""Frames: what is JSON, and what stands on the connection."""

import json
from datetime import UTC, datetime

import pytest
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from websockets.frames import Frame as ReferenceFrame
from websockets.frames import Opcode

from realtime.streams import Frame, wire
from realtime.streams.wire import Encoded


def test_hello_says_where_the_stream_stands():
    assert json.loads(wire.hello(43)) == {"type": "hello", "protocol": 1, "version": 43, "heartbeat": 20}


def test_changes_carry_items_as_they_were_encoded():
    item = wire.item("entry-7", 42, "0.1", "<p>Grüße & more</p>", {"at": datetime(2026, 11, 22, tzinfo=UTC), "n": None})
    frame = json.loads(wire.changes(41, 43, [item.json, wire.removed("entry-6", 43).json]))
    assert frame == {
        "type": "changes",
        "after": 41,
        "version": 43,
        "items": [
            {
                "id": "entry-7",
                "version": 42,
                "position": "0.1",
                "html": "<p>Grüße & more</p>",
                "data": {"at": "2026-11-22T00:00:00Z", "n": None},
            },
            {"id": "entry-6", "version": 43, "removed": True},
        ],
    }


def test_changes_may_be_empty():
    assert json.loads(wire.changes(41, 41, [])) == {"type": "changes", "after": 41, "version": 41, "items": []}


def test_the_other_frames():
    assert json.loads(wire.reset(7)) == {"type": "reset", "version": 7}
    assert json.loads(wire.heartbeat(7)) == {"type": "heartbeat", "version": 7}
    error = {"type": "error", "id": None, "code": "malformed", "detail": "…"}
    assert json.loads(wire.error(None, "malformed", "…")) == error


def test_safe_and_lazy_strings_are_strings_to_others():
    item = wire.item("entry-7", 1, None, mark_safe("<p>"), {"state": gettext_lazy("Live")})
    assert json.loads(item.json)["html"] == "<p>"
    assert json.loads(item.json)["data"] == {"state": "Live"}


def test_what_is_no_json_is_refused():
    with pytest.raises(TypeError, match="object does not go into a frame"):
        wire.item("entry-7", 1, None, "", {"x": object()})


def test_versions_in_milliseconds_stay_exact_in_javascript():
    assert datetime(2100, 1, 1, tzinfo=UTC).timestamp() * 1000 + 10**12 < 2**53


def test_a_placeholder_keeps_its_id_and_its_version():
    html = wire.placeholder("entry-7", 42)
    assert 'id="entry-7"' in html
    assert 'data-version="42"' in html


def test_an_encoded_item_is_no_stream_end_unless_it_says_so():
    assert wire.removed("entry-7", 1) == Encoded(
        "entry-7", 1, b'{"id":"entry-7","version":1,"removed":true}', False, False
    )


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 300_000])
def test_a_ready_made_frame_is_what_a_websocket_library_makes(size):
    payload = b"x" * size
    assert Frame(payload).wire == ReferenceFrame(Opcode.TEXT, payload).serialize(mask=False)


def test_a_frame_is_made_once_however_many_sockets_it_goes_to():
    frame = Frame("grüße".encode())
    assert frame.text == "grüße"
    assert frame.text is frame.text
    assert frame.wire is frame.wire
