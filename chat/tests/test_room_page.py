"""The page of a room, complete without JavaScript: its messages page by page, and what its client has to know."""

import json
from uuid import uuid4

import pytest
from django.test import Client

from chat.models import Message, Room
from chat.views.pages import PAGE
from realtime.models import Stream
from realtime.tests.pages import JSON, found, ids, older, shown


def test_a_page_says_what_its_client_has_to_know(client, room, say, head):
    message = say()
    page = client.get("/chat/lobby/").text
    stream = (
        f'socket="/_ws/chat/lobby" changes="/chat/lobby/changes/" version="{head(room.stream)}" order="oldest-first"'
    )
    assert f"<live-stream {stream}>" in page
    assert f'<header id="{room.item_id}" data-version="{room.version}"' in page
    article = f'<article id="{message.item_id}" data-version="{message.version}" data-position="{message.position}"'
    assert article in page


def test_the_page_of_a_member_says_who_it_is_and_what_was_read(alices, alice, room, say):
    say()
    page = alices.get("/chat/lobby/")
    assert f'data-person="{alice.pk}" data-username="alice" data-name="Alice Liddell" data-read="0"' in page.text
    assert 'data-hindrance=""' in page.text
    unread = found(r'<script id="chat-unread" type="application/json">(.+?)</script>', page)
    assert json.loads(unread) == {str(room.pk): {"last": 1, "read": 0, "mentions": {}}}
    own = f'socket="/_ws/chat/user/{alice.pk}" changes="/chat/user/{alice.pk}/changes/"'
    assert f'{own} version="{Stream.objects.get(name=f"user.{alice.pk}").head}"' in page.text
    assert f'<li id="membership-{alice.chat_memberships.get().pk}"' in page.text


def test_messages_stand_in_their_order_page_by_page_each_once(client, room, say):
    messages = [say(f"No. {number}") for number in range(2 * PAGE + 1)]
    page, seen = client.get("/chat/lobby/"), list[str]()
    while True:
        seen = shown(page) + seen
        if not (link := older(page)):
            break
        page = client.get(f"/chat/lobby/{link}")
        assert "data-newer" in page.text
    assert seen == ids(messages)


def test_a_page_of_older_messages_keeps_its_place_whatever_comes(client, room, say):
    for _ in range(PAGE + 2):
        say()
    link = older(client.get("/chat/lobby/"))
    before = shown(client.get(f"/chat/lobby/{link}"))
    say()
    assert shown(client.get(f"/chat/lobby/{link}")) == before
    assert len(before) == 2


def test_a_message_has_an_address_of_its_own(client, say):
    messages = [say() for _ in range(3)]
    page = client.get(messages[1].get_absolute_url())
    assert shown(page) == ids(messages[:2])


def test_what_is_deleted_is_on_no_page(client, alices, say):
    say("Secret")
    Message.objects.soft_delete()
    for page in Client().get("/chat/lobby/"), alices.get("/chat/lobby/"), alices.get("/chat/search/?q=secret"):
        assert "Secret" not in page.text


@pytest.mark.parametrize("before", ["x", "-1", "1.5", "٣", "9" * 17, "9" * 400, "1%00", "%FF"])
def test_a_malformed_place_is_not_found(client, alices, before):
    for browser in client, Client():
        assert browser.get(f"/chat/lobby/?before={before}").status_code == 404


@pytest.mark.parametrize("before", ["0", "1", "9" * 16])
def test_a_place_at_the_ends_is_a_page(client, say, before):
    message = say()
    assert shown(client.get(f"/chat/lobby/?before={before}")) == ([message.item_id] if len(before) > 1 else [])


def test_texts_names_and_topics_are_text(alices, say, room):
    say("<script>alert(1)</script> <b>@bob</b>", author_name="<i>Al</i>")
    Room.objects.update(name="<script>alert(2)</script>", topic='"><script>alert(3)</script>')
    for path in "/chat/lobby/", "/chat/", "/chat/search/?q=<script>":
        page = alices.get(path).text
        assert "<script>alert" not in page
        assert "<i>Al" not in page


def test_an_old_slug_leads_to_the_new_one(client, alices, room, say):
    say()
    room.slug = "hall"
    room.save()
    for browser in alices, Client():
        page = browser.get("/chat/lobby/", {"before": "7"})
        assert (page.status_code, page["Location"]) == (302, "/chat/hall/?before=7")
        assert browser.get("/chat/lobby/changes/?after=1").status_code == 200
    answer = alices.post("/chat/lobby/", {"type": "send", "id": str(uuid4()), "text": "Still here."}, headers=JSON)
    assert answer.json()["number"] == 2


@pytest.mark.parametrize("path", ["/chat/nowhere/", "/chat/nowhere/changes/", "/chat/nowhere/people/", "/chat/a%00b/"])
def test_what_does_not_exist_is_not_found(alices, path):
    assert alices.get(path).status_code == 404


def test_a_page_takes_the_same_few_queries_however_many_messages(client, alices, say, django_assert_max_num_queries):
    for _ in range(PAGE):
        say("@alice")
    with django_assert_max_num_queries(8):
        Client().get("/chat/lobby/")
    with django_assert_max_num_queries(20):
        alices.get("/chat/lobby/")
