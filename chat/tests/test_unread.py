"""How far people have read, and what is unread."""

import pytest

from chat.personal import Marker
from chat.unread import mark, unread_of


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
    assert unread_of(bob.pk) == {
        room.pk: {"last": 4, "read": 0, "mentions": [3, 1]},
        private.pk: {"last": 0, "read": 0, "mentions": []},
    }
    mark(room.pk, [(bob.pk, 2)])
    assert unread_of(bob.pk)[room.pk] == {"last": 4, "read": 2, "mentions": [3]}
    room.ban(bob)
    assert unread_of(bob.pk).keys() == {private.pk}
