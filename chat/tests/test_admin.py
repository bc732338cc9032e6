"""The moderators' desk, day by day: the queue of reports, messages, people and rooms."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from chat.models import Message, Room
from chat.personal import Membership, Mention
from chat.reports import Report
from conftest import person
from realtime.tests.desk import Form, listed, offered, run

ROOMS, PEOPLE, MESSAGES, REPORTS = (f"/admin/chat/{model}/" for model in ("room", "membership", "message", "report"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def client(dora):
    """Dora's browser: she is in the group Moderators, and no superuser."""
    client = Client()
    client.force_login(dora)
    return client


@pytest.fixture
def superuser(editor):
    client = Client()
    client.force_login(editor)
    return client


@pytest.fixture
def report(bob):
    """`report(message)`: by bob unless told otherwise."""

    def report(message, reporter=bob, **fields):
        return Report.objects.create(message=message, reporter=reporter, **fields)

    return report


def is_near(found: Any, moment: datetime) -> bool:
    """Within a minute of it."""
    return abs(found - moment) < timedelta(minutes=1)


def test_the_queue_shows_what_waits_the_oldest_first(client, say, report, clara, dora):
    first, second, handled = (report(say(text), reason="Spam") for text in ("One", "Two", "Three"))
    again = report(first.message, reporter=clara)
    Report.objects.filter(pk=handled.pk).handle(dora)
    assert listed(client, REPORTS) == [first, second, again]
    assert listed(client, REPORTS, status="handled") == [handled]
    assert listed(client, REPORTS, status="all") == [first, second, again, handled]


def test_a_report_says_what_was_said_by_whom_and_leads_there(client, room, say, report):
    message = say("<b>Buy</b> watches")
    report(message, reason="Advertising & more")
    page = client.get(REPORTS).text
    assert "&lt;b&gt;Buy&lt;/b&gt; watches" in page
    assert f'<bdi>Alice Liddell</bdi> · <a href="/chat/lobby/?before=2#message-{message.pk}">Lobby</a>' in page
    assert "Advertising &amp; more" in page
    assert "bob" in page


def test_an_edit_does_not_hide_what_was_reported(client, say, report):
    message = say("You are an idiot")
    report(message)
    assert "edited since" not in client.get(REPORTS).text
    message.edit("You are right")
    page = client.get(REPORTS).text
    assert "You are an idiot" in page
    assert "edited since" in page
    assert "You are right" not in page


def test_reports_are_found_by_the_words_in_them(client, say, report):
    spam, insult = report(say("Buy watches"), reason="Spam"), report(say("You are an idiot"), reason="Insult")
    assert listed(client, REPORTS, q="watches") == listed(client, REPORTS, q="spam") == [spam]
    assert listed(client, REPORTS, q="insult") == [insult]
    assert listed(client, REPORTS, q="liddell") == listed(client, REPORTS, q="bob") == [spam, insult]


def test_deleting_a_reported_message_handles_all_its_reports(client, room, join, say, report, head, bob, clara, dora):
    join(bob)
    message, other = say("Buy this, @bob"), say("Fine")
    reports, untouched = [report(message), report(message, reporter=clara)], report(other)
    start = head(room.stream)
    page = run(client, REPORTS, "delete_message", reports[0])
    assert "Delete the message for readers: done for 1 of 1 message." in page.text
    message.refresh_from_db()
    assert message.deleted
    assert message.version == head(room.stream) == start + 1
    assert not Mention.objects.exists()
    assert list(Report.objects.open()) == [untouched]
    for handled in Report.objects.filter(message=message):
        assert handled.handled_by == dora
        assert is_near(handled.handled_at, timezone.now())
    assert "deleted · handled by dora" in client.get(REPORTS, {"status": "all"}).text


def test_dismissing_leaves_the_message_and_its_author_alone(client, room, join, say, report, head, alice):
    join(alice)
    waiting = report(say())
    start = head(room.stream)
    run(client, REPORTS, "dismiss", waiting)
    assert not Report.objects.open().exists()
    assert head(room.stream) == start
    assert room.rights_of(alice, room.membership_of(alice)).hindrance == ""


def test_an_author_is_muted_for_an_hour(client, room, join, say, report, alice):
    join(alice)
    run(client, REPORTS, "mute_author", report(say()))
    assert is_near(room.membership_of(alice).muted_until, timezone.now() + HOUR)
    assert not Report.objects.open().exists()


def test_the_report_waits_on_when_nobody_is_there_to_be_muted(client, room, say, report, alice):
    waiting = [report(say()), report(say(author=None, author_name="Somebody"))]
    page = run(client, REPORTS, "mute_author", *waiting)
    assert "done for 0 of 2 messages" in page.text
    assert list(Report.objects.open()) == waiting
    assert not Membership.objects.exists()


