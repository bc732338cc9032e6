"""What is sent twice is stored once, in whatever order it comes."""

from threading import Thread

import pytest
from django.db import connection

from liveblog.ingest.models import Ingested, IngestKey
from liveblog.models import Entry

from .wire import Wire, refused


def test_a_replay_is_answered_as_the_first_time(wire, head):
    body = b'{"id": "a1", "body": "They are off."}'
    headers = wire.signed(body)
    first = wire.post(body, headers)
    before = head()
    again, later = wire.post(body, headers), wire.send(body, late=-1)
    assert {each.status_code for each in (first, again, later)} == {201}
    assert first.json() == again.json() == later.json()
    assert (Entry.objects.count(), head()) == (1, before)


def test_a_replay_of_an_older_edit_undoes_no_newer_one(wire):
    wire(id="a1", body="One")
    body = b'{"id": "a1", "action": "edit", "body": "Two"}'
    headers = wire.signed(body)
    wire.post(body, headers)
    wire(id="a1", action="edit", body="Three")
    assert wire.post(body, headers).status_code == 200
    assert Entry.objects.get().body == "Three"


def test_an_edit_there_and_back_again_is_three_changes(wire):
    wire(id="a1", body="One")
    for late, text in enumerate(["Two", "One", "Two"]):
        wire.send(b'{"id": "a1", "action": "edit", "body": "%b"}' % text.encode(), late=-late)
        assert Entry.objects.get().body == text


def test_another_text_under_the_same_id_is_refused(wire):
    wire(id="a1", body="One")
    assert refused(wire(id="a1", body="Two")) == (409, "taken")
    assert Entry.objects.get().body == "One"


def test_what_was_refused_can_be_sent_again(wire):
    assert refused(wire(id="a1")) == (400, "invalid")
    assert not Ingested.objects.exists()
    assert wire(id="a1", body="They are off.").status_code == 201


def test_two_keys_have_ids_of_their_own(wire, liveblog):
    wire(id="a1", body="One")
    other = Wire(IngestKey.objects.create(name="Agency"))
    assert refused(other(id="a1", action="edit", body="Mine")) == (404, "unknown_id")
    assert other(id="a1", body="Two").status_code == 201


def test_what_is_retracted_is_not_edited(wire):
    wire(id="a1", body="They are off.")
    wire(id="a1", action="retract")
    assert refused(wire(id="a1", action="edit", state="published")) == (409, "retracted")
    assert Entry.objects.get().state == "retracted"


def test_what_the_newsroom_has_deleted_does_not_come_again(wire):
    wire(id="a1", body="They are off.")
    Entry.objects.all().delete()
    assert refused(wire.send(b'{"body": "They are off.", "id": "a1"}')) == (409, "deleted")
    assert refused(wire(id="a1", action="edit", body="Back")) == (409, "deleted")
    assert not Entry.objects.exists()


@pytest.mark.parametrize("action", ["edit", "retract"])
def test_what_was_never_created_is_not_found(wire, action):
    assert refused(wire(id="a1", action=action)) == (404, "unknown_id")


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_twice_at_once_is_stored_once(wire, key):
    answers = []

    def send(number):
        answers.append(Wire(key).send(b'{"id": "a1", "body": "They are off."}', late=number))
        connection.close()

    threads = [Thread(target=send, args=[number]) for number in (0, 0, 1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Entry.objects.count() == 1
