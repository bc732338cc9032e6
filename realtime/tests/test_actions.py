"""What people ask for over a socket, and what it is answered."""

import json

from realtime.hub import Rate, get_hub
from realtime.people import consumers as people
from realtime.sockets.consumers import MAX_ERRORS

from .seats import answer


async def test_an_action_is_acknowledged_with_its_own_id(opened, board, signed_in):
    socket = await opened(board, signed_in)
    assert await answer(socket, id="c-1", text="hello") == {"type": "ack", "id": "c-1", "by": "alice"}


async def test_a_refusal_says_why_and_when_to_come_back(opened, board, signed_in):
    error = {"type": "error", "id": "c-1", "code": "muted", "detail": "You are muted.", "retry_after": 60}
    assert await answer(await opened(board, signed_in), id="c-1", text="no") == error


async def test_an_unknown_outcome_is_unavailable(opened, board, signed_in):
    assert (await answer(await opened(board, signed_in), id="c-1", text="fail"))["code"] == "unavailable"


async def test_actions_that_are_refused_are_not_counted_among_the_frames_that_are_none(opened, board, signed_in):
    socket = await opened(board, signed_in)
    for number in range(MAX_ERRORS + 5):
        assert (await answer(socket, id=str(number), text="no"))["code"] == "muted"
        get_hub().limits.full_at.clear()


async def test_who_goes_too_fast_is_told_when_to_come_back(opened, board, signed_in, monkeypatch):
    monkeypatch.setattr(people, "PERSON_RATE", Rate(per_second=0.01, burst=2))
    socket = await opened(board, signed_in)
    answers = [await answer(socket, id=str(number), text="hello") for number in range(3)]
    assert [each["type"] for each in answers] == ["ack", "ack", "error"]
    assert answers[2]["code"] == "too_fast"
    assert 0 < answers[2]["retry_after"] <= 100


async def test_people_behind_one_address_share_a_bucket(opened, board, signed_in, monkeypatch):
    monkeypatch.setattr(people, "ADDRESS_RATE", Rate(per_second=0.01, burst=1))
    tab, nobody = await opened(board, signed_in), await opened(board)
    assert (await answer(tab, id="1", text="hello"))["type"] == "ack"
    assert (await answer(nobody, id="2", text="hello"))["code"] == "too_fast"


async def test_a_frame_that_is_no_action_is_malformed(opened, board, signed_in):
    socket = await opened(board, signed_in)
    await socket.receive_json_from()
    await socket.send_to(text_data=json.dumps({"type": "say", "text": 7}))
    assert (await socket.receive_json_from())["code"] == "malformed"
