"""Messages are edited by their authors, and deleted by them and by moderators."""

from chat.actions import frames
from chat.actions.perform import MAX_REASON
from chat.models import Mention, Message

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
        assert do(alice, frames.ReportMessage, message=pk) == "not_found"
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


def test_a_reason_may_be_too_long_as_well(do, members, say, alice):
    message = say()
    assert do(alice, frames.ReportMessage, message=message.pk, reason="x" * (MAX_REASON + 1)) == "too_long"


def test_in_a_closed_room_only_moderators_delete(do, members, say, room, alice, bob):
    message = say()
    room.closed = True
    room.save()
    assert do(alice, frames.Delete, message=message.pk) == "closed"
    assert "version" in do(bob, frames.Delete, message=message.pk)