def test_an_author_is_banned_whether_they_are_there_or_have_left(client, room, join, say, report, alice, bob, clara):
    join(alice)
    run(client, REPORTS, "ban_author", report(say()), report(say(author=clara)))
    for author in alice, clara:
        assert room.rights_of(author, room.membership_of(author)).hindrance == "banned"
    assert room.membership_of(bob) is None
    assert not Report.objects.open().exists()


def test_a_second_verdict_follows_the_first(client, room, say, report, alice, dora, editor):
    handled = report(say())
    run(client, REPORTS, "delete_message", handled)
    Report.objects.update(handled_by=editor)
    run(client, f"{REPORTS}?status=handled", "ban_author", handled)
    assert room.membership_of(alice).banned
    assert Report.objects.get().handled_by == editor


def test_what_a_colleague_has_handled_meanwhile_is_left_alone(client, room, say, report, editor):
    waiting = report(say())
    Report.objects.handle(editor)
    run(client, REPORTS, "delete_message", waiting)
    assert not Message.objects.get().deleted
    assert Report.objects.get().handled_by == editor


def test_a_verdict_stands_in_the_history_of_report_and_message(client, say, report, dora):
    waiting = report(say())
    run(client, REPORTS, "dismiss", waiting)
    logs = LogEntry.objects.filter(user=dora)
    assert set(logs.values_list("content_type__model", flat=True)) == {"report", "message"}
    assert {log.get_change_message() for log in logs} == {"Dismiss: the message may stay"}


def test_reports_are_read_and_not_written(client, say, report):
    waiting = report(say())
    assert client.get(f"{REPORTS}add/").status_code == 403
    assert 'name="_save"' not in client.get(f"{REPORTS}{waiting.pk}/change/").text
    assert client.post(f"{REPORTS}{waiting.pk}/change/", {"reason": "Mine"}).status_code == 403


def test_messages_are_deleted_and_restored_as_one_change(client, room, say, head, dora):
    messages, other = [say("One"), say("Two")], say("Three")
    start = head(room.stream)
    assert "2 messages changed." in run(client, MESSAGES, "delete_for_readers", *messages).text
    assert head(room.stream) == start + 1
    assert list(Message.objects.filter(deleted=False)) == [other]
    assert listed(client, MESSAGES, deleted__exact=1) == messages[::-1]
    assert "1 message changed." in run(client, MESSAGES, "restore", messages[0], other).text
    assert set(Message.objects.filter(deleted=False)) == {messages[0], other}
    assert set(LogEntry.objects.values_list("object_id", "user")) == {(str(m.pk), dora.pk) for m in messages}


def test_deleting_a_message_takes_its_reports_out_of_the_queue(client, say, report):
    ticked, opened = report(say()), report(say())
    run(client, MESSAGES, "delete_for_readers", ticked.message)
    assert listed(client, REPORTS) == [opened]
    Form(client, f"{MESSAGES}{opened.message_id}/change/").save(deleted="on")
    assert listed(client, REPORTS) == []


def test_a_message_is_read_in_full_and_can_be_deleted_there(client, join, say, head, bob):
    join(bob)
    message = say("Hello @bob\n<b>and others</b>")
    form = Form(client, f"{MESSAGES}{message.pk}/change/")
    assert "Hello @bob\n&lt;b&gt;and others&lt;/b&gt;</div>" in form.page.text
    assert form.fields == {}
    assert form.save(deleted="on", text="Changed").status_code == 302
    message.refresh_from_db()
    assert (message.deleted, message.text) == (True, "Hello @bob\n<b>and others</b>")
    assert not Mention.objects.exists()
    form = Form(client, f"{MESSAGES}{message.pk}/change/")
    assert "View on site" not in form.page.text
    form.save(deleted=None)
    message.refresh_from_db()
    assert not message.deleted
    assert Mention.objects.get().user == bob


def test_saving_a_message_as_it_is_changes_nothing(client, room, say, head):
    message = say()
    start = head(room.stream)
    assert Form(client, f"{MESSAGES}{message.pk}/change/").save().status_code == 302
    assert head(room.stream) == start


def test_messages_are_found_by_room_author_and_words(client, room, say, alice, bob):
    other = Room.objects.create(name="Foyer", slug="foyer")
    hello, bye, elsewhere = say("Hello"), say("Bye", author=bob), say("Hello", room=other)
    assert listed(client, MESSAGES) == [elsewhere, bye, hello]
    assert listed(client, MESSAGES, q="hello", room__id__exact=room.pk) == [hello]
    assert listed(client, MESSAGES, q="cratchit") == listed(client, MESSAGES, author=bob.pk) == [bye]
    assert f'href="{MESSAGES}?author={alice.pk}"' in client.get(MESSAGES).text


