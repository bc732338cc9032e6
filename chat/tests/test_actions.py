"""What people do in rooms: edit, delete, report, read; what moderators do; and what nobody can."""

from asyncio import gather
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import msgspec
import pytest
from django.db import OperationalError
from django.utils import timezone

from chat import actions, frames
from chat.actions import carry_out, perform, written
from chat.models import Message
from chat.personal import Marker, Membership, Mention
from chat.refusals import WORDS
from chat.reports import Report
from chat.unread import mark, unread_of
from realtime.hub import get_hub
from realtime.people import Refusal

MODERATOR = Membership.Role.MODERATOR


@pytest.fixture
def do(room):
    """`do(actor, kind, …)`: what the ack says, or the code of the refusal."""

    def do(actor, kind, where=room, **fields):
        (result,) = carry_out(where.pk, [(actor.pk, kind(id=uuid4(), **fields))])
        return result.code if isinstance(result, Refusal) else result

    return do


@pytest.fixture
def members(alice, bob, join):
    """Alice is a member, bob a moderator."""
    return SimpleNamespace(alice=join(alice), bob=join(bob, role=MODERATOR))


@pytest.fixture
def membership(room):
    """`membership(person)`: as it is stored now; None without one."""
    return lambda person: room.memberships.filter(user=person).first()


# Texts


def test_a_text_is_stored_without_what_surrounds_it_and_with_single_line_breaks():
    assert written(" \n one\r\ntwo  \n") == "one\ntwo"


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
    assert decoded == frames.Edit(id=id, message=7, text="Hello")


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "send", "text": "no id"},
        {"type": "send", "id": "7", "text": "no UUID"},
        {"type": "send", "id": str(uuid4()), "text": None},
        {"type": "send", "id": str(uuid4()), "text": "x", "room": 7},
        {"type": "delete", "id": str(uuid4()), "message": 0},
        {"type": "delete", "id": str(uuid4()), "message": 2**63},
        {"type": "delete", "id": str(uuid4()), "message": "7"},
        {"type": "mute", "id": str(uuid4()), "person": 7, "minutes": -1},
        {"type": "mute", "id": str(uuid4()), "person": 7, "minutes": 10**9},
        {"type": "read", "number": -1},
        {"type": "read", "number": 2**63},
        {"type": "add", "id": str(uuid4()), "username": "only by form"},
        {"type": "typing", "text": "x"},
        {"type": "nope"},
        {},
        [],
        "send",
    ],
)
def test_a_frame_that_is_not_as_it_should_be_is_malformed(fields):
    with pytest.raises(msgspec.DecodeError):
        frames.decoder.decode(msgspec.json.encode(fields))


def test_a_form_is_the_same_as_a_frame_and_may_have_more_fields():
    id = uuid4()
    fields = {"type": "ban", "id": str(id), "person": "7", "banned": "true", "minutes": "5", "csrfmiddlewaretoken": "x"}
    assert frames.from_form(fields) == frames.Ban(id=id, person=7, banned=True)


def test_a_form_without_an_id_gets_one():
    first, second = (frames.from_form({"type": "send", "text": "Hello"}) for _ in range(2))
    assert first.text == second.text == "Hello"
    assert first.id != second.id


@pytest.mark.parametrize(
    "fields",
    [{}, {"type": "typing"}, {"type": "answered"}, {"type": "send"}, {"type": "ban", "person": "x", "banned": "1"}],
)
def test_a_form_that_asks_for_nothing_sensible_is_malformed(fields):
    with pytest.raises(Refusal) as refusal:
        frames.from_form(fields)
    assert refusal.value.code == "malformed"


# Edit


def test_an_edited_message_keeps_its_place_and_says_so(do, members, say, alice):
    message = say("Helo.")
    answer = do(alice, frames.Edit, message=message.pk, text=" Hello. ")
    stored = Message.objects.get()
    assert answer == {"item": message.item_id, "number": 1, "version": stored.version}
    assert (stored.text, stored.number, stored.created_at) == ("Hello.", 1, message.created_at)
    assert stored.edited_at
    assert stored.version > message.version


