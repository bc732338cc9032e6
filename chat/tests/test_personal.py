"""What is stored for each person: memberships, mutes and bans, markers and mentions."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chat.models import Marker, Membership, Mention, Message, Room
from realtime.models import Stream

from .moderators import HOUR, is_near

# Memberships


def test_a_membership_knows_the_room_as_it_is_called_now(room, alice):
    Room.objects.filter(pk=room.pk).update(name="Foyer")
    membership = Membership.objects.create(room=room, user=alice)
    assert (membership.room_name, membership.room_slug) == ("Foyer", "lobby")
    assert membership.version == Stream.objects.get(name=f"user.{alice.pk}").head


def test_nobody_is_in_a_room_twice(join, alice):
    join(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        join(alice)


# Mutes and bans


def test_a_mute_lasts_as_long_as_it_is_given(room, join, alice, bob):
    join(alice)
    assert room.mute(alice, 60)
    membership = room.membership_of(alice)
    assert membership.is_muted
    assert is_near(membership.muted_until, timezone.now() + HOUR)
    assert room.mute(alice, 0)
    assert not room.membership_of(alice).is_muted
    assert not room.mute(bob, 60)
    assert room.membership_of(bob) is None


def test_a_ban_holds_for_who_was_never_there_and_keeps_what_they_were(room, join, alice, bob):
    join(alice, role=Membership.Role.MODERATOR)
    for person in alice, bob:
        room.ban(person)
        membership = room.membership_of(person)
        assert (membership.banned, membership.is_shown) == (True, False)
    room.add(alice)
    membership = room.membership_of(alice)
    assert (membership.banned, membership.role) == (False, "moderator")


def test_who_is_forgiven_is_a_stranger_whatever_they_were_before(room, join, head, alice, bob, clara):
    join(alice)
    unharmed = join(clara)
    for person in alice, bob:  # he was never there
        room.ban(person)
        before = head(f"user.{person.pk}")
        room.lift_ban(person)
        assert room.membership_of(person) is None
    assert head(f"user.{alice.pk}") > before
    room.lift_ban(clara)
    assert room.membership_of(clara) == unharmed


def test_a_ban_reaches_the_stream_of_the_person(room, join, head, alice):
    join(alice)
    before = head(f"user.{alice.pk}")
    room.ban(alice)
    assert head(f"user.{alice.pk}") == before + 1


def test_who_was_banned_before_they_ever_came_can_be_forgiven_and_finds_the_room_renamed(room, join, head, alice):
    join(alice, banned=True)
    assert not head(f"user.{alice.pk}")
    room.name = "Foyer"
    room.save()
    assert room.memberships.update(banned=False) == 1
    membership = room.membership_of(alice)
    assert (membership.banned, membership.room_name) == (False, "Foyer")
    assert membership.version == head(f"user.{alice.pk}")


# Markers and mentions


def test_who_is_in_the_room_and_named_is_told(room, private, join, say, head, alice, bob, clara, editor):
    join(alice)
    join(bob)
    join(clara, banned=True)
    join(editor, room=private)
    before = head(f"user.{bob.pk}")
    message = say("@bob @clara @editor @nobody and I, @alice")
    assert message.mentions == {"bob": bob.pk, "alice": alice.pk}
    mention = Mention.objects.get()  # none for who names herself
    assert (mention.user, mention.message, mention.number) == (bob, message, message.number)
    assert head(f"user.{bob.pk}") == mention.version == before + 1


def test_a_message_that_names_nobody_writes_nothing_for_anybody(join, say, head, alice, bob):
    join(alice)
    join(bob)
    before = {person: head(f"user.{person.pk}") for person in (alice, bob)}
    say("Hello, all of you.")
    assert before == {person: head(f"user.{person.pk}") for person in (alice, bob)}


def test_an_edit_tells_who_is_named_now_and_nobody_else(join, say, head, bob, clara, editor):
    for person in bob, clara, editor:
        join(person)
    message = say("@bob @clara")
    before = {person: head(f"user.{person.pk}") for person in (bob, clara, editor)}
    version = message.version
    message.edit("@clara @editor")
    assert {mention.user for mention in message.mention_rows.all()} == {clara, editor}
    assert {person: head(f"user.{person.pk}") - before[person] for person in before} == {
        bob: 1,
        clara: 0,
        editor: 1,
    }
    stored = Message.objects.get()
    assert (stored.text, stored.mentions) == ("@clara @editor", {"clara": clara.pk, "editor": editor.pk})
    assert stored.edited_at
    assert stored.version == version + 1


@pytest.mark.parametrize(
    "end",
    [
        lambda room, membership: membership.delete(),
        lambda room, membership: room.memberships.filter(user=membership.user).delete(),
        lambda room, membership: room.ban(membership.user),
        lambda room, membership: room.memberships.filter(user=membership.user).update(banned=True),
    ],
)
def test_markers_and_mentions_go_with_the_membership_and_with_a_ban(room, private, join, say, head, end, alice, bob):
    membership, other = join(alice), join(bob)
    for place in room, private:
        for person in alice, bob:
            if place == private:
                join(person, room=private)
            Marker.objects.create(room=place, user=person, number=1)
        say("@alice @bob", author=None, author_name="Somebody", room=place)
    start = head(f"user.{alice.pk}")
    end(room, membership)
    for model in Marker, Mention:
        assert set(model.objects.values_list("room", "user")) == {
            (room.pk, other.user_id),
            (private.pk, alice.pk),
            (private.pk, bob.pk),
        }
    assert head(f"user.{alice.pk}") == start + 1
