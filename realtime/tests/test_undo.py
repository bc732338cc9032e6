"""The way back from an action on many rows."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core import signing
from django.test import Client
from django.utils import timezone

from conftest import person
from realtime.desk import undo

from .board.models import Note
from .desk import browser_of, press_undo, run

LIST = "/admin/testboard/note/"


@pytest.fixture
def client(editor):
    return browser_of(editor)


@pytest.fixture
def notes(board):
    return [board.notes.create(text=str(number)) for number in range(3)]


def states():
    return list(Note.objects.order_by("pk").values_list("state", flat=True))


def test_what_an_action_did_is_undone_by_the_button_in_its_message(client, notes, reader):
    Note.objects.filter(pk=notes[0].pk).update(state="kept back")
    reader.news()
    page = run(client, LIST, "hide", *notes)
    reader.news()
    assert states() == ["hidden"] * 3
    page = press_undo(client, page)
    assert "Undone." in page.text
    assert page.request["PATH_INFO"] == LIST
    assert states() == ["kept back", "shown", "shown"]
    assert len(reader.news()) == 1


def test_the_list_that_one_had_filtered_comes_back(client, notes):
    page = client.post(f"{LIST}?q=", {"action": "hide", "_selected_action": [notes[0].pk]}, follow=True)
    assert press_undo(client, page).redirect_chain == [(f"{LIST}?q=", 302)]


def test_what_was_changed_since_stays_as_it_is(client, notes):
    page = run(client, LIST, "hide", *notes)
    Note.objects.filter(pk=notes[1].pk).update(state="lost")
    notes[2].delete()
    assert "Undone for 1 of 3: the others have been changed since." in press_undo(client, page).text
    assert states() == ["shown", "lost"]


def test_what_was_so_already_is_no_part_of_it(client, notes):
    Note.objects.filter(pk=notes[0].pk).update(state="hidden")
    press_undo(client, run(client, LIST, "hide", *notes))
    assert states() == ["hidden", "shown", "shown"]
    assert 'class="undo"' not in run(client, LIST, "hide", notes[0]).text


def test_undoing_twice_does_nothing_more(client, notes):
    page = run(client, LIST, "hide", *notes)
    press_undo(client, page)
    Note.objects.update(state="lost")
    assert "Undone for 0 of 3" in press_undo(client, page).text
    assert states() == ["lost"] * 3


def test_it_stands_in_the_history(client, notes, editor):
    press_undo(client, run(client, LIST, "hide", notes[0]))
    said = [log.get_change_message() for log in LogEntry.objects.filter(object_id=notes[0].pk).order_by("pk")]
    assert said == ["Hide", "Undo: Hide"]


def test_after_ten_minutes_it_is_too_late(client, notes, monkeypatch):
    page = run(client, LIST, "hide", *notes)
    later = timezone.now() + timedelta(seconds=undo.AGE + 5)
    monkeypatch.setattr("django.core.signing.time.time", later.timestamp)
    page = press_undo(client, page)
    assert "It is too late to undo this." in page.text
    assert states() == ["hidden"] * 3


def test_it_is_for_whoever_did_it_alone(client, notes):
    page = run(client, LIST, "hide", *notes)
    other = browser_of(person("desk", "Dora Desk", is_staff=True, is_superuser=True))
    assert press_undo(other, page).status_code == 403
    assert press_undo(Client(), page).redirect_chain[0][0].startswith("/admin/login/")
    assert states() == ["hidden"] * 3


def test_who_may_no_longer_change_the_rows_undoes_nothing(notes):
    dora = person("desk", "Dora Desk", is_staff=True)
    dora.user_permissions.set(Permission.objects.filter(codename="change_note"))
    client = browser_of(dora)
    page = run(client, LIST, "hide", *notes)
    dora.user_permissions.clear()
    assert press_undo(client, page).status_code == 403
    assert states() == ["hidden"] * 3


def test_what_nobody_signed_is_a_bad_request_and_a_link_does_nothing(client, notes):
    for sent in "", "x", signing.dumps({"person": 1}, salt="another"):
        assert client.post("/admin/undo/", {"sent": sent}).status_code == 400
    assert client.get("/admin/undo/").status_code == 405


def test_a_form_of_another_site_undoes_nothing(notes, editor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    assert client.post("/admin/undo/", {"sent": "x"}).status_code == 403


def test_more_rows_than_a_message_can_carry_are_changed_without_a_way_back(client, notes, monkeypatch):
    monkeypatch.setattr("realtime.desk.undo.MOST", 2)
    page = run(client, LIST, "hide", *notes)
    assert "3 notes changed." in page.text
    assert 'class="undo"' not in page.text
