"""Rooms as they are stored: their streams, addresses and names."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from chat.models import Marker, Membership, Mention, Message, Room
from realtime.models import Stream


def test_a_room_has_a_stream_and_each_change_a_version(room, head):
    assert room.stream == f"chat.{room.pk}"
    assert room.version == head(room.stream)
    room.topic = "Something else."
    room.save()
    assert room.version == head(room.stream)


@pytest.mark.parametrize("slug", ["new", "search", "user"])
def test_the_addresses_of_other_pages_are_no_slugs(room, slug):
    room.slug = slug
    with pytest.raises(ValidationError) as error:
        room.full_clean()
    assert "slug" in error.value.message_dict


def test_many_rooms_are_about_nothing_and_one_about_a_stream(db):
    for slug in "one", "two":
        Room.objects.create(name=slug, slug=slug, about="")
    assert set(Room.objects.values_list("about", flat=True)) == {None}
    Room.objects.create(name="Three", slug="three", about="liveblog.7")
    with pytest.raises(IntegrityError), transaction.atomic():
        Room.objects.create(name="Four", slug="four", about="liveblog.7")


def test_a_new_name_or_address_reaches_the_members(room, join, head, alice, bob):
    memberships = [join(alice), join(bob)]
    before = {person: head(f"user.{person.pk}") for person in (alice, bob)}
    room.name, room.slug = "Foyer", "foyer"
    room.save()
    for membership in memberships:
        membership.refresh_from_db()
        assert (membership.room_name, membership.room_slug) == ("Foyer", "foyer")
    for person in alice, bob:
        assert head(f"user.{person.pk}") == before[person] + 1
    assert Room.objects.by_slug("lobby") == room


def test_another_topic_is_nothing_to_the_members(room, join, head, alice):
    join(alice)
    before = head(f"user.{alice.pk}")
    room.topic = "Something else."
    room.save()
    assert head(f"user.{alice.pk}") == before


def test_a_deleted_room_takes_everything_with_it(room, join, say, alice, bob):
    join(alice)
    join(bob)
    say("@bob")
    Marker.objects.create(room=room, user=bob, number=1)
    stream = room.stream
    room.delete()
    for model in Message, Membership, Mention, Marker:
        assert not model.objects.exists()
    assert not Stream.objects.filter(name=stream).exists()
    assert Stream.objects.filter(name=f"user.{bob.pk}").exists()


def test_an_address_that_a_private_room_had_is_nobody_elses(room, private):
    old, private.slug = private.slug, "moved"
    private.save()
    room.slug = old
    with pytest.raises(ValidationError, match="This is the address of something else"):
        room.full_clean()
    private.slug = old
    private.full_clean()  # but its own again
