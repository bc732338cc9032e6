"""docs/protocol.md says what the code does: every frame, code and figure, and none that is not there."""

import json
import re
from pathlib import Path

from django.conf import settings

from realtime.hub import replays, timing
from realtime.people import consumers as people
from realtime.people import roster
from realtime.server import protocol
from realtime.sockets import consumers
from realtime.streams import reading, wire

ROOT = Path(settings.BASE_DIR)
DOC = (ROOT / "docs" / "protocol.md").read_text()
CLIENT = ROOT / "realtime" / "static" / "realtime"
ROOMS = ["streams/*.py", "hub/*.py", "sockets/*.py", "people/*.py"]  # that make frames
STANDARD = {1001, 1006, 1007, 1013}  # close codes that browsers, networks and servers give by themselves

ITEM = json.loads(wire.item("entry-7", 42, "0.1", "<p>", {}).json)
REMOVED = json.loads(wire.removed("entry-7", 43).json)
FRAMES = {
    frame["type"]: frame
    for frame in map(
        json.loads,
        [
            wire.hello(42),
            wire.changes(41, 42, []),
            wire.reset(42),
            wire.heartbeat(42),
            wire.ack("c", {}),
            wire.error(None, "read_only", ""),
            roster.encode({}, True).anyone,
            b'{"type":"pong","id":1}',
        ],
    )
}


def section(title: str) -> str:
    return DOC.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """The cells of a section's tables, without their headings."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    heads = {number - 1 for number, line in enumerate(lines) if line.startswith("|---")}
    body = [line for number, line in enumerate(lines) if number not in heads and not line.startswith("|---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body]


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def source(*patterns: str) -> str:
    """The text of the kernel's files that fit."""
    return "".join(path.read_text() for pattern in patterns for path in sorted((ROOT / "realtime").glob(pattern)))


def constant(file: str, name: str) -> float:
    """A number that the JavaScript client defines."""
    (value,) = re.findall(rf"\b{name} = ([\d.]+)", (CLIENT / file).read_text())
    return float(value)


def test_every_frame_of_the_server_is_described_with_its_fields():
    described = {code(kind)[0]: {"type", *code(fields)} for kind, fields, _ in rows(section("Frames from the server"))}
    assert described == {kind: set(frame) for kind, frame in FRAMES.items()}


def test_no_other_frame_is_sent():
    named = set(re.findall(r'"type": ?"(\w+)"', source(*ROOMS)))
    assert named - {"ping", "sealed"} == set(FRAMES)  # the one comes from clients, the other goes between processes


def test_every_field_of_an_item_is_described():
    table = section("Items").partition("\n\nWhat was removed")[0]
    assert [code(name)[0] for name, _ in rows(table)] == [*ITEM, *(REMOVED.keys() - ITEM.keys())]


def test_every_frame_of_the_client_is_described():
    described = {code(kind)[0]: code(fields) for kind, fields, _ in rows(section("Frames to the server"))[:1]}
    assert described == {"ping": [field for field in consumers.Ping.__struct_fields__ if field != "type"]}
    assert re.findall(r'type: Literal\["(\w+)"\]', source("sockets/consumers.py")) == ["ping"]


def test_every_error_code_is_described():
    described = {code(cells[0])[0] for cells in rows(section("Frames to the server")) if len(cells) == 2}
    failures = re.findall(r'\.fail\(.+?, "(\w+)"', source("sockets/consumers.py"))
    assert described == {*failures, *re.findall(r'__init__\("(\w+)"', source("people/refusals.py"))}


def test_every_close_code_is_described():
    described = {int(number) for cells in rows(section("Close codes")) for number in re.findall(r"\d{4}", cells[0])}
    known = {value for name, value in vars(wire.Close).items() if name.isupper()}
    assert described == known | STANDARD


def test_the_codes_that_stop_a_client_for_good_are_the_terminal_ones():
    final = {int(cells[0]) for cells in rows(section("Close codes")) if cells[2] == "stops for good"}
    assert final == {value for name, value in vars(wire.Close).items() if name.isupper() and value >= 4400}
    assert "code >= 4400 && code <= 4499" in (CLIENT / "frames.js").read_text()
    assert "Other codes from 4400 to 4499 are final as well" in DOC


def test_every_figure_is_the_code_s_own():
    described = {what: float(figure) for what, figure in rows(section("Figures"))}
    assert described == {
        "seconds between heartbeats": wire.HEARTBEAT,
        "bytes of a frame to the server, at most": wire.MAX_FRAME,
        "bytes of a frame from the server, at most": wire.MAX_SENT,
        "items in one `changes`, at most": reading.MAX_CHANGES,
        "frames that are no action, answered on one socket, at most": consumers.MAX_ERRORS,
        "connections of one person to one process, at most": people.MAX_PER_PERSON,
        "actions of a person at once, at most": people.PERSON_RATE.burst,
        "actions of a person a second after that": people.PERSON_RATE.per_second,
        "actions from one address at once, at most": people.ADDRESS_RATE.burst,
        "actions from one address a second after that": people.ADDRESS_RATE.per_second,
        "catch-ups from one address at once, at most": replays.CATCH_UPS.burst,
        "catch-ups from one address a second after that": replays.CATCH_UPS.per_second,
        "people whom `presence` lists, at most": roster.MAX_LISTED,
        "seconds until a person whose right to stay is lost without a word is asked for it": people.RECHECK,
        "seconds after which it cuts a reader who does not read": protocol.UNREAD_SECONDS,
        "seconds until it finds what another process wrote, at most": timing.TICK,
        "seconds it waits for `hello`": constant("socket.js", "GREETING"),
        "ceiling of the first wait before it reconnects, in seconds": constant("backoff.js", "base"),
        "ceiling of the last": constant("backoff.js", "cap"),
        "seconds over which it spreads after 1001, 1012 and 1013": constant("connection.js", "SPREAD"),
        "seconds it stays away after 4029": constant("connection.js", "LATER"),
        "attempts without a `hello` after which it polls `changes`": constant("connection.js", "BLOCKED"),
        "seconds between polls": constant("connection.js", "POLL"),
        "seconds between looks at an ended stream": constant("connection.js", "CHECK"),
    }


def test_the_size_of_a_frame_is_the_code_s_own():
    assert f"A frame has at most {wire.MAX_SENT:,} bytes." in section("Frames from the server")


def test_the_client_speaks_the_same_version_of_the_protocol():
    assert DOC.startswith(f"# The wire protocol, version {wire.PROTOCOL}\n")
    assert constant("frames.js", "PROTOCOL") == wire.PROTOCOL
    assert "2 * frame.heartbeat + 2" in (CLIENT / "socket.js").read_text()
    assert "Silence for two heartbeats and 2 seconds" in DOC
    assert f"2 * {wire.HEARTBEAT} + 2" in section("A client in Python")


def test_the_example_s_frames_are_frames():
    text = section("An example")
    frames = [json.loads(line) for line in re.findall(r"^← (\{.*\})$", text, re.MULTILINE)]
    frames += [json.loads(frame) for frame in re.findall(r'`(\{"type":[^`]+\})`', text) if '"ping"' not in frame]
    assert {frame["type"] for frame in frames} == set(FRAMES) - {"ack", "presence"}  # a live blog has neither
    version = 0
    for frame in frames:
        assert list(frame) == list(FRAMES[frame["type"]])
        for item in frame.get("items", []):
            assert list(item) == list(REMOVED if "removed" in item else ITEM)
            assert frame["after"] < item["version"] <= frame["version"]
        if frame["type"] == "changes":
            assert version in (0, frame["after"])
            version = frame["version"]
