"""The pages of chat, complete without JavaScript, and actions by form."""

import json
import re
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils.html import escape

from chat.managing import PEOPLE
from chat.models import Message, Room
from chat.personal import Membership
from chat.reports import Report
from chat.views import FOUND, PAGE
from conftest import person
from realtime.models import Stream

JSON = {"Accept": "application/json"}
MODERATOR = Membership.Role.MODERATOR


@pytest.fixture
def alices(client, alice, join):
    """The browser of alice, a member."""
    join(alice)
    client.force_login(alice)
    return client


@pytest.fixture
def bobs(bob, join):
    """The browser of bob, a moderator."""
    join(bob, role=MODERATOR)
    client = Client()
    client.force_login(bob)
    return client


def shown(page):
    """The ids of the messages on a page, from top to bottom."""
    return re.findall(r'<article id="(message-\d+)"', page.text)


def found(pattern, page):
    """What the pattern's group is on a page; None without it."""
    match = re.search(pattern, page.text)
    return match and match[1]


def older(page):
    return found(r'<a data-older[^>]* href="([^"]+)"', page)


def ids(messages):
    return [message.item_id for message in messages]


def kept_by_nobody(page):
    return {"private", "no-store"} <= set(page["Cache-Control"].split(", ")) and "Cookie" in page["Vary"]


# A room


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
    assert json.loads(unread) == {str(room.pk): {"last": 1, "read": 0, "mentions": []}}
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
    answer = alices.post("/chat/lobby/", {"type": "send", "text": "Still here."}, headers=JSON)
    assert answer.json()["number"] == 2


@pytest.mark.parametrize("path", ["/chat/nowhere/", "/chat/nowhere/changes/", "/chat/nowhere/people/", "/chat/a%00b/"])
def test_what_does_not_exist_is_not_found(alices, path):
    assert alices.get(path).status_code == 404


# Caching


def test_strangers_get_the_same_bytes_and_keep_them_until_something_changes(client, room, say):
    say()
    first, second = client.get("/chat/lobby/"), Client().get("/chat/lobby/")
    assert first.content == second.content
    assert not first.cookies
    assert first["Cache-Control"] == "no-cache"
    assert first["Vary"] == "Cookie"
    etag = {"If-None-Match": first["ETag"]}
    assert client.get("/chat/lobby/", headers=etag).status_code == 304
    say()
    assert client.get("/chat/lobby/", headers=etag).status_code == 200


def test_nobody_keeps_what_people_see(alices, bobs, room, private, alice, join):
    join(alice, room=private)
    paths = ["/chat/", "/chat/lobby/", "/chat/search/?q=x", "/chat/lobby/changes/?after=1", "/chat/back-room/"]
    paths += ["/chat/back-room/changes/", f"/chat/user/{alice.pk}/changes/?after=1"]
    for path in paths:
        page = alices.get(path)
        assert page.status_code == 200
        assert kept_by_nobody(page), path
    for path in "/chat/lobby/people/", "/chat/lobby/edit/":
        assert kept_by_nobody(bobs.get(path)), path


def test_changes_are_shared_by_strangers_for_a_second(client, room, say, head):
    start = head(room.stream)
    message = say()
    answer = client.get("/chat/lobby/changes/", {"after": start})
    assert [item["id"] for item in answer.json()["items"]] == [message.item_id]
    assert set(answer["Cache-Control"].split(", ")) == {"public", "max-age=1"}
    assert answer["Vary"] == "Cookie"
    assert client.get("/chat/lobby/changes/")["Cache-Control"] == "no-store"  # a reset


def test_a_page_takes_the_same_few_queries_however_many_messages(client, alices, say, django_assert_max_num_queries):
    for _ in range(PAGE):
        say("@alice")
    with django_assert_max_num_queries(8):
        Client().get("/chat/lobby/")
    with django_assert_max_num_queries(20):
        alices.get("/chat/lobby/")


# The list of rooms


def test_the_list_has_my_rooms_the_public_ones_and_where_i_was_mentioned(alices, room, private, say, alice, bob, join):
    other = Room.objects.create(name="Other", slug="other")
    secret = Room.objects.create(name="Secret", slug="secret", access=Room.Access.PRIVATE)
    join(alice, room=private)
    say("@alice, come!", author=bob, room=private)
    page = alices.get("/chat/")
    assert [row.name for row in page.context["public"]] == [other.name]
    assert [mention.message.text for mention in page.context["mentions"]] == ["@alice, come!"]
    assert 'href="/chat/back-room/"' in page.text
    assert secret.name not in page.text
    private.memberships.filter(user=alice).delete()
    assert not alices.get("/chat/").context["mentions"]


def test_strangers_see_the_public_rooms(client, room, private):
    page = client.get("/chat/")
    assert 'href="/chat/lobby/"' in page.text
    assert "Back room" not in page.text
    assert page["Cache-Control"] == "no-cache"
    assert not page.cookies


def test_who_is_banned_does_not_see_the_room_in_the_list(alices, room, alice):
    room.ban(alice)
    assert "Lobby" not in alices.get("/chat/").text


