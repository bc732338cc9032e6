"""Reports: who makes them, and how long they wait."""

import pytest
from django.db import IntegrityError, transaction

from chat.actions import frames
from chat.models import Message, Report


def test_whoever_reads_can_report_once(do, members, say, room, carol, alice):
    message = say()
    for person in carol, carol, alice:  # a visitor, twice; the author
        assert do(person, frames.ReportMessage, message=message.pk, reason=" Rude ") == {}
    assert [(report.reporter, report.reason) for report in Report.objects.order_by("pk")] == [
        (carol, "Rude"),
        (alice, "Rude"),
    ]


def test_a_reason_may_be_missing_but_not_invisible(do, members, say, carol):
    message = say()
    assert do(carol, frames.ReportMessage, message=message.pk, reason="\u3164\u200b") == "empty"
    assert not Report.objects.exists()


def test_what_was_dismissed_and_then_edited_can_be_reported_again(do, members, say, alice, bob, carol):
    message = say("Fine.")
    do(carol, frames.ReportMessage, message=message.pk, reason="Rude")
    Report.objects.handle(bob)
    assert do(carol, frames.ReportMessage, message=message.pk, reason="Still rude") == {}
    assert not Report.objects.open().exists()  # it says what it said
    do(alice, frames.Edit, message=message.pk, text="You are an idiot.")
    assert do(carol, frames.ReportMessage, message=message.pk, reason="And now?") == {}
    report = Report.objects.get()
    assert (report.text, report.reason) == ("You are an idiot.", "And now?")
    assert (report.handled_at, report.handled_by) == (None, None)


def test_a_report_that_waits_keeps_the_text_that_was_reported(do, members, say, alice, carol):
    message = say("You are an idiot.")
    do(carol, frames.ReportMessage, message=message.pk, reason="Rude")
    do(alice, frames.Edit, message=message.pk, text="Fine.")
    do(carol, frames.ReportMessage, message=message.pk)
    assert [(report.text, report.reason) for report in Report.objects.open()] == [("You are an idiot.", "Rude")]


def test_a_reason_may_be_missing_and_has_500_characters_at_most(do, say, alice):
    message = say()
    assert do(alice, frames.ReportMessage, message=message.pk, reason="x" * 501) == "too_long"
    assert do(alice, frames.ReportMessage, message=message.pk, reason="\0") == "malformed"
    assert do(alice, frames.ReportMessage, message=message.pk) == {}


def test_what_a_moderator_deletes_is_no_longer_in_the_queue(do, members, say, alice, bob):
    message, other = say(), say()
    for reported in message, other:
        do(alice, frames.ReportMessage, message=reported.pk)
    do(bob, frames.Delete, message=message.pk)
    assert [report.message for report in Report.objects.open()] == [other]
    assert Report.objects.get(message=message).handled_by == bob


def test_reports_wait_until_they_are_handled_once(say, alice, bob, editor):
    reports = [Report.objects.create(message=say(), reporter=person) for person in (alice, bob)]
    assert Report.objects.filter(pk=reports[1].pk).handle(editor) == 1
    assert list(Report.objects.open()) == [reports[0]]
    assert list(Report.objects.all()) == reports  # first what waits
    assert Report.objects.handle(bob) == 1
    assert set(Report.objects.values_list("handled_by", flat=True)) == {editor.pk, bob.pk}


def test_a_report_waits_on_when_the_author_deletes_the_message_and_no_longer_when_a_moderator_does(say, bob, editor):
    hers, other = (Report.objects.create(message=say(), reporter=bob) for _ in range(2))
    Message.objects.filter(pk=hers.message_id).soft_delete()
    assert list(Report.objects.open()) == [hers, other]
    Message.objects.filter(pk=other.message_id).soft_delete(editor)
    assert list(Report.objects.open()) == [hers]


def test_nobody_reports_a_message_twice(say, bob):
    message = say()
    Report.objects.create(message=message, reporter=bob)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(message=message, reporter=bob)
