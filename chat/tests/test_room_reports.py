"""A room's moderators, who need not be staff, have its reports on a page of their own."""

import pytest
from django.test import Client

from chat.models import Membership, Report

PATH = "/chat/lobby/reports/"


@pytest.fixture
def reported(report, say, clara):
    return report(say("Buy <b>watches</b>"), reporter=clara, reason="Spam & more")


def decide(browser, report, verdict):
    return browser.post(PATH, {"message": report.message_id, "verdict": verdict})


def test_what_waits_in_the_room_is_listed_and_the_menu_leads_there(bobs, reported, report, say, private, clara):
    report(say("Elsewhere", room=private), reporter=clara)
    page = bobs.get(PATH).text
    assert "Buy &lt;b&gt;watches&lt;/b&gt;" in page
    assert "Spam &amp; more" in page
    assert "Elsewhere" not in page
    assert f'<a href="{PATH}">Reports</a> <span class="badge">1</span>' in bobs.get("/chat/lobby/").text


def test_it_is_for_moderators_alone(alices, reported, doras):
    assert alices.get(PATH).status_code == decide(alices, reported, "dismiss").status_code == 403
    assert PATH not in alices.get("/chat/lobby/").text
    assert Client().get(PATH)["Location"] == f"/accounts/login/?next={PATH}"
    assert doras.get(PATH).status_code == 200


def test_a_message_is_deleted_and_its_reports_are_handled(bobs, bob, reported):
    assert decide(bobs, reported, "delete_message").status_code == 302
    reported.refresh_from_db()
    assert reported.message.deleted
    assert reported.handled_by == bob
    assert "Nothing is waiting." in bobs.get(PATH).text


def test_a_report_is_dismissed(bobs, reported):
    decide(bobs, reported, "dismiss")
    assert not Report.objects.open().exists()
    reported.message.refresh_from_db()
    assert not reported.message.deleted


def test_an_author_is_muted_or_banned(bobs, join, reported, membership, alice, report, say):
    join(alice)
    decide(bobs, reported, "mute_author")
    assert membership(alice).is_muted
    decide(bobs, report(say("More")), "ban_author")
    assert membership(alice).banned
    assert not Report.objects.open().exists()


def test_what_cannot_be_done_leaves_the_report_where_it_is(bobs, bob, reported, join, clara, report, say, private):
    """An author who has left, another moderator, oneself, a message of another room, nonsense."""
    join(clara, role=Membership.Role.MODERATOR)
    elsewhere = report(say(room=private))
    for case, verdict, status in (
        (reported, "mute_author", 404),
        (report(say(author=clara)), "ban_author", 403),
        (report(say(author=bob), reporter=clara), "mute_author", 403),
        (elsewhere, "delete_message", 404),
        (reported, "applaud", 400),
    ):
        answer = decide(bobs, case, verdict)
        assert answer.status_code == status
        assert 'role="alert"' in answer.text
        case.refresh_from_db()
        assert case.handled_at is None
    assert bobs.post(PATH, {"message": "٣", "verdict": "dismiss"}).status_code == 400
    assert not Membership.objects.filter(banned=True).exists()


def test_a_moderator_of_the_site_acts_on_those_of_rooms(doras, reported, join, alice, membership):
    join(alice, role=Membership.Role.MODERATOR)
    decide(doras, reported, "ban_author")
    assert membership(alice).banned


def test_a_page_of_another_room_is_not_known(private, bobs):
    assert bobs.get("/chat/back-room/reports/").status_code == 404
