"""Rooms in the admin: made, closed, slowed down, and given members."""

from uuid import uuid4

from django.contrib.auth.models import Permission
from django.urls import reverse

from chat.models import Membership, Mention, Message, Room
from realtime.models import Stream, Tombstone
from realtime.tests.desk import Form, form_of, run

from .moderators import MESSAGES, PEOPLE, ROOMS


def test_rooms_are_closed_and_opened_again(doras, room, head):
    start = head(room.stream)
    run(doras, ROOMS, "close", room)
    room.refresh_from_db()
    assert (room.closed, head(room.stream)) == (True, start + 1)
    run(doras, ROOMS, "reopen", room)
    room.refresh_from_db()
    assert not room.closed


def test_a_room_is_slowed_down_and_its_list_says_so(doras, room):
    assert form_of(doras, room).save(slow_seconds="10").status_code == 302
    assert "Slow: 10 s" in doras.get(ROOMS).text


def test_a_room_is_slowed_down_by_an_hour_at_most_and_the_address_of_another_is_no_news(superuser, room, private):
    form = form_of(superuser, room)
    assert form.save(slow_seconds="3601", slug="back-room").status_code == 200
    assert form.errors == {
        "slow_seconds": ["Ensure this value is less than or equal to 3600."],
        "slug": ["This is the address of something else."],
    }


def test_a_room_leads_to_its_people_and_its_messages(doras, room):
    page = doras.get(ROOMS).text
    for path in PEOPLE, MESSAGES:
        assert f'href="{path}?room__id__exact={room.pk}"' in page


def new_members(*people, **fields):
    rows = {f"memberships-{number}-user": person.pk for number, person in enumerate(people)}
    roles = {f"memberships-{number}-role": "member" for number in range(len(people))}
    return {"memberships-TOTAL_FORMS": len(people), "memberships-INITIAL_FORMS": 0, **rows, **roles, **fields}


def test_a_room_is_made_with_its_first_members(superuser, alice, bob):
    form = Form(superuser, f"{ROOMS}add/")
    members = new_members(alice, bob, **{"memberships-0-role": "moderator"})
    assert form.save(name="Back room", slug="back-room", access="private", **members).status_code == 302
    room = Room.objects.get()
    assert room.rights_of(alice, room.membership_of(alice)).moderate
    assert room.rights_of(bob, room.membership_of(bob)).hindrance == ""
    assert set(room.memberships.values_list("room_name", flat=True)) == {"Back room"}


def test_nobody_is_added_to_a_room_twice(superuser, room, join, alice):
    join(alice)
    form = form_of(superuser, room)
    page = form.save(**new_members(alice))
    assert page.status_code == 200
    assert "already exists" in page.text
    assert Membership.objects.count() == 1


def test_the_form_of_a_full_room_stays_small(superuser, room, join, alice, bob):
    join(alice)
    join(bob)
    page = form_of(superuser, room).page
    [inline] = page.context["inline_admin_formsets"]
    assert inline.formset.initial_form_count() == 0


def test_a_room_with_all_that_was_said_in_it_is_deleted_by_a_few_statements(
    superuser, room, alice, bob, join, report, django_assert_max_num_queries
):
    for person in alice, bob:
        join(person)
    Message.objects.bulk_create(
        Message(room=room, author=alice, author_name="Alice", number=number, client_id=uuid4(), text="Well, well.")
        for number in range(1, 1_201)
    )
    report(room.messages.first())
    Mention.objects.bulk_create([room.messages.first().mention_of(bob.pk)])
    page = superuser.get(path := reverse("admin:chat_room_delete", args=[room.pk]))
    assert "1,200 messages" in page.text
    assert "Well, well." not in page.text
    with django_assert_max_num_queries(70):
        superuser.post(path, {"post": "yes"}, follow=True)
    assert not Room.objects.exists()
    assert not Message.objects.exists()
    assert not Stream.objects.filter(name=room.stream).exists()
    assert Tombstone.objects.filter(stream=f"user.{bob.pk}").exists()  # of what was his in the room


def test_who_may_not_delete_messages_deletes_no_room_of_them(superuser, editor, room, say):
    say()
    editor.is_superuser = False
    editor.save()
    editor.user_permissions.set(Permission.objects.filter(codename__in=["view_room", "delete_room"]))
    page = superuser.post(reverse("admin:chat_room_delete", args=[room.pk]), {"post": "yes"})
    assert page.status_code == 403
    assert Room.objects.exists()


def test_a_moderator_puts_no_room_beside_what_is_not_theirs(doras, superuser, room):
    assert form_of(doras, room).save(about="liveblog.7").status_code == 302
    room.refresh_from_db()
    assert room.about is None
    assert form_of(superuser, room).save(about="liveblog.7", **new_members()).status_code == 302
    room.refresh_from_db()
    assert room.about == "liveblog.7"