def test_an_edit_that_changes_nothing_is_no_change(do, members, say, alice):
    message = say("Hello.")
    assert do(alice, frames.Edit, message=message.pk, text="Hello.")["version"] == message.version
    assert Message.objects.get().edited_at is None


def test_an_edit_mentions_whom_it_names_now(do, members, say, alice, bob, carol, join):
    join(carol)
    message = say("@bob?")
    row = Mention.objects.get()
    do(alice, frames.Edit, message=message.pk, text="@bob, @carol?")
    assert [mention.user for mention in Mention.objects.order_by("pk")] == [bob, carol]
    assert row in Mention.objects.all()  # bob is not told again
    do(alice, frames.Edit, message=message.pk, text="@carol?")
    assert [mention.user for mention in Mention.objects.all()] == [carol]
    assert Message.objects.get().mentions == {"carol": carol.pk}


def test_only_the_author_edits(do, members, say, bob, editor):
    message = say()
    for person in bob, editor:  # the moderator and the superuser neither
        assert do(person, frames.Edit, message=message.pk, text="Mine") == "not_yours"


def test_who_cannot_write_cannot_edit_either(do, members, say, room, alice):
    message = say()
    room.mute(alice, 5)
    assert do(alice, frames.Edit, message=message.pk, text="x") == "muted"
    room.mute(alice, 0)
    assert do(alice, frames.Edit, message=message.pk, text="") == "empty"
    room.closed = True
    room.save()
    assert do(alice, frames.Edit, message=message.pk, text="x") == "closed"
    room.closed = False
    room.save()
    members.alice.delete()
    assert do(alice, frames.Edit, message=message.pk, text="x") == "not_member"


def test_what_is_deleted_or_in_another_room_is_not_found(do, members, say, private, alice, bob, join):
    join(alice, room=private)
    elsewhere, deleted = say(room=private), say()
    Message.objects.filter(pk=deleted.pk).soft_delete()
    for pk in elsewhere.pk, deleted.pk, 4711:
        assert do(alice, frames.Edit, message=pk, text="x") == "not_found"
        assert do(alice, frames.Report, message=pk) == "not_found"
    assert do(bob, frames.Delete, message=elsewhere.pk) == "not_found"


# Delete


def test_the_author_deletes_even_when_muted_or_gone_from_the_room(do, members, say, room, alice):
    first, second = say("@bob"), say()
    room.mute(alice, 5)
    answer = do(alice, frames.Delete, message=first.pk)
    first.refresh_from_db()
    assert answer == {"item": first.item_id, "number": 1, "version": first.version}
    assert first.deleted
    assert not Mention.objects.exists()
    members.alice.delete()
    assert do(alice, frames.Delete, message=second.pk)["number"] == 2


def test_to_delete_it_again_is_answered_alike(do, members, say, alice):
    message = say()
    assert do(alice, frames.Delete, message=message.pk) == do(alice, frames.Delete, message=message.pk)


def test_moderators_delete_any_and_others_only_their_own(do, members, say, alice, bob, carol, dora, editor):
    assert do(carol, frames.Delete, message=say().pk) == "not_yours"
    assert do(alice, frames.Delete, message=say(author=bob).pk) == "not_yours"
    for moderator in bob, dora, editor:  # of this room, by permission, superuser
        assert "version" in do(moderator, frames.Delete, message=say().pk)


def test_in_a_closed_room_only_moderators_delete(do, members, say, room, alice, bob):
    message = say()
    room.closed = True
    room.save()
    assert do(alice, frames.Delete, message=message.pk) == "closed"
    assert "version" in do(bob, frames.Delete, message=message.pk)


def test_what_a_moderator_deletes_is_no_longer_in_the_queue(do, members, say, alice, bob):
    message, other = say(), say()
    for reported in message, other:
        do(alice, frames.Report, message=reported.pk)
    do(bob, frames.Delete, message=message.pk)
    assert [report.message for report in Report.objects.open()] == [other]
    assert Report.objects.get(message=message).handled_by == bob


# Report


