"""Who may do what in a room, and which rooms and messages are therefore listed."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from chat.models import Membership, Message, Rights, Room

# The person and what they are in the room: what they may do there, when it is public and when it is private.
GONE = Rights(False, "not_found", False)
RIGHTS = {
    "nobody": (Rights(True, "sign_in", False), GONE),
    "stranger": (Rights(True, "not_member", False), GONE),
    "member": (Rights(True, "", False), Rights(True, "", False)),
    "muted": (Rights(True, "muted", False), Rights(True, "muted", False)),
    "muted until a moment ago": (Rights(True, "", False), Rights(True, "", False)),
    "banned": (Rights(False, "banned", False), GONE),
    "banned moderator": (Rights(False, "banned", False), GONE),
    "moderator": (Rights(True, "", True), Rights(True, "", True)),
    "muted moderator": (Rights(True, "muted", True), Rights(True, "muted", True)),
    "site moderator": (Rights(True, "not_member", True), GONE),
    "site moderator, member": (Rights(True, "", True), Rights(True, "", True)),
    "site moderator, banned": (Rights(False, "banned", False), GONE),
    "superuser": (Rights(True, "not_member", True), GONE),
    "deactivated site moderator": (Rights(True, "not_member", False), GONE),
}


@pytest.fixture(params=RIGHTS)
def who(request, alice, editor):
    """The person, what they are in the room (None: not in it), and their rights in a public and in a private one."""
    name = request.param
    if "site moderator" in name:
        alice.user_permissions.add(Permission.objects.get(codename="moderate_room"))
    alice.is_active = "deactivated" not in name
    person = {"nobody": None, "superuser": editor}.get(name, alice)
    if name in ("nobody", "stranger", "site moderator", "superuser", "deactivated site moderator"):
        return person, None, RIGHTS[name]
    past_or_future = timezone.now() + timedelta(hours=-1 if "ago" in name else 1)
    fields = {
        "role": Membership.Role.MODERATOR if name.endswith("moderator") else Membership.Role.MEMBER,
        "banned": "banned" in name,
        "muted_until": past_or_future if "muted" in name else None,
    }
    return person, fields, RIGHTS[name]


def test_who_may_do_what(who, room, private, join):
    person, fields, expected = who
    for place, rights in zip((room, private), expected, strict=True):
        if fields is not None:
            join(person, room=place, **fields)
        assert place.rights_of(person, place.membership_of(person)) == rights


def test_the_rooms_that_are_listed_are_those_that_can_be_read(who, room, private, join, bob):
    person, fields, expected = who
    for place in room, private:
        join(bob, room=place)  # what others are there says nothing about this one
        if fields is not None:
            join(person, room=place, **fields)
    readable = [place for place, rights in zip((room, private), expected, strict=True) if rights.read]
    assert set(Room.objects.readable_by(person)) == set(readable)


def test_in_a_closed_room_nobody_writes_and_all_is_as_readable_as_before(who, room, private, join):
    person, fields, expected = who
    for place, rights in zip((room, private), expected, strict=True):
        place.closed = True
        if fields is not None:
            join(person, room=place, **fields)
        closed = place.rights_of(person, place.membership_of(person))
        assert closed == (rights._replace(hindrance="closed") if rights.read else rights)


def test_the_messages_that_are_found_are_those_that_can_be_read(room, private, join, say, alice, bob):
    said = say("In the open")
    secret = say("In the back room", room=private)
    say("Gone", room=room)
    Message.objects.filter(text="Gone").soft_delete()
    join(bob, room=private)
    assert set(Message.objects.shown_to(bob)) == {said, secret}
    assert set(Message.objects.shown_to(alice)) == set(Message.objects.shown_to(None)) == {said}
