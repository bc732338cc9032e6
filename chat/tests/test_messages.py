"""Messages as they are stored: numbered, told to whom they name, deleted and restored."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from chat.models import Membership, Mention, Message, Report, Room
from conftest import PASSWORD, person
from realtime.models import Tombstone


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
    Message.post(room, messages)
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


def test_who_is_named_with_other_capitals_is_told_if_nobody_else_can_be_meant(room, join, say, bob):
    join(bob)
    join(person("Zoë", "Zoe"))
    message = say("@Bob, @ZOË. and @BOB!")
    assert message.mentions == {"Bob": bob.pk, "BOB": bob.pk, "ZOË": User.objects.get(username="Zoë").pk}
    assert Mention.objects.count() == 2
    assert "@Bob</b>, " in message.text_html
    join(User.objects.create(username="BoB"))
    assert say("@Bob").mentions == {}
    assert say("@bob").mentions == {"bob": bob.pk}


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


def test_the_messages_of_who_is_gone_stay_without_their_name(room, join, say, head, alice, bob):
    join(alice)
    join(bob)
    message = say("@bob, remember me")
    before = head(room.stream)
    Report.objects.create(message=message, reporter=bob)
    alice.delete()
    bob.delete()
    message = Message.objects.get()
    assert (message.author, message.author_name, message.author_badge) == (None, "", "")
    assert message.text == "@bob, remember me"
    assert "Deleted account" in message.as_item("chat")["html"]
    assert "Alice" not in str(message.as_item("chat"))
    assert message.version == head(room.stream) == before + 1
    assert not Membership.objects.exists()
    assert not Mention.objects.exists()


def test_who_deletes_their_account_takes_their_name_along(alices, bobs, alice, room, say, head):
    message = say("Remember me.")
    start = head(room.stream)
    assert "Your account is deleted" in alices.post("/accounts/delete/", {"password": PASSWORD}).text
    [told] = bobs.get("/chat/lobby/changes/", {"after": start}).json()["items"]
    assert told["id"] == message.item_id
    assert (told["data"]["author"], told["data"]["author_name"]) == (None, "")
    page = bobs.get("/chat/lobby/").text
    assert "Remember me." in page
    assert "Deleted account" in page
    assert "Alice" not in page


def test_a_message_leads_to_the_page_that_ends_with_it(say):
    message = say()
    assert message.get_absolute_url() == f"/chat/lobby/?before=2#message-{message.pk}"


def test_an_item_is_rendered_from_its_own_row_alone(join, say, bob, django_assert_num_queries):
    join(bob)
    message = Message.objects.get(pk=say("@bob https://example.org").pk)
    rows = [message, Membership.objects.get(), Mention.objects.get(), Room.objects.get()]
    with django_assert_num_queries(0):
        for row in rows:
            row.as_item("chat")


def test_texts_and_reasons_and_topics_have_one_kind_of_line_break(room, say, report):
    message = say("One\r\nTwo\rThree")
    assert Message.objects.get().text == message.text == "One\nTwo\nThree"
    message.edit("One\r\nTwo")
    report(message, reason="Bad\r\nwords")
    assert Message.objects.get().text == Report.objects.get().text == "One\nTwo"
    assert Report.objects.get().reason == "Bad\nwords"
    Room.objects.update(topic="One\r\nTwo")
    assert Room.objects.get().topic == "One\nTwo"
