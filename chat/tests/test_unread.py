"""How far people have read, and what is unread."""

import pytest

from chat.models import Marker, Mention, Message
from chat.unread import last_number, last_numbers, mark, unread_of


@pytest.fixture
def read(room):
    """`read(person)`: the person's marker; None without one."""
    return lambda person: next(
        iter(Marker.objects.filter(room=room, user=person).values_list("number", flat=True)), None
    )


def test_a_marker_only_moves_on_and_never_beyond_the_last_message(members, say, room, read, alice, head):
    for _ in range(5):
        say()
    for number, marker in (3, 3), (2, 3), (4, 4), (10**15, 5), (0, 5):
        mark(room.pk, [(alice.pk, number)])
        assert read(alice) == marker
    before = head(f"user.{alice.pk}")
    mark(room.pk, [(alice.pk, 5)])
    assert head(f"user.{alice.pk}") == before


def test_markers_of_many_move_in_one_transaction(members, say, room, read, alice, bob, head):
    for _ in range(3):
        say()
    mark(room.pk, [(alice.pk, 1)])
    before = head(f"user.{alice.pk}")
    assert mark(room.pk, [(alice.pk, 3), (bob.pk, 2), (alice.pk, 2)]) == [None, None, None]
    assert (read(alice), read(bob)) == (3, 2)
    assert head(f"user.{alice.pk}") == before + 1


def test_only_members_have_markers(members, say, room, read, alice, carol):
    say()
    room.ban(alice)
    mark(room.pk, [(alice.pk, 1), (carol.pk, 1), (4711, 1)])
    assert not Marker.objects.exists()


def test_unread_follows_from_the_last_number_and_the_marker(members, say, room, private, alice, bob, join, read):
    join(bob, room=private)
    for text in "@bob", "one", "@bob", "two":
        say(text)
    first, second = (mention.item_id for mention in Mention.objects.order_by("pk"))
    assert unread_of(bob.pk) == {
        room.pk: {"last": 4, "read": 0, "mentions": {first: 1, second: 3}},
        private.pk: {"last": 0, "read": 0, "mentions": {}},
    }
    mark(room.pk, [(bob.pk, 2)])
    assert unread_of(bob.pk)[room.pk] == {"last": 4, "read": 2, "mentions": {second: 3}}
    room.ban(bob)
    assert unread_of(bob.pk).keys() == {private.pk}


def test_what_was_deleted_before_it_was_read_is_not_unread(members, say, room, bob, read):
    say("one")
    mark(room.pk, [(bob.pk, 1)])
    messages = [say("@bob"), say("three")]
    Message.objects.filter(pk__in=[message.pk for message in messages]).soft_delete()
    assert unread_of(bob.pk)[room.pk] == {"last": 1, "read": 1, "mentions": {}}
    assert last_number(room.pk) == last_numbers(bob.pk)[room.pk] == 1
    mark(room.pk, [(bob.pk, 1)])
    assert read(bob) == 3  # what comes next is one message, not three
    assert Message.objects.restore() == 2
    assert unread_of(bob.pk)[room.pk]["last"] == 3


def test_who_comes_to_a_room_has_read_what_was_said_before(room, say, join, read, alice, bob, clara):
    for _ in range(3):
        say()
    join(alice)
    room.add(bob)
    assert (read(alice), read(bob)) == (3, 3)
    say()
    assert unread_of(bob.pk)[room.pk] == {"last": 4, "read": 3, "mentions": {}}
    room.ban(bob)
    assert read(bob) is None
    room.add(bob)
    assert read(bob) == 4
    room.ban(clara)
    assert read(clara) is None
