"""Actions by ordinary forms, which need no JavaScript: speaking, editing, reporting, coming and going."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils.html import escape

from chat.models import Membership, Message, Report, Room
from realtime.tests.pages import JSON, found


def test_a_message_can_be_sent_by_an_ordinary_form(alices, room):
    page = alices.get("/chat/lobby/")
    id = found(r'name="id" value="([^"]+)"', page)
    answer = alices.post("/chat/lobby/", {"type": "send", "id": id, "text": "Hello.\r\nAll."})
    assert (answer.status_code, answer["Location"]) == (302, "/chat/lobby/")
    stored = Message.objects.get()
    assert (str(stored.client_id), stored.text, stored.author_name) == (id, "Hello.\nAll.", "Alice Liddell")
    assert "Hello.\nAll." in alices.get("/chat/lobby/").text


def test_the_form_sent_twice_stores_one_message(alices):
    for _ in range(2):
        alices.post("/chat/lobby/", {"type": "send", "id": "0f5ab9a6-4a5b-4fd1-a06e-9a3c0a1c2e11", "text": "Hello."})
    assert Message.objects.count() == 1


def test_scripts_get_what_a_socket_would_be_sent(alices, room):
    id = str(uuid4())
    answer = alices.post("/chat/lobby/", {"type": "send", "id": id, "text": "Hello."}, headers=JSON)
    stored = Message.objects.get()
    assert answer.json() == {
        "type": "ack",
        "id": id,
        "item": stored.item_id,
        "number": 1,
        "version": stored.version,
    }
    refused = alices.post("/chat/lobby/", {"type": "send", "id": id[::-1], "text": ""}, headers=JSON)
    assert refused.status_code == 400
    assert refused.json().keys() == {"type", "id", "code", "detail"}


STATUS = {"malformed": 400, "empty": 400, "too_long": 400, "not_found": 404, "not_yours": 403, "forbidden": 403}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "malformed"),
        ({"type": "nope"}, "malformed"),
        ({"type": "send"}, "malformed"),
        ({"type": "send", "id": "x", "text": "x"}, "malformed"),
        ({"type": "send", "text": "a repeat could not be told"}, "malformed"),
        ({"type": "send", "id": str(uuid4()), "text": "\0"}, "malformed"),
        ({"type": "send", "id": str(uuid4()), "text": " "}, "empty"),
        ({"type": "send", "id": str(uuid4()), "text": "x" * 4001}, "too_long"),
        ({"type": "delete", "message": "4711"}, "not_found"),
        ({"type": "delete", "message": "9" * 40}, "malformed"),
        ({"type": "delete", "message": "bob's"}, "not_yours"),
        ({"type": "mute", "person": "1", "minutes": "5"}, "forbidden"),
    ],
)
def test_a_refusal_has_a_status_of_its_own(alices, say, bob, fields, code):
    theirs = say(author=bob)
    if fields.get("message") == "bob's":
        fields = {**fields, "message": theirs.pk}
    answer = alices.post("/chat/lobby/", fields, headers=JSON)
    assert (answer.json()["code"], answer.status_code) == (code, STATUS[code])
    page = alices.post("/chat/lobby/", fields)
    assert page.status_code == STATUS[code]
    assert escape(answer.json()["detail"]) in page.text


def test_what_was_typed_is_kept_when_it_is_refused(alices, room):
    Room.objects.update(slow_seconds=60)
    alices.post("/chat/lobby/", {"type": "send", "id": str(uuid4()), "text": "one"})
    page = alices.post("/chat/lobby/", {"type": "send", "id": str(uuid4()), "text": "<two>"})
    assert page.status_code == 429
    assert 59 <= int(page["Retry-After"]) <= 60
    assert "&lt;two&gt;</textarea>" in page.text


def test_while_nobody_knows_the_same_id_is_kept(alices, room, monkeypatch, caplog):
    monkeypatch.setattr("chat.views.forms.submit", unavailable)
    id = str(uuid4())
    page = alices.post("/chat/lobby/", {"type": "send", "id": id, "text": "Hello."})
    assert page.status_code == 503
    assert f'name="id" value="{id}"' in page.text


async def unavailable(*args):
    from realtime.people import Unavailable

    raise Unavailable


def test_messages_are_edited_deleted_and_reported_by_form(alices, bobs, say):
    mine, other = say("Helo."), say("Rude.")
    alices.post("/chat/lobby/", {"type": "edit", "message": mine.pk, "text": "Hello."})
    alices.post("/chat/lobby/", {"type": "report", "message": other.pk, "reason": "Rude"})
    assert [report.message for report in Report.objects.open()] == [other]
    bobs.post("/chat/lobby/", {"type": "delete", "message": other.pk})
    assert [message.text for message in Message.objects.filter(deleted=False)] == ["Hello."]


def test_what_was_read_can_be_told_by_form(alices, room, alice, say):
    say()
    for id in ({}, {"id": "7"}):
        answer = alices.post("/chat/lobby/", {"type": "read", "number": "1", **id}, headers=JSON).json()
        assert answer == {"type": "ack", "id": id.get("id", "")}
    assert 'data-read="1"' in alices.get("/chat/lobby/").text


def test_who_is_not_signed_in_is_asked_to(client, room, private):
    answer = client.post("/chat/lobby/", {"type": "send", "id": str(uuid4()), "text": "x"})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/chat/lobby/")
    refused = client.post("/chat/lobby/", {"type": "send", "id": str(uuid4()), "text": "x"}, headers=JSON)
    assert (refused.status_code, refused.json()["code"]) == (403, "sign_in")
    assert client.post("/chat/back-room/", {"type": "send", "id": str(uuid4()), "text": "x"}).status_code == 404


def test_the_cookies_own_value_is_good_for_a_form_and_the_page_says_its_name(alice, room, join, settings):
    settings.CSRF_COOKIE_NAME = "__Host-token"
    join(alice)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert 'data-csrf-cookie="__Host-token"' in strict.get("/chat/lobby/").text
    token = strict.cookies["__Host-token"].value
    assert not strict.cookies["__Host-token"]["httponly"]
    send = {"type": "send", "id": str(uuid4()), "text": "x", "csrfmiddlewaretoken": token}
    assert strict.post("/chat/lobby/", send, headers=JSON).json()["type"] == "ack"


def test_what_one_person_wrote_is_not_sent_by_another_who_has_signed_in_since(alices, alice, bob, room):
    send = {"type": "send", "id": str(uuid4()), "text": "x"}
    answer = alices.post("/chat/lobby/", {**send, "as": bob.pk}, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (403, "sign_in")
    assert not Message.objects.exists()
    assert alices.post("/chat/lobby/", {**send, "as": alice.pk}, headers=JSON).json()["type"] == "ack"


def test_a_form_of_another_site_is_refused(alice, join):
    join(alice)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    for path in "/chat/lobby/", "/chat/lobby/leave/", "/chat/lobby/people/":
        assert strict.post(path, {"type": "send", "id": str(uuid4()), "text": "x"}).status_code == 403
    assert not Message.objects.exists()
    assert Membership.objects.exists()


# Coming and going


def test_one_joins_and_leaves_by_form(client, room, alice):
    assert client.post("/chat/lobby/join/")["Location"] == "/accounts/login/?next=/chat/lobby/"
    client.force_login(alice)
    assert client.post("/chat/lobby/join/")["Location"] == "/chat/lobby/"
    assert room.membership_of(alice)
    assert client.post("/chat/lobby/leave/")["Location"] == "/chat/"
    assert room.membership_of(alice) is None


def test_to_come_or_go_is_no_link(alices):
    for path in "/chat/lobby/join/", "/chat/lobby/leave/":
        assert alices.get(path).status_code == 405
