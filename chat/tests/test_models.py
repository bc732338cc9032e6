"""Rooms, who may do what in them, and what is stored when people come, speak, are named, and go."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from chat.models import Message, Rights, Room
from chat.personal import Marker, Membership, Mention
from chat.reports import Report
from realtime.models import Stream, Tombstone

HOUR = timedelta(hours=1)

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
    past_or_future = timezone.now() + (-HOUR if "ago" in name else HOUR)
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


def test_a_membership_knows_the_room_as_it_is_called_now(room, alice):
    Room.objects.filter(pk=room.pk).update(name="Foyer")
    membership = Membership.objects.create(room=room, user=alice)
    assert (membership.room_name, membership.room_slug) == ("Foyer", "lobby")
    assert membership.version == Stream.objects.get(name=f"user.{alice.pk}").head


def test_nobody_is_in_a_room_twice(join, alice):
    join(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        join(alice)


def test_messages_are_numbered_room_by_room(room, private, say):
    assert [say(room=place).number for place in (room, private, room, room)] == [1, 1, 2, 3]
    positions = [message.position for message in room.messages.order_by("number")]
    assert positions == sorted(positions)
    assert positions[0] == "0000000000000000001"


def test_messages_received_together_are_one_change_in_the_order_they_came(room, head, alice, bob):
    def draft(author, text):
        return Message(author=author, author_name=author.get_public_name(), client_id=uuid4(), text=text)

    before = head(room.stream)
    messages = [draft(alice, "One"), draft(bob, "Two"), draft(alice, "Three")]
    room.receive(messages)
    assert head(room.stream) == before + 1
    assert list(room.messages.order_by("number").values_list("text", "version")) == [
        (text, before + 1) for text in ("One", "Two", "Three")
    ]
    assert [message.number for message in messages] == [1, 2, 3]


def test_the_same_client_id_is_stored_once(say, alice, bob):
    first = say()
    with pytest.raises(IntegrityError), transaction.atomic():
        say(client_id=first.client_id)
    assert say(client_id=first.client_id, author=bob).number == 2


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


def test_a_deleted_message_is_removed_for_readers_and_for_who_was_named(room, join, say, head, bob):
    join(bob)
    message = say("@bob")
    [mention] = Mention.objects.all()
    before = head(room.stream)
    assert Message.objects.filter(pk=message.pk).soft_delete() == 1
    message.refresh_from_db()
    assert (message.deleted, message.is_shown, message.text) == (True, False, "@bob")
    assert message.version == head(room.stream) == before + 1
    assert not Mention.objects.exists()
    assert Tombstone.objects.get(stream=f"user.{bob.pk}").item == mention.item_id
    assert Message.objects.filter(pk=message.pk).soft_delete() == 0
    assert head(room.stream) == before + 1


def test_a_restored_message_is_where_it_was_and_tells_who_is_still_there(join, say, bob, clara):
    leaving = join(bob)
    join(clara)
    message = say("@bob @clara")
    say("Next")
    Message.objects.filter(pk=message.pk).soft_delete()
    leaving.delete()
    assert Message.objects.restore() == 1
    message.refresh_from_db()
    assert (message.deleted, message.number) == (False, 1)
    assert [mention.user for mention in message.mention_rows.all()] == [clara]


def test_the_messages_of_who_is_gone_stay_under_their_name(room, join, say, head, alice, bob):
    join(alice)
    join(bob)
    message = say("@bob, remember me")
    before = head(room.stream)
    Report.objects.create(message=message, reporter=bob)
    alice.delete()
    bob.delete()
    message = Message.objects.get()
    assert (message.author, message.author_name, message.text) == (None, "Alice Liddell", "@bob, remember me")
    assert message.version == head(room.stream) == before + 1
    assert not Membership.objects.exists()
    assert not Mention.objects.exists()


def test_a_mute_lasts_as_long_as_it_is_given(room, join, alice, bob):
    join(alice)
    assert room.mute(alice, 60)
    membership = room.membership_of(alice)
    assert membership.is_muted
    assert abs(membership.muted_until - timezone.now() - HOUR) < timedelta(minutes=1)
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


def test_a_message_leads_to_the_page_that_ends_with_it(say):
    message = say()
    assert message.get_absolute_url() == f"/chat/lobby/?before=2#message-{message.pk}"


def test_reports_wait_until_they_are_handled_once(say, alice, bob, editor):
    reports = [Report.objects.create(message=say(), reporter=person) for person in (alice, bob)]
    assert Report.objects.filter(pk=reports[1].pk).handle(editor) == 1
    assert list(Report.objects.open()) == [reports[0]]
    assert list(Report.objects.all()) == reports  # first what waits
    assert Report.objects.handle(bob) == 1
    assert set(Report.objects.values_list("handled_by", flat=True)) == {editor.pk, bob.pk}


def test_a_report_waits_on_when_the_author_deletes_the_message_and_no_longer_when_a_moderator_does(say, bob, editor):
    hers, other = (Report.objects.create(message=say(), reporter=bob) for _ in range(2))
    Message.objects.filter(pk=hers.message_id).soft_delete()
    assert list(Report.objects.open()) == [hers, other]
    Message.objects.filter(pk=other.message_id).soft_delete(editor)
    assert list(Report.objects.open()) == [hers]


def test_nobody_reports_a_message_twice(say, bob):
    message = say()
    Report.objects.create(message=message, reporter=bob)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(message=message, reporter=bob)


def test_an_item_is_rendered_from_its_own_row_alone(join, say, bob, django_assert_num_queries):
    join(bob)
    message = Message.objects.get(pk=say("@bob https://example.org").pk)
    rows = [message, Membership.objects.get(), Mention.objects.get(), Room.objects.get()]
    with django_assert_num_queries(0):
        for row in rows:
            row.as_item("chat")