@pytest.mark.parametrize("author", ["", "x", "-1", "0", "9" * 30, "٣"])
def test_an_author_who_is_none_filters_nothing(client, say, author):
    message = say()
    assert listed(client, MESSAGES, author=author) == [message]


def test_nobody_writes_messages_here(client, superuser):
    for browser in client, superuser:
        assert browser.get(f"{MESSAGES}add/").status_code == 403


@pytest.mark.parametrize(
    ("action", "before", "hindrance"),
    [
        ("mute_for_an_hour", {}, "muted"),
        ("mute_for_a_day", {}, "muted"),
        ("unmute", {"muted_until": timezone.now() + DAY}, ""),
        ("ban", {}, "banned"),
    ],
)
def test_people_are_muted_and_banned_and_forgiven(client, room, join, head, alice, bob, action, before, hindrance):
    membership, other = join(alice), join(bob)
    if before:
        Membership.objects.update(**before)
    start, theirs = head(f"user.{alice.pk}"), head(f"user.{bob.pk}")
    assert "1 membership changed." in run(client, PEOPLE, action, membership).text
    membership.refresh_from_db()
    assert room.rights_of(alice, membership).hindrance == hindrance
    assert head(f"user.{alice.pk}") == start + 1
    assert head(f"user.{other.user_id}") == theirs


def test_who_is_forgiven_is_no_member(client, room, join, head, alice, bob):
    banned, other = join(alice, banned=True), join(bob)
    assert "1 membership changed." in run(client, PEOPLE, "unban", banned, other).text
    assert listed(client, PEOPLE) == [other]
    [log] = LogEntry.objects.all()
    assert (log.object_id, log.get_change_message()) == (str(banned.pk), "Lift the ban")


def test_who_is_forgiven_by_the_form_is_no_member_either(client, room, join, alice):
    form = Form(client, f"{PEOPLE}{join(alice, banned=True).pk}/change/")
    assert form.save(banned=None).status_code == 302
    assert room.membership_of(alice) is None


@pytest.mark.parametrize(("action", "duration"), [("mute_for_an_hour", HOUR), ("mute_for_a_day", DAY)])
def test_a_mute_is_as_long_as_it_says(client, join, alice, action, duration):
    run(client, PEOPLE, action, join(alice))
    assert is_near(Membership.objects.get().muted_until, timezone.now() + duration)


def test_who_is_muted_or_banned_is_listed_so(client, join, alice, bob, clara):
    fine = join(alice, muted_until=timezone.now() - HOUR)
    muted, banned = join(bob, muted_until=timezone.now() + HOUR), join(clara, banned=True)
    assert listed(client, PEOPLE) == [fine, muted, banned]
    assert listed(client, PEOPLE, standing="muted") == [muted]
    assert listed(client, PEOPLE, standing="banned") == [banned]
    assert client.get(PEOPLE).text.count("Muted until") == 1


def test_a_member_is_made_moderator(client, room, join, alice):
    membership = join(alice)
    assert Form(client, f"{PEOPLE}{membership.pk}/change/").save(role="moderator").status_code == 302
    assert room.rights_of(alice, room.membership_of(alice)).moderate


def test_a_form_that_is_out_of_date_lifts_no_ban(client, room, join, alice):
    membership = join(alice)
    form = Form(client, f"{PEOPLE}{membership.pk}/change/")
    room.ban(alice)
    assert form.save(role="moderator").status_code == 200
    assert set(form.conflicts) == {"Banned", "Role"}
    assert room.membership_of(alice).banned


def test_rooms_are_closed_and_opened_again(client, room, head):
    start = head(room.stream)
    run(client, ROOMS, "close", room)
    room.refresh_from_db()
    assert (room.closed, head(room.stream)) == (True, start + 1)
    run(client, ROOMS, "reopen", room)
    room.refresh_from_db()
    assert not room.closed


def test_a_room_is_slowed_down_and_its_list_says_so(client, room):
    assert Form(client, f"{ROOMS}{room.pk}/change/").save(slow_seconds="10").status_code == 302
    assert "Slow: 10 s" in client.get(ROOMS).text


def test_a_room_is_slowed_down_by_an_hour_at_most_and_the_address_of_another_is_no_news(superuser, room, private):
    form = Form(superuser, f"{ROOMS}{room.pk}/change/")
    assert form.save(slow_seconds="3601", slug="back-room").status_code == 200
    assert form.errors == {
        "slow_seconds": ["Ensure this value is less than or equal to 3600."],
        "slug": ["This is the address of something else."],
    }


def test_a_room_leads_to_its_people_and_its_messages(client, room):
    page = client.get(ROOMS).text
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
    form = Form(superuser, f"{ROOMS}{room.pk}/change/")
    page = form.save(**new_members(alice))
    assert page.status_code == 200
    assert "already exists" in page.text
    assert Membership.objects.count() == 1


