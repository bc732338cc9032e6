"""What people ask for, before anybody looks at their rights: frames, forms, and the texts in them."""

from typing import Any
from uuid import uuid4

import msgspec
import pytest

from chat.actions import frames
from chat.actions.perform import written
from chat.actions.refusals import WORDS
from realtime.people import Refusal

# Texts


def test_a_text_is_stored_without_what_surrounds_it_and_with_single_line_breaks():
    assert written(" \n one\r\ntwo\rthree  \n") == "one\ntwo\nthree"


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b", "\u202e \u200f"])
def test_a_text_of_which_there_is_nothing_to_see_is_refused(text):
    with pytest.raises(Refusal) as refusal:
        written(text)
    assert refusal.value.code == "empty"


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "\udfff"])
def test_a_text_that_no_database_takes_is_refused(text):
    with pytest.raises(Refusal) as refusal:
        written(text)
    assert refusal.value.code == "malformed"


def test_a_text_has_4000_characters_at_most():
    assert written("é" * 4000 + "\n") == "é" * 4000
    with pytest.raises(Refusal) as refusal:
        written("é" * 4001)
    assert refusal.value.code == "too_long"


def test_every_refusal_has_its_words():
    assert all(str(words).endswith(".") for words in WORDS.values())


# Frames


def test_a_frame_is_decoded_in_one_step():
    id = uuid4()
    decoded = frames.decoder.decode(f'{{"type":"edit","id":"{id}","message":7,"text":"Hello"}}')
    assert decoded == frames.Edit(id=str(id), message=7, text="Hello")


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "send", "text": "no id"},
        {"type": "send", "id": "7", "text": "no UUID"},
        {"type": "send", "id": str(uuid4()), "text": None},
        {"type": "delete", "id": str(uuid4()), "message": 0},
        {"type": "delete", "id": str(uuid4()), "message": 2**63},
        {"type": "delete", "id": str(uuid4()), "message": "7"},
        {"type": "mute", "id": str(uuid4()), "person": 7, "minutes": -1},
        {"type": "mute", "id": str(uuid4()), "person": 7, "minutes": 10**9},
        {"type": "read", "number": -1},
        {"type": "read", "number": 2**63},
        {"type": "add", "id": str(uuid4()), "username": "only by form"},
        {"type": "nope"},
        {},
        [],
        "send",
    ],
)
def test_a_frame_that_is_not_as_it_should_be_is_malformed(fields):
    with pytest.raises(msgspec.DecodeError):
        frames.decoder.decode(msgspec.json.encode(fields))


def test_fields_that_a_later_release_may_have_are_ignored():
    id = uuid4()
    decoded = frames.decoder.decode(f'{{"type":"send","id":"{id}","text":"x","reply_to":7}}')
    assert decoded == frames.Send(id=str(id), text="x")


@pytest.mark.parametrize("written", [str, lambda id: id.hex, lambda id: str(id).upper()])
def test_an_id_is_kept_as_it_was_sent(written):
    id = written(uuid4())
    assert frames.decoder.decode(f'{{"type":"delete","id":"{id}","message":7}}').id == id


def test_a_form_is_the_same_as_a_frame_and_may_have_more_fields():
    id = uuid4()
    fields = {"type": "ban", "id": str(id), "person": "7", "banned": "true", "minutes": "5", "csrfmiddlewaretoken": "x"}
    assert frames.from_form(fields) == frames.Ban(id=str(id), person=7, banned=True)


def test_a_form_that_may_be_repeated_gets_an_id_and_a_message_has_to_bring_its_own():
    actions: Any = [frames.from_form({"type": "delete", "message": "7"}) for _ in range(2)]
    first, second = actions
    assert first.message == second.message == 7
    assert first.id != second.id
    with pytest.raises(Refusal) as refusal:
        frames.from_form({"type": "send", "text": "Hello"})
    assert refusal.value.code == "malformed"


@pytest.mark.parametrize(
    "fields",
    [{}, {"type": "typing"}, {"type": "answered"}, {"type": "send"}, {"type": "ban", "person": "x", "banned": "1"}],
)
def test_a_form_that_asks_for_nothing_sensible_is_malformed(fields):
    with pytest.raises(Refusal) as refusal:
        frames.from_form(fields)
    assert refusal.value.code == "malformed"
