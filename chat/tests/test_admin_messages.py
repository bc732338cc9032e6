"""Messages in the admin: found, read in full, deleted and restored, and written by nobody."""

import pytest
from django.contrib.admin.models import LogEntry

from chat.models import Mention, Message, Room
from realtime.tests.desk import Form, form_of, listed, press_undo, run

from .moderators import MESSAGES, REPORTS


def test_messages_are_deleted_and_restored_as_one_change(doras, room, say, head, dora):
    messages, other = [say("One"), say("Two")], say("Three")
    start = head(room.stream)
    assert "2 messages changed." in run(doras, MESSAGES, "delete_for_readers", *messages).text
    assert head(room.stream) == start + 1
    assert list(Message.objects.filter(deleted=False)) == [other]
    assert listed(doras, MESSAGES, deleted__exact=1) == messages[::-1]
    assert "1 message changed." in run(doras, MESSAGES, "restore", messages[0], other).text
    assert set(Message.objects.filter(deleted=False)) == {messages[0], other}
    assert set(LogEntry.objects.values_list("object_id", "user")) == {(str(m.pk), dora.pk) for m in messages}


def test_undoing_a_deletion_or_a_restoration_also_reaches_those_who_were_mentioned(doras, join, say, bob):
    join(bob)
    message = say("Hello @bob")
    page = run(doras, MESSAGES, "delete_for_readers", message)
    assert not Mention.objects.exists()
    press_undo(doras, page)
    assert Message.objects.get().is_shown
    assert Mention.objects.get().user == bob
    run(doras, MESSAGES, "delete_for_readers", message)
    press_undo(doras, run(doras, MESSAGES, "restore", message))
    assert not Message.objects.get().is_shown
    assert not Mention.objects.exists()


def test_deleting_a_message_takes_its_reports_out_of_the_queue(doras, say, report):
    ticked, opened = report(say()), report(say())
    run(doras, MESSAGES, "delete_for_readers", ticked.message)
    assert listed(doras, REPORTS) == [opened]
    Form(doras, f"{MESSAGES}{opened.message_id}/change/").save(deleted="on")
    assert listed(doras, REPORTS) == []


def test_a_message_is_read_in_full_and_can_be_deleted_there(doras, join, say, head, bob):
    join(bob)
    message = say("Hello @bob\n<b>and others</b>")
    form = form_of(doras, message)
    assert "Hello @bob\n&lt;b&gt;and others&lt;/b&gt;</div>" in form.page.text
    assert form.fields.keys() == {"seen"}
    assert form.save(deleted="on", text="Changed").status_code == 302
    message.refresh_from_db()
    assert (message.deleted, message.text) == (True, "Hello @bob\n<b>and others</b>")
    assert not Mention.objects.exists()
    form = form_of(doras, message)
    assert "View on site" not in form.page.text
    form.save(deleted=None)
    message.refresh_from_db()
    assert not message.deleted
    assert Mention.objects.get().user == bob


def test_a_form_that_is_out_of_date_restores_no_message(doras, say):
    message = say()
    form = form_of(doras, message)
    run(doras, MESSAGES, "delete_for_readers", message)
    assert "What they alone changed was kept: Deleted." in doras.get(form.save()["Location"]).text
    message.refresh_from_db()
    assert message.deleted


def test_saving_a_message_as_it_is_changes_nothing(doras, room, say, head):
    message = say()
    start = head(room.stream)
    assert form_of(doras, message).save().status_code == 302
    assert head(room.stream) == start


def test_messages_are_found_by_room_author_and_words(doras, room, say, alice, bob):
    other = Room.objects.create(name="Foyer", slug="foyer")
    hello, bye, elsewhere = say("Hello"), say("Bye", author=bob), say("Hello", room=other)
    assert listed(doras, MESSAGES) == [elsewhere, bye, hello]
    assert listed(doras, MESSAGES, q="hello", room__id__exact=room.pk) == [hello]
    assert listed(doras, MESSAGES, q="cratchit") == listed(doras, MESSAGES, author=bob.pk) == [bye]
    assert f'href="{MESSAGES}?author={alice.pk}"' in doras.get(MESSAGES).text


@pytest.mark.parametrize("author", ["", "x", "-1", "0", "9" * 30, "٣"])
def test_an_author_who_is_none_filters_nothing(doras, say, author):
    message = say()
    assert listed(doras, MESSAGES, author=author) == [message]


def test_nobody_writes_messages_here(doras, superuser):
    for browser in doras, superuser:
        assert browser.get(f"{MESSAGES}add/").status_code == 403


def test_a_superuser_deletes_for_good(superuser, room, say, head):
    message = say()
    start = head(room.stream)
    run(superuser, MESSAGES, "delete_selected", message, post="yes")
    assert not Message.objects.exists()
    assert head(room.stream) == start + 1
