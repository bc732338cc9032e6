"""Rooms are made and changed, and moderators look after the people in them."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from chat.forms import RoomForm
from chat.models import Membership, Room
from chat.views.managing import PEOPLE
from conftest import person
from realtime.tests.pages import found

MODERATOR = Membership.Role.MODERATOR


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
    assert "This person is not there, or no longer." in page.text
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


def test_a_room_is_made_once_however_often_its_form_is_sent(founder):
    once = found(r'name="once" value="(\w+)"', founder.get("/chat/new/"))
    assert founder.post("/chat/new/", {**ROOM, "name": "", "once": once}).status_code == 200
    first = founder.post("/chat/new/", {**ROOM, "once": once})
    second = founder.post("/chat/new/", {**ROOM, "name": "Another name", "once": once})
    assert first["Location"] == second["Location"] == Room.objects.get().get_absolute_url()
    assert "This was saved when the form was first sent" in founder.get(second["Location"]).text


def test_a_room_that_is_gone_is_not_made_again(founder):
    founder.post("/chat/new/", {**ROOM, "once": "x"})
    Room.objects.all().delete()
    assert founder.post("/chat/new/", {**ROOM, "once": "x"})["Location"] == "/chat/"


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


def seen(page):
    """What the form was made from."""
    return found(r'name="seen" value="([^"]*)"', page)


def test_two_moderators_who_change_a_room_at_once_undo_nothing_of_each_other(bobs, room):
    fields = {"name": "Lobby", "slug": "lobby", "topic": "Mine", "access": "public", "slow_seconds": "0"}
    fields["seen"] = seen(bobs.get("/chat/lobby/edit/"))
    room.closed = True
    room.save()
    page = bobs.post("/chat/lobby/edit/", fields, follow=True)
    assert "What they alone changed was kept: Closed." in page.text
    room.refresh_from_db()
    assert (room.topic, room.closed) == ("Mine", True)
    page = bobs.post("/chat/lobby/edit/", {**fields, "topic": "Mine, too"})
    assert "<td>Mine</td><td>Mine, too</td>" in page.text
    fields |= {"topic": "Mine, too", "closed": "on", "seen": seen(page)}
    assert bobs.post("/chat/lobby/edit/", fields).status_code == 302


def test_a_moderator_changes_the_room(bobs, room):
    page = bobs.get("/chat/lobby/edit/")
    assert 'value="Lobby"' in page.text
    fields = {**ROOM, "name": "Hall", "slug": "hall", "closed": "on", "slow_seconds": "9", "seen": seen(page)}
    answer = bobs.post("/chat/lobby/edit/", fields)
    assert answer["Location"] == "/chat/hall/"
    room.refresh_from_db()
    assert (room.name, room.access, room.closed, room.slow_seconds) == ("Hall", "private", True, 9)


def test_a_change_that_cannot_be_is_shown_again(bobs, room):
    page = bobs.post("/chat/lobby/edit/", {**ROOM, "name": ""})
    assert page.status_code == 200
    assert "Edit <bdi>Lobby</bdi>" in page.text


def test_who_loses_a_race_for_an_address_is_told_that_it_is_taken(client, bob, room, monkeypatch):
    bob.user_permissions.add(Permission.objects.get(codename="add_room"))
    client.force_login(bob)
    is_valid = RoomForm.is_valid

    def beaten(form):  # somebody takes the address between the look and the write
        monkeypatch.setattr(RoomForm, "is_valid", is_valid)
        valid = form.is_valid()
        Room.objects.create(name="Theirs", slug="quay")
        return valid

    for path in "/chat/new/", "/chat/lobby/edit/":
        Room.objects.filter(slug="quay").delete()
        room.memberships.update_or_create(user=bob, defaults={"role": MODERATOR})
        monkeypatch.setattr(RoomForm, "is_valid", beaten)
        made_from = seen(client.get(path)) or ""
        fields = {"name": "Quay", "slug": "quay", "access": "public", "slow_seconds": "0", "seen": made_from}
        page = client.post(path, fields)
        assert page.status_code == 200, path
        assert page.context["form"].errors.keys() == {"slug"}
        assert Room.objects.get(slug="quay").name == "Theirs"


@pytest.mark.parametrize(
    ("action", "what"),
    [
        ({"type": "ban", "person": "999", "banned": "true"}, "person"),
        ({"type": "delete", "message": "999"}, "message"),
        ({"type": "edit", "message": "999", "text": "x"}, "message"),
    ],
)
def test_what_is_not_there_is_named(bobs, room, action, what):
    page = bobs.post("/chat/lobby/people/" if what == "person" else "/chat/lobby/", action)
    assert f"This {what} is not there, or no longer." in page.text