def test_whoever_reads_can_report_once(do, members, say, room, carol, alice):
    message = say()
    for person in carol, carol, alice:  # a visitor, twice; the author
        assert do(person, frames.Report, message=message.pk, reason=" Rude ") == {}
    assert [(report.reporter, report.reason) for report in Report.objects.order_by("pk")] == [
        (carol, "Rude"),
        (alice, "Rude"),
    ]


def test_what_was_dismissed_and_then_edited_can_be_reported_again(do, members, say, alice, bob, carol):
    message = say("Fine.")
    do(carol, frames.Report, message=message.pk, reason="Rude")
    Report.objects.handle(bob)
    assert do(carol, frames.Report, message=message.pk, reason="Still rude") == {}
    assert not Report.objects.open().exists()  # it says what it said
    do(alice, frames.Edit, message=message.pk, text="You are an idiot.")
    assert do(carol, frames.Report, message=message.pk, reason="And now?") == {}
    report = Report.objects.get()
    assert (report.text, report.reason) == ("You are an idiot.", "And now?")
    assert (report.handled_at, report.handled_by) == (None, None)


def test_a_report_that_waits_keeps_the_text_that_was_reported(do, members, say, alice, carol):
    message = say("You are an idiot.")
    do(carol, frames.Report, message=message.pk, reason="Rude")
    do(alice, frames.Edit, message=message.pk, text="Fine.")
    do(carol, frames.Report, message=message.pk)
    assert [(report.text, report.reason) for report in Report.objects.open()] == [("You are an idiot.", "Rude")]


def test_a_reason_may_be_missing_and_has_500_characters_at_most(do, say, alice):
    message = say()
    assert do(alice, frames.Report, message=message.pk, reason="x" * 501) == "too_long"
    assert do(alice, frames.Report, message=message.pk, reason="\0") == "malformed"
    assert do(alice, frames.Report, message=message.pk) == {}


# Moderation


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
    assert do(bob, frames.Add, username=" carol ") == {}
    assert do(bob, frames.Role, person=carol.pk, role="moderator") == {}
    assert membership(carol).role == "moderator"
    assert do(bob, frames.Remove, person=carol.pk) == "forbidden"  # now a colleague
    assert do(bob, frames.Role, person=carol.pk, role="owner") == "forbidden"


def test_to_add_who_is_banned_lifts_the_ban(do, members, membership, bob, alice):
    do(bob, frames.Ban, person=alice.pk, banned=True)
    assert do(bob, frames.Add, username="alice") == {}
    assert not membership(alice).banned


@pytest.mark.parametrize("username", ["", "nobody", "Alice", "alice\0"])
def test_an_unknown_username_is_not_added(do, members, bob, username):
    assert do(bob, frames.Add, username=username) in ("not_found", "malformed")


def test_a_role_that_there_is_not_is_malformed(do, members, bob, alice):
    assert do(bob, frames.Role, person=alice.pk, role="owner") == "malformed"


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
    for kind, fields in [(frames.Edit, {"text": "x"}), (frames.Delete, {}), (frames.Report, {})]:
        assert do(alice, kind, message=message.pk, **fields) == "banned"


async def test_nobody_acts_without_signing_in():
    for action in frames.Send(id=uuid4(), text="x"), frames.Read(number=1), frames.Delete(id=uuid4(), message=1):
        with pytest.raises(Refusal) as refusal:
            await perform(1, None, action)
        assert refusal.value.code == "sign_in"


@pytest.mark.django_db(transaction=True)
async def test_who_acts_at_the_same_time_as_one_whose_action_fails_has_an_answer(
    members, room, alice, bob, monkeypatch
):
    def fail(standing, action):
        raise OperationalError("The database is gone.")

    monkeypatch.setitem(actions.HANDLERS, frames.Leave, fail)
    get_hub()
    works = [perform(room.pk, person, kind(id=uuid4())) for person, kind in [(alice, frames.Join), (bob, frames.Leave)]]
    try:
        assert [type(answer) for answer in await gather(*works, return_exceptions=True)] == [dict, OperationalError]
    finally:
        await get_hub().stop()


# Read


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
