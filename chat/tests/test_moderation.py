"""What moderators do to people: mute, ban, add, remove, promote."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions import frames
from chat.models import Membership

MODERATOR = Membership.Role.MODERATOR


def test_a_moderator_mutes_and_unmutes(do, members, membership, alice, bob):
    assert do(bob, frames.Mute, person=alice.pk, minutes=10) == {}
    until = membership(alice).muted_until
    assert timedelta(minutes=9) < until - timezone.now() <= timedelta(minutes=10)
    assert do(bob, frames.Mute, person=alice.pk, minutes=0) == {}
    assert not membership(alice).is_muted


def test_a_moderator_bans_and_lifts_the_ban(do, members, membership, alice, bob, carol):
    for person in alice, carol:  # carol is not in the room
        assert do(bob, frames.Ban, person=person.pk, banned=True) == {}
        assert membership(person).banned
        assert do(bob, frames.Ban, person=person.pk, banned=False) == {}
        assert do(person, frames.Join) == {}


def test_to_lift_a_ban_lets_no_stranger_into_a_private_room(do, membership, private, alice, bob, join):
    join(bob, room=private, role=MODERATOR)
    for banned in True, False:
        assert do(bob, frames.Ban, where=private, person=alice.pk, banned=banned) == {}
    assert private.membership_of(alice) is None
    assert do(alice, frames.Join, where=private) == "not_found"


def test_a_ban_that_is_not_there_is_lifted_without_a_trace(do, members, membership, alice, bob, carol):
    for person in alice, carol:
        assert do(bob, frames.Ban, person=person.pk, banned=False) == {}
    assert membership(alice) == members.alice
    assert membership(carol) is None


ON_PEOPLE = [
    (frames.Mute, {"minutes": 5}),
    (frames.Ban, {"banned": True}),
    (frames.Remove, {}),
    (frames.Role, {"role": "member"}),
]


@pytest.mark.parametrize(("kind", "fields"), ON_PEOPLE)
def test_moderation_is_for_moderators(do, members, membership, alice, carol, join, kind, fields):
    join(carol)
    assert do(alice, kind, person=carol.pk, **fields) == "forbidden"
    assert do(alice, frames.Add, username="carol") == "forbidden"
    assert membership(carol).version == carol.chat_memberships.get().version


@pytest.mark.parametrize(("kind", "fields"), ON_PEOPLE)
def test_moderators_leave_each_other_and_themselves_alone(
    do, members, membership, bob, carol, dora, editor, join, kind, fields
):
    for person, role in (carol, MODERATOR), (dora, "member"), (editor, "member"):
        before = join(person, role=role)
        assert do(bob, kind, person=person.pk, **fields) == "forbidden"
        assert membership(person).version == before.version
    for person in bob, dora, editor:
        assert do(person, kind, person=person.pk, **fields) == "forbidden"


@pytest.mark.parametrize(("kind", "fields"), ON_PEOPLE)
def test_who_moderates_every_room_moderates_its_moderators(do, members, bob, dora, carol, editor, join, kind, fields):
    join(carol, role=MODERATOR)
    assert do(dora, kind, person=bob.pk, **fields) == {}
    assert do(editor, kind, person=carol.pk, **fields) == {}


@pytest.mark.parametrize(("kind", "fields"), ON_PEOPLE)
def test_nobody_is_not_found(do, members, bob, kind, fields):
    assert do(bob, kind, person=4711, **fields) == "not_found"


def test_who_is_not_in_the_room_cannot_be_muted_removed_or_promoted(do, members, bob, carol):
    assert do(bob, frames.Mute, person=carol.pk, minutes=5) == "not_found"
    assert do(bob, frames.Remove, person=carol.pk) == "not_found"
    assert do(bob, frames.Role, person=carol.pk, role="moderator") == "not_found"


def test_a_moderator_adds_removes_and_promotes(do, members, membership, bob, carol):
    assert do(bob, frames.Add, username=" Carol ") == {}
    assert do(bob, frames.Role, person=carol.pk, role="moderator") == {}
    assert membership(carol).role == "moderator"
    assert do(bob, frames.Remove, person=carol.pk) == "forbidden"  # now a colleague
    assert do(bob, frames.Role, person=carol.pk, role="owner") == "forbidden"


def test_to_add_who_is_banned_lifts_the_ban(do, members, membership, bob, alice):
    do(bob, frames.Ban, person=alice.pk, banned=True)
    assert do(bob, frames.Add, username="alice") == {}
    assert not membership(alice).banned


@pytest.mark.parametrize("username", ["", "nobody", "alic", "alice\0"])
def test_an_unknown_username_is_not_added(do, members, bob, username):
    assert do(bob, frames.Add, username=username) in ("not_found", "malformed")


def test_a_role_that_there_is_not_is_malformed(do, members, bob, alice):
    assert do(bob, frames.Role, person=alice.pk, role="owner") == "malformed"