def test_the_list_takes_the_same_few_queries_however_many_rooms(
    alices, alice, join, say, django_assert_max_num_queries
):
    for number in range(20):
        other = Room.objects.create(name=f"No. {number}", slug=f"n{number}")
        join(alice, room=other)
        say("@alice", room=other)
        Room.objects.create(name=f"Other {number}", slug=f"o{number}")
    with django_assert_max_num_queries(15):
        alices.get("/chat/")


# Search


def test_search_finds_the_newest_messages_first(client, say):
    messages = [say(f"boat No. {number}") for number in range(FOUND + 1)]
    say("ship")
    page = client.get("/chat/search/", {"q": " BOAT "})
    assert [message.pk for message in page.context["messages"]] == [m.pk for m in reversed(messages[1:])]
    assert messages[-1].get_absolute_url() in page.text


@pytest.mark.parametrize("q", ["", " ", "%", "_", "\0", "x" * 5000, "'", "\\", "\ud7ff"])
def test_search_for_nothing_or_nonsense_finds_nothing(client, say, q):
    say("boat")
    page = client.get("/chat/search/", {"q": q})
    assert page.status_code == 200
    assert not page.context["messages"]


# Actions by form


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
        ({"type": "send", "text": "\0"}, "malformed"),
        ({"type": "send", "text": " "}, "empty"),
        ({"type": "send", "text": "x" * 4001}, "too_long"),
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
    alices.post("/chat/lobby/", {"type": "send", "text": "one"})
    page = alices.post("/chat/lobby/", {"type": "send", "text": "<two>"})
    assert page.status_code == 429
    assert 59 <= int(page["Retry-After"]) <= 60
    assert "&lt;two&gt;</textarea>" in page.text


def test_while_nobody_knows_the_same_id_is_kept(alices, room, monkeypatch, caplog):
    monkeypatch.setattr("chat.answers.perform", unavailable)
    id = str(uuid4())
    page = alices.post("/chat/lobby/", {"type": "send", "id": id, "text": "Hello."})
    assert page.status_code == 503
    assert f'name="id" value="{id}"' in page.text


async def unavailable(*args):
    from realtime.batches import Unavailable

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
    assert alices.post("/chat/lobby/", {"type": "read", "number": "1"}, headers=JSON).json()["type"] == "ack"
    assert 'data-read="1"' in alices.get("/chat/lobby/").text


def test_who_is_not_signed_in_is_asked_to(client, room, private):
    answer = client.post("/chat/lobby/", {"type": "send", "text": "x"})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/chat/lobby/")
    refused = client.post("/chat/lobby/", {"type": "send", "text": "x"}, headers=JSON)
    assert (refused.status_code, refused.json()["code"]) == (403, "sign_in")
    assert client.post("/chat/back-room/", {"type": "send", "text": "x"}).status_code == 404


def test_a_form_of_another_site_is_refused(alice, join):
    join(alice)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    for path in "/chat/lobby/", "/chat/lobby/leave/", "/chat/lobby/people/":
        assert strict.post(path, {"type": "send", "text": "x"}).status_code == 403
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


# People


def test_moderators_run_the_room_on_the_page_of_people(bobs, room, alice, carol, join):
    join(alice)

    def post(**fields):
        answer = bobs.post("/chat/lobby/people/", fields)
        assert (answer.status_code, answer["Location"]) == (302, "/chat/lobby/people/")

    post(type="mute", person=alice.pk, minutes="10", banned="true", role="moderator")  # one form for all
    assert room.membership_of(alice).is_muted
    post(type="ban", person=alice.pk, banned="true")
    assert room.membership_of(alice).banned
    post(type="add", username="carol")
    post(type="role", person=carol.pk, role="moderator")
    assert room.membership_of(carol).role == MODERATOR
    post(type="remove", person=alice.pk)
    assert room.membership_of(alice) is None
    assert "Carol Danvers" in bobs.get("/chat/lobby/people/").text


def test_what_is_refused_there_says_why(bobs, room, bob):
    page = bobs.post("/chat/lobby/people/", {"type": "add", "username": "nobody"})
    assert page.status_code == 404
    assert 'value="nobody"' in page.text
    assert "This is not there" in page.text
    page = bobs.post("/chat/lobby/people/", {"type": "ban", "person": bob.pk, "banned": "true"})
    assert page.status_code == 403


def names(page):
    return re.findall(r'<bdi class="quiet">(.+?)</bdi>', page.text)


@pytest.fixture
def crowd(room):
    """As many people as fit on a page, by username from p00 on."""
    people = [person(f"p{number:02}", f"No. {number}") for number in range(PEOPLE)]
    fields = {"room": room, "room_name": room.name, "room_slug": room.slug}
    Membership.objects.bulk_create([Membership(user=user, **fields) for user in people])
    return people


def test_moderators_come_first_then_who_is_muted_or_banned_and_the_others_page_by_page(bobs, crowd, room):
    room.mute(crowd[30], 5)
    room.ban(crowd[20])
    first, second = (bobs.get(f"/chat/lobby/people/?page={number}") for number in (1, 2))
    assert names(first)[:4] == ["bob", "p30", "p20", "p00"]
    assert (len(names(first)), names(second)) == (PEOPLE, [f"p{PEOPLE - 1}"])
    assert found(r'<a rel="next" href="([^"]+)"', first) == "?page=2"
    assert found(r'<a rel="prev" href="([^"]+)"', second) == "?page=1"


