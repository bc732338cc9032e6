"""docs/chat-protocol.md says what the code does: every action, error code and field, and none that is not there."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model

from chat.actions import frames
from chat.actions.perform import MAX_REASON
from chat.actions.refusals import WORDS, refusal
from chat.consumers import shown
from chat.models import MAX_TEXT, Marker, Membership, Mention, Message, Room
from realtime.streams import wire

DOC = (Path(settings.BASE_DIR) / "docs" / "chat-protocol.md").read_text()
ACTIONS = {kind.__struct_config__.tag: kind for kind in get_args(frames.Shared | frames.Typing)}


def section(title: str) -> str:
    return DOC.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """The cells of its tables, with their headings."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("|---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_action_is_described_with_its_fields():
    table = [row for row in rows(section("Actions")) if len(row) == 3 and row[1] != "fields"]
    assert {code(kind)[0]: code(fields) for kind, fields, _ in table} == {
        tag: list(kind.__struct_fields__) for tag, kind in ACTIONS.items()
    }


def test_every_error_code_is_described():
    described = [code(row[0])[0] for row in rows(section("Actions")) if len(row) == 2]
    assert described[1:] == list(WORDS)


def test_the_limit_of_a_text_is_the_code_s_own():
    assert f"a message of 1 to {MAX_TEXT:,} characters" in DOC
    assert f"a text over {MAX_TEXT:,} characters, a reason over {MAX_REASON}" in DOC


def test_the_data_of_every_item_is_described():
    room, key = Room(pk=3, slug="lobby"), {"room_id": 3}
    rows_of = [
        room,
        Message(**key, number=1),
        Membership(**key, pk=1, room_slug="lobby"),
        Marker(**key),
        Mention(**key, number=1),
    ]
    described = {code(item)[0].partition("-")[0]: code(data) for item, data in rows(section("Items"))[1:]}
    assert described == {row._meta.model_name: list(row.as_item("")["data"]) for row in rows_of}


@pytest.mark.parametrize("text", re.findall(r"^→ (\{.*\})$", DOC, re.MULTILINE))
def test_the_example_s_actions_are_actions(text):
    assert type(frames.decoder.decode(text)).__struct_config__.tag == json.loads(text)["type"]


def test_the_example_s_frames_are_frames():
    sent = {frame["type"]: frame for frame in map(json.loads, re.findall(r"^← (\{.*\})$", DOC, re.MULTILINE))}
    declined = refusal("not_yours")
    error = wire.error(sent["error"]["id"], declined.code, declined.detail, declined.retry_after)
    assert sent["error"] == json.loads(error)
    (person,) = sent["presence"]["people"]
    assert person == {"id": 5, **shown(get_user_model()(username="alice", public_name="Alice Liddell"))}
    (item,) = sent["changes"]["items"]
    message = Message(pk=99, room_id=3, number=12, author_id=5, version=item["version"], mentions={"bob": 6})
    assert (item["id"], item["position"]) == (message.item_id, message.position)
    assert list(item["data"]) == list(message.as_item("chat")["data"])
    assert list(sent["ack"]) == ["type", "id", "item", "number", "version"]
    assert set(sent) == {"hello", "presence", "changes", "ack", "error", "typing"}
