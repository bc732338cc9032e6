"""The group Moderators has what it needs in the admin, and no more."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from chat.models import Message, Report, Room
from conftest import person
from realtime.tests.desk import listed, offered, queries, run

from .moderators import MESSAGES, PEOPLE, REPORTS, ROOMS


def test_private_rooms_are_listed_for_their_members_and_superusers(doras, superuser, private, join, say, bob, dora):
    message, membership = say("In the back room", room=private), join(bob, room=private)
    for path, row in (ROOMS, private), (MESSAGES, message), (PEOPLE, membership):
        assert row not in listed(doras, path)
        assert row in listed(superuser, path)
        assert doras.get(f"{path}{row.pk}/change/").status_code == 302
    join(dora, room=private)
    for path, row in (ROOMS, private), (MESSAGES, message), (PEOPLE, membership):
        assert row in listed(doras, path)


def test_moderators_have_what_they_need_and_no_more(doras, room, join, say, report, alice):
    membership, waiting = join(alice), report(say())
    assert offered(doras, ROOMS) == {"close", "reopen"}
    assert offered(doras, PEOPLE) == {"mute_for_an_hour", "mute_for_a_day", "unmute", "ban", "unban"}
    assert offered(doras, MESSAGES) == {"delete_for_readers", "restore"}
    assert offered(doras, REPORTS) == {"delete_message", "mute_author", "ban_author", "dismiss"}
    for path, row in (ROOMS, room), (PEOPLE, membership), (MESSAGES, waiting.message), (REPORTS, waiting):
        assert doras.post(f"{path}{row.pk}/delete/", {"post": "yes"}).status_code == 403
        assert doras.get(f"{path}add/").status_code == 403
    for path in "/admin/accounts/user/", "/admin/auth/group/", "/admin/liveblog/entry/":
        assert doras.get(path).status_code in (403, 404)


def test_who_may_only_look_sees_no_actions_and_can_run_none(doras, room, join, say, report, dora, alice):
    group = Group.objects.get(name="Moderators")
    group.permissions.remove(*group.permissions.filter(codename__startswith="change_"))
    membership, waiting = join(alice), report(say())
    for path, row in (ROOMS, room), (PEOPLE, membership), (MESSAGES, waiting.message), (REPORTS, waiting):
        assert offered(doras, path) == set()
        assert doras.get(f"{path}{row.pk}/change/").status_code == 200
    for action in "delete_message", "mute_author", "ban_author", "dismiss":
        run(doras, REPORTS, action, waiting)
    run(doras, MESSAGES, "delete_for_readers", waiting.message)
    run(doras, PEOPLE, "ban", membership)
    assert not Message.objects.get().deleted
    assert Report.objects.open().exists()
    assert not room.membership_of(alice).banned


def test_the_group_keeps_what_it_was_given_by_hand(db):
    group = Group.objects.get(name="Moderators")
    group.permissions.remove(group.permissions.get(codename="moderate_room"))
    call_command("migrate", verbosity=0)
    assert not group.permissions.filter(codename="moderate_room").exists()


@pytest.mark.parametrize("path", [ROOMS, PEOPLE, MESSAGES, REPORTS])
def test_a_list_takes_the_same_queries_however_long(doras, room, join, say, report, path):
    def fill(number: int) -> None:
        somebody = person(f"person{number}", "Some Body")
        other = Room.objects.create(name=f"Room {number}", slug=f"room-{number}")
        join(somebody, room=other)
        report(say(author=somebody, room=other))

    for number in range(2):
        fill(number)
    few = queries(doras, path)
    for number in range(2, 10):
        fill(number)
    assert queries(doras, path) == few
