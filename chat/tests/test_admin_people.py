"""People in the admin: muted, banned, forgiven, and made moderators."""

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from chat.models import Membership
from realtime.tests.desk import Form, form_of, listed, press_undo, run
from realtime.tests.pages import found

from .moderators import DAY, HOUR, PEOPLE, is_near


@pytest.mark.parametrize(
    ("action", "before", "hindrance"),
    [
        ("mute_for_an_hour", {}, "muted"),
        ("mute_for_a_day", {}, "muted"),
        ("unmute", {"muted_until": timezone.now() + DAY}, ""),
        ("ban", {}, "banned"),
    ],
)
def test_people_are_muted_and_banned_and_forgiven(doras, room, join, head, alice, bob, action, before, hindrance):
    membership, other = join(alice), join(bob)
    if before:
        Membership.objects.update(**before)
    start, theirs = head(f"user.{alice.pk}"), head(f"user.{bob.pk}")
    assert "1 membership changed." in run(doras, PEOPLE, action, membership).text
    membership.refresh_from_db()
    assert room.rights_of(alice, membership).hindrance == hindrance
    assert head(f"user.{alice.pk}") == start + 1
    assert head(f"user.{other.user_id}") == theirs


@pytest.mark.parametrize(
    ("action", "before"),
    [("mute_for_a_day", timezone.now() + HOUR), ("mute_for_an_hour", None), ("unmute", timezone.now() + DAY)],
)
def test_a_mute_is_undone_by_what_was_so_before(doras, join, alice, action, before):
    membership = join(alice, muted_until=before)
    press_undo(doras, run(doras, PEOPLE, action, membership))
    assert Membership.objects.get().muted_until == before


def test_a_ban_is_undone_and_its_end_is_not(doras, join, alice):
    membership = join(alice)
    press_undo(doras, run(doras, PEOPLE, "ban", membership))
    assert not Membership.objects.get().banned
    run(doras, PEOPLE, "ban", membership)
    assert 'class="undo"' not in run(doras, PEOPLE, "unban", membership).text  # the membership is gone


def test_who_is_forgiven_is_no_member(doras, room, join, head, alice, bob):
    banned, other = join(alice, banned=True), join(bob)
    assert "1 membership changed." in run(doras, PEOPLE, "unban", banned, other).text
    assert listed(doras, PEOPLE) == [other]
    [log] = LogEntry.objects.all()
    assert (log.object_id, log.get_change_message()) == (str(banned.pk), "Lift the ban")


def test_who_is_forgiven_by_the_form_is_no_member_either(doras, room, join, alice):
    form = form_of(doras, join(alice, banned=True))
    assert form.save(banned=None).status_code == 302
    assert room.membership_of(alice) is None


@pytest.mark.parametrize(("action", "duration"), [("mute_for_an_hour", HOUR), ("mute_for_a_day", DAY)])
def test_a_mute_is_as_long_as_it_says(doras, join, alice, action, duration):
    run(doras, PEOPLE, action, join(alice))
    assert is_near(Membership.objects.get().muted_until, timezone.now() + duration)


def test_who_is_muted_or_banned_is_listed_so(doras, join, alice, bob, clara):
    fine = join(alice, muted_until=timezone.now() - HOUR)
    muted, banned = join(bob, muted_until=timezone.now() + HOUR), join(clara, banned=True)
    assert listed(doras, PEOPLE) == [fine, muted, banned]
    assert listed(doras, PEOPLE, standing="muted") == [muted]
    assert listed(doras, PEOPLE, standing="banned") == [banned]
    assert doras.get(PEOPLE).text.count("Muted until") == 1


def test_a_member_is_made_moderator(doras, room, join, alice):
    membership = join(alice)
    assert form_of(doras, membership).save(role="moderator").status_code == 302
    assert room.rights_of(alice, room.membership_of(alice)).moderate


def test_a_form_that_is_out_of_date_lifts_no_ban(doras, room, join, alice):
    membership = join(alice)
    form = form_of(doras, membership)
    room.ban(alice)
    assert "What they alone changed was kept: Banned." in doras.get(form.save(role="moderator")["Location"]).text
    assert room.membership_of(alice).banned


def test_a_list_of_the_people_of_one_room_leads_to_a_new_one_there(superuser, room):
    page = superuser.get(f"{PEOPLE}?room__id__exact={room.pk}")
    link = found(r'href="([^"]+\?_changelist_filters=[^"]+)" class="addlink"', page)
    assert Form(superuser, link).fields["room"] == room.pk
