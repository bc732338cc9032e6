"""Who comes and goes, and what everybody's rights are at the moment that they act."""

from asyncio import gather
from uuid import uuid4

import msgspec
import pytest
from django.db import OperationalError
from django.test import AsyncClient
from django.urls import reverse

from chat.actions import frames
from chat.actions.perform import HANDLERS, RATES, submit
from chat.urls import urlpatterns
from realtime.hub import get_hub
from realtime.hub.limits import Limits
from realtime.people import Refusal

# Come and go


def test_anyone_joins_a_public_room_once_and_leaves(do, membership, alice):
    assert do(alice, frames.Join) == {} == do(alice, frames.Join)
    assert membership(alice).role == "member"
    assert do(alice, frames.Leave) == {} == do(alice, frames.Leave)
    assert membership(alice) is None


def test_nobody_joins_a_private_or_closed_room_or_one_that_they_are_banned_from(do, room, private, alice, bob):
    assert do(alice, frames.Join, where=private) == "not_found"
    room.ban(bob)
    assert do(bob, frames.Join) == "banned"
    assert do(bob, frames.Leave) == "banned"
    room.closed = True
    room.save()
    assert do(alice, frames.Join) == "closed"


def test_who_is_muted_does_not_leave_to_come_back_unmuted(do, members, membership, room, alice):
    room.mute(alice, 5)
    assert do(alice, frames.Leave) == "muted"
    assert membership(alice).is_muted


# Rights are asked for at that moment


def test_who_is_deactivated_is_asked_to_sign_in(do, members, say, alice):
    message = say()
    alice.is_active = False
    alice.save()
    assert do(alice, frames.Delete, message=message.pk) == "sign_in"


def test_who_is_banned_does_nothing_at_all(do, members, say, room, alice):
    message = say()
    room.ban(alice)
    for kind, fields in [(frames.Edit, {"text": "x"}), (frames.Delete, {}), (frames.ReportMessage, {})]:
        assert do(alice, kind, message=message.pk, **fields) == "banned"


async def test_nobody_acts_without_signing_in():
    for action in (
        frames.Send(id=str(uuid4()), text="x"),
        frames.Read(number=1),
        frames.Delete(id=str(uuid4()), message=1),
    ):
        with pytest.raises(Refusal) as refusal:
            await submit(1, None, action)
        assert refusal.value.code == "sign_in"


# Rates

FREE = {frames.Send, frames.Edit, frames.Delete, frames.Read, frames.Typing}  # bounded by what people may do in all


def test_what_makes_work_for_others_has_a_rate_of_its_own():
    assert RATES.keys() | FREE == {*frames.BY_FORM.values(), frames.Typing}
    assert not RATES.keys() & FREE


@pytest.mark.parametrize("kind", RATES)
@pytest.mark.django_db(transaction=True)
async def test_a_person_does_so_much_of_a_kind_and_others_are_not_held_up(kind, room, alice, bob):
    action = msgspec.convert({"type": kind.__struct_config__.tag, "id": str(uuid4()), **WORDS}, kind)
    get_hub()
    try:
        codes = [await code_of(room, alice, action) for _ in range(int(RATES[kind].burst) + 1)]
        assert codes[-1] == "too_fast"
        assert "too_fast" not in codes[:-1]
        assert await code_of(room, bob, action) != "too_fast"
    finally:
        await get_hub().stop()


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: pattern.name)
@pytest.mark.django_db(transaction=True)
async def test_whatever_takes_a_form_takes_so_many_of_one_person(pattern, room, editor):
    browser, kwargs = AsyncClient(), {"slug": "lobby"} if "slug" in str(pattern.pattern) else {}
    kwargs |= {"pk": editor.pk} if "pk" in str(pattern.pattern) else {}
    await browser.aforce_login(editor)
    get_hub().limits = Limits(clock=lambda: 0.0)  # nothing comes back, however slow the machine
    try:
        codes = [(await browser.post(reverse(f"chat:{pattern.name}", kwargs=kwargs))).status_code for _ in range(21)]
        assert codes[-1] in (405, 429)
        assert 405 in codes or codes[0] != 429
    finally:
        await get_hub().stop()


WORDS = {"message": 1, "person": 1, "minutes": 5, "banned": True, "username": "nobody", "role": "member"}


async def code_of(room, person, action):
    try:
        await submit(room.pk, person, action)
    except Refusal as refusal:
        return refusal.code


@pytest.mark.django_db(transaction=True)
async def test_who_acts_at_the_same_time_as_one_whose_action_fails_has_an_answer(
    members, room, alice, bob, monkeypatch
):
    def fail(standing, action):
        raise OperationalError("The database is gone.")

    monkeypatch.setitem(HANDLERS, frames.Leave, fail)
    get_hub()
    works = [
        submit(room.pk, person, kind(id=str(uuid4()))) for person, kind in [(alice, frames.Join), (bob, frames.Leave)]
    ]
    try:
        assert [type(answer) for answer in await gather(*works, return_exceptions=True)] == [dict, OperationalError]
    finally:
        await get_hub().stop()