def test_people_are_found_by_either_name_and_stay_found_after_a_deed(bobs, crowd):
    assert names(bobs.get("/chat/lobby/people/?q=P07")) == ["p07"]
    path = "/chat/lobby/people/?q=no.+4&page=1"
    assert names(bobs.get(path)) == ["p04", *(f"p{number}" for number in range(40, 50))]
    answer = bobs.post(path, {"type": "mute", "person": crowd[4].pk, "minutes": "5"})
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert "Nobody" in bobs.get("/chat/lobby/people/?q=%00xyz").text


@pytest.mark.parametrize("page", ["x", "0", "-1", "99", "9" * 5000, "%00"])
def test_a_page_of_people_that_there_is_not_is_another(bobs, page):
    assert names(bobs.get(f"/chat/lobby/people/?page={page}")) == ["bob"]


def test_the_page_of_people_takes_the_same_few_queries_however_many(bobs, crowd, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        bobs.get("/chat/lobby/people/")


@pytest.mark.parametrize("path", ["/chat/lobby/people/", "/chat/lobby/edit/"])
def test_the_pages_of_moderators_are_theirs_alone(client, alices, dora, path):
    assert alices.get(path).status_code == alices.post(path).status_code == 403
    assert Client().get(path)["Location"] == f"/accounts/login/?next={path}"
    client.force_login(dora)  # by permission
    assert client.get(path).status_code == 200


# Rooms are made and changed


@pytest.fixture
def founder(client, carol):
    """The browser of carol, who may make rooms."""
    carol.user_permissions.add(Permission.objects.get(codename="add_room"))
    client.force_login(carol)
    return client


ROOM = {"name": "Back  stage", "slug": "", "topic": "", "access": "private", "slow_seconds": "0"}


def test_who_makes_a_room_moderates_it(founder, carol):
    answer = founder.post("/chat/new/", ROOM)
    room = Room.objects.get()
    assert answer["Location"] == "/chat/back-stage/" == room.get_absolute_url()
    assert room.name == "Back stage"
    assert [(row.user, row.role) for row in room.memberships.all()] == [(carol, MODERATOR)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "search"),
        ("slug", "lobby"),
        ("slug", "not a slug"),
        ("name", ""),
        ("name", "日本"),
        ("access", "secret"),
        ("slow_seconds", "-1"),
        ("slow_seconds", "9" * 30),
    ],
)
def test_a_room_that_cannot_be_is_not_made(founder, room, field, value):
    page = founder.post("/chat/new/", {**ROOM, field: value})
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"slug" if value == "日本" else field} | (
        {"slug"} if not value else set()
    )
    assert Room.objects.get() == room


def test_an_address_that_is_taken_does_not_say_by_what(founder, private):
    words = [
        founder.post("/chat/new/", {**ROOM, "slug": slug}).context["form"].errors["slug"]
        for slug in ("search", "back-room")
    ]
    assert words == [["This is the address of something else."]] * 2


def test_rooms_are_made_by_those_who_may(alices):
    assert alices.get("/chat/new/").status_code == alices.post("/chat/new/", ROOM).status_code == 403
    assert Client().get("/chat/new/")["Location"] == "/accounts/login/?next=/chat/new/"
    assert "/chat/new/" not in alices.get("/chat/").text
    assert not Room.objects.filter(name="Back stage").exists()


def test_a_moderator_changes_the_room(bobs, room):
    page = bobs.get("/chat/lobby/edit/")
    assert 'value="Lobby"' in page.text
    answer = bobs.post(
        "/chat/lobby/edit/", {**ROOM, "name": "Hall", "slug": "hall", "closed": "on", "slow_seconds": "9"}
    )
    assert answer["Location"] == "/chat/hall/"
    room.refresh_from_db()
    assert (room.name, room.access, room.closed, room.slow_seconds) == ("Hall", "private", True, 9)


def test_a_change_that_cannot_be_is_shown_again(bobs, room):
    page = bobs.post("/chat/lobby/edit/", {**ROOM, "name": ""})
    assert page.status_code == 200
    assert "Edit <bdi>Lobby</bdi>" in page.text


def test_ones_own_changes_are_ones_own(alices, alice, bob, say):
    start = Stream.objects.get(name=f"user.{alice.pk}").head
    say("@alice", author=bob)
    answer = alices.get(f"/chat/user/{alice.pk}/changes/", {"after": start})
    assert [item["data"]["number"] for item in answer.json()["items"]] == [1]
    for browser, pk in (alices, bob.pk), (Client(), alice.pk), (alices, 10**30):
        assert browser.get(f"/chat/user/{pk}/changes/", {"after": start}).status_code == 403


def test_ones_own_changes_are_there_before_anything_happened(client, alice):
    client.force_login(alice)
    assert client.get(f"/chat/user/{alice.pk}/changes/").json()["type"] == "reset"
