"""The moderators' queue: what was reported, and the verdicts on it."""

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.utils import timezone

from chat.models import Membership, Mention, Message, Report
from realtime.tests.desk import listed, offered, run

from .moderators import HOUR, REPORTS, is_near


def test_the_queue_shows_what_waits_the_oldest_first(doras, say, report, clara, dora):
    first, second, handled = (report(say(text), reason="Spam") for text in ("One", "Two", "Three"))
    again = report(first.message, reporter=clara)
    Report.objects.filter(pk=handled.pk).handle(dora)
    assert listed(doras, REPORTS) == [first, second, again]
    assert listed(doras, REPORTS, status="handled") == [handled]
    assert listed(doras, REPORTS, status="all") == [first, second, again, handled]


def test_a_report_says_what_was_said_by_whom_and_leads_there(doras, room, say, report):
    message = say("<b>Buy</b> watches")
    report(message, reason="Advertising & more")
    page = doras.get(REPORTS).text
    assert "&lt;b&gt;Buy&lt;/b&gt; watches" in page
    assert f'<bdi>Alice Liddell</bdi> · <a href="/chat/lobby/?before=2#message-{message.pk}">Lobby</a>' in page
    assert "Advertising &amp; more" in page
    assert "bob" in page


def test_an_edit_does_not_hide_what_was_reported(doras, say, report):
    message = say("You are an idiot")
    report(message)
    assert "edited since" not in doras.get(REPORTS).text
    message.edit("You are right")
    page = doras.get(REPORTS).text
    assert "You are an idiot" in page
    assert "edited since" in page
    assert "You are right" not in page


def test_reports_are_found_by_the_words_in_them(doras, say, report):
    spam, insult = report(say("Buy watches"), reason="Spam"), report(say("You are an idiot"), reason="Insult")
    assert listed(doras, REPORTS, q="watches") == listed(doras, REPORTS, q="spam") == [spam]
    assert listed(doras, REPORTS, q="insult") == [insult]
    assert listed(doras, REPORTS, q="liddell") == listed(doras, REPORTS, q="bob") == [spam, insult]


def test_deleting_a_reported_message_handles_all_its_reports(doras, room, join, say, report, head, bob, clara, dora):
    join(bob)
    message, other = say("Buy this, @bob"), say("Fine")
    reports, untouched = [report(message), report(message, reporter=clara)], report(other)
    start = head(room.stream)
    page = run(doras, REPORTS, "delete_message", reports[0])
    assert "Delete the message for readers: done for 1 of 1 message." in page.text
    message.refresh_from_db()
    assert message.deleted
    assert message.version == head(room.stream) == start + 1
    assert not Mention.objects.exists()
    assert list(Report.objects.open()) == [untouched]
    for handled in Report.objects.filter(message=message):
        assert handled.handled_by == dora
        assert is_near(handled.handled_at, timezone.now())
    assert "deleted · handled by dora" in doras.get(REPORTS, {"status": "all"}).text


def test_dismissing_leaves_the_message_and_its_author_alone(doras, room, join, say, report, head, alice):
    join(alice)
    waiting = report(say())
    start = head(room.stream)
    run(doras, REPORTS, "dismiss", waiting)
    assert not Report.objects.open().exists()
    assert head(room.stream) == start
    assert room.rights_of(alice, room.membership_of(alice)).hindrance == ""


def test_an_author_is_muted_for_an_hour(doras, room, join, say, report, alice):
    join(alice)
    run(doras, REPORTS, "mute_author", report(say()))
    assert is_near(room.membership_of(alice).muted_until, timezone.now() + HOUR)
    assert not Report.objects.open().exists()


def test_the_report_waits_on_when_nobody_is_there_to_be_muted(doras, room, say, report, alice):
    waiting = [report(say()), report(say(author=None, author_name="Somebody"))]
    page = run(doras, REPORTS, "mute_author", *waiting)
    assert "done for 0 of 2 messages" in page.text
    assert list(Report.objects.open()) == waiting
    assert not Membership.objects.exists()


def test_an_author_is_banned_whether_they_are_there_or_have_left(doras, room, join, say, report, alice, bob, clara):
    join(alice)
    run(doras, REPORTS, "ban_author", report(say()), report(say(author=clara)))
    for author in alice, clara:
        assert room.rights_of(author, room.membership_of(author)).hindrance == "banned"
    assert room.membership_of(bob) is None
    assert not Report.objects.open().exists()


def test_a_second_verdict_follows_the_first(doras, room, say, report, alice, dora, editor):
    handled = report(say())
    run(doras, REPORTS, "delete_message", handled)
    Report.objects.update(handled_by=editor)
    run(doras, f"{REPORTS}?status=handled", "ban_author", handled)
    assert room.membership_of(alice).banned
    assert Report.objects.get().handled_by == editor


def test_what_a_colleague_has_handled_meanwhile_is_left_alone(doras, room, say, report, editor):
    waiting = report(say())
    Report.objects.handle(editor)
    run(doras, REPORTS, "delete_message", waiting)
    assert not Message.objects.get().deleted
    assert Report.objects.get().handled_by == editor


def test_a_verdict_stands_in_the_history_of_report_and_message(doras, say, report, dora):
    waiting = report(say())
    run(doras, REPORTS, "dismiss", waiting)
    logs = LogEntry.objects.filter(user=dora)
    assert set(logs.values_list("content_type__model", flat=True)) == {"report", "message"}
    assert {log.get_change_message() for log in logs} == {"Dismiss: the message may stay"}


def test_reports_are_read_and_not_written(doras, say, report):
    waiting = report(say())
    assert doras.get(f"{REPORTS}add/").status_code == 403
    assert 'name="_save"' not in doras.get(f"{REPORTS}{waiting.pk}/change/").text
    assert doras.post(f"{REPORTS}{waiting.pk}/change/", {"reason": "Mine"}).status_code == 403


def test_what_is_reported_in_a_private_room_reaches_the_moderators(doras, private, join, say, report, bob):
    join(bob, room=private)
    waiting = report(say("In the back room", room=private))
    assert listed(doras, REPORTS) == [waiting]
    run(doras, REPORTS, "delete_message", waiting)
    assert Message.objects.get().deleted


def test_verdicts_are_for_who_may_moderate(doras, say, report):
    group = Group.objects.get(name="Moderators")
    group.permissions.remove(group.permissions.get(codename="moderate_room"))
    waiting = report(say())
    assert offered(doras, REPORTS) == set()
    run(doras, REPORTS, "delete_message", waiting)
    assert not Message.objects.get().deleted