def test_the_form_of_a_full_room_stays_small(superuser, room, join, alice, bob):
    join(alice)
    join(bob)
    page = Form(superuser, f"{ROOMS}{room.pk}/change/").page
    [inline] = page.context["inline_admin_formsets"]
    assert inline.formset.initial_form_count() == 0


def test_private_rooms_are_listed_for_their_members_and_superusers(client, superuser, private, join, say, bob, dora):
    message, membership = say("In the back room", room=private), join(bob, room=private)
    for path, row in (ROOMS, private), (MESSAGES, message), (PEOPLE, membership):
        assert row not in listed(client, path)
        assert row in listed(superuser, path)
        assert client.get(f"{path}{row.pk}/change/").status_code == 302
    join(dora, room=private)
    for path, row in (ROOMS, private), (MESSAGES, message), (PEOPLE, membership):
        assert row in listed(client, path)


def test_what_is_reported_in_a_private_room_reaches_the_moderators(client, private, join, say, report, bob):
    join(bob, room=private)
    waiting = report(say("In the back room", room=private))
    assert listed(client, REPORTS) == [waiting]
    run(client, REPORTS, "delete_message", waiting)
    assert Message.objects.get().deleted


def test_moderators_have_what_they_need_and_no_more(client, room, join, say, report, alice):
    membership, waiting = join(alice), report(say())
    assert offered(client, ROOMS) == {"close", "reopen"}
    assert offered(client, PEOPLE) == {"mute_for_an_hour", "mute_for_a_day", "unmute", "ban", "unban"}
    assert offered(client, MESSAGES) == {"delete_for_readers", "restore"}
    assert offered(client, REPORTS) == {"delete_message", "mute_author", "ban_author", "dismiss"}
    for path, row in (ROOMS, room), (PEOPLE, membership), (MESSAGES, waiting.message), (REPORTS, waiting):
        assert client.post(f"{path}{row.pk}/delete/", {"post": "yes"}).status_code == 403
        assert client.get(f"{path}add/").status_code == 403
    for path in "/admin/accounts/user/", "/admin/auth/group/", "/admin/liveblog/entry/":
        assert client.get(path).status_code in (403, 404)


def test_who_may_only_look_sees_no_actions_and_can_run_none(client, room, join, say, report, dora, alice):
    group = Group.objects.get(name="Moderators")
    group.permissions.remove(*group.permissions.filter(codename__startswith="change_"))
    membership, waiting = join(alice), report(say())
    for path, row in (ROOMS, room), (PEOPLE, membership), (MESSAGES, waiting.message), (REPORTS, waiting):
        assert offered(client, path) == set()
        assert client.get(f"{path}{row.pk}/change/").status_code == 200
    for action in "delete_message", "mute_author", "ban_author", "dismiss":
        run(client, REPORTS, action, waiting)
    run(client, MESSAGES, "delete_for_readers", waiting.message)
    run(client, PEOPLE, "ban", membership)
    assert not Message.objects.get().deleted
    assert Report.objects.open().exists()
    assert not room.membership_of(alice).banned


def test_verdicts_are_for_who_may_moderate(client, say, report):
    group = Group.objects.get(name="Moderators")
    group.permissions.remove(group.permissions.get(codename="moderate_room"))
    waiting = report(say())
    assert offered(client, REPORTS) == set()
    run(client, REPORTS, "delete_message", waiting)
    assert not Message.objects.get().deleted


def test_the_group_keeps_what_it_was_given_by_hand(db):
    group = Group.objects.get(name="Moderators")
    group.permissions.remove(group.permissions.get(codename="moderate_room"))
    call_command("migrate", verbosity=0)
    assert not group.permissions.filter(codename="moderate_room").exists()


def test_a_superuser_deletes_for_good(superuser, room, say, head):
    message = say()
    start = head(room.stream)
    run(superuser, MESSAGES, "delete_selected", message, post="yes")
    assert not Message.objects.exists()
    assert head(room.stream) == start + 1


@pytest.mark.parametrize("path", [ROOMS, PEOPLE, MESSAGES, REPORTS])
def test_a_list_takes_the_same_queries_however_long(
    client, room, join, say, report, path, django_assert_max_num_queries
):
    def queries() -> int:
        with django_assert_max_num_queries(100) as captured:
            client.get(path)
        return len(captured)

    def fill(number: int) -> None:
        somebody = person(f"person{number}", "Some Body")
        other = Room.objects.create(name=f"Room {number}", slug=f"room-{number}")
        join(somebody, room=other)
        report(say(author=somebody, room=other))

    for number in range(2):
        fill(number)
    few = queries()
    for number in range(2, 10):
        fill(number)
    assert queries() == few
