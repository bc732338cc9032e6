"""An entry that is sent twice, by a nervous finger or from the browser's history, is there once."""

from threading import Thread

import pytest
from django.db import connection

from liveblog.models import Entry, LiveBlog
from realtime.models import Submission
from realtime.tests.desk import Form, browser_of

from .newsroom import ENTRIES

ADD = f"{ENTRIES}add/"
SAID = "This was saved when the form was first sent, and not a second time."


@pytest.fixture
def mine(carol):
    return browser_of(carol)


@pytest.fixture
def form(mine, liveblog):
    return Form(mine, ADD)


@pytest.mark.parametrize("button", ["_save", "_continue", "_addanother"])
def test_a_form_that_is_sent_twice_adds_once_and_answers_alike(form, head, button):
    first = form.save(button, body="They are off.", state="published")
    before = head()
    second = form.save(button)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Entry.objects.count() == 1
    assert head() == before


def test_what_was_changed_after_the_first_time_is_said_not_to_be_saved(mine, form):
    form.save(body="They are off.")
    page = mine.get(form.save(body="They are all off.")["Location"])
    assert SAID in page.text
    assert Entry.objects.get().body == "They are off."
    assert f"{ENTRIES}{Entry.objects.get().pk}/change/" in page.text


def test_a_form_with_errors_is_not_used_up(form):
    assert form.save(body="").status_code == 200
    assert not Submission.objects.exists()
    assert form.save(body="They are off.").status_code == 302
    assert Entry.objects.count() == 1


def test_every_form_that_is_opened_adds_anew(mine, liveblog):
    for _ in range(2):
        Form(mine, ADD).save(body="The same.")
    assert Entry.objects.count() == 2


def test_a_token_is_good_in_its_own_form_alone(mine, form):
    form.save(body="They are off.")
    live = Form(mine, "/admin/liveblog/liveblog/add/")
    live.save(title="Other", slug="other", once=form.fields["once"])
    assert LiveBlog.objects.filter(slug="other").exists()


@pytest.mark.parametrize("token", ["\0", "x" * 100_000, None])
def test_what_is_no_token_of_ours_adds_as_well(form, token):
    assert form.save(body="They are off.", once=token).status_code == 302
    assert Entry.objects.count() == 1


def test_what_it_made_may_be_gone(mine, form):
    form.save(body="They are off.")
    Entry.objects.all().delete()
    page = mine.get(form.save()["Location"], follow=True)
    assert SAID in page.text
    assert "Perhaps it was deleted?" in page.text
    assert not Entry.objects.exists()


def test_a_form_in_a_window_of_its_own_hands_over_what_it_made_again(editor):
    path = "/admin/liveblog/liveblog/add/?_popup=1"
    form = Form(browser_of(editor), path)
    fields = {**form.fields, "title": "Quay", "slug": "quay", "_popup": "1", "_save": "1"}
    first, second = (form.client.post(path, fields).context["popup_response_data"] for _ in range(2))
    assert first == second
    assert LiveBlog.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_click_while_the_first_is_under_way_waits_for_it(carol, form, monkeypatch):
    again = browser_of(carol)
    save, answers = Entry.save, []

    def click():
        answers.append(again.post(ADD, {**form.fields, "_continue": "1"}))
        connection.close()

    second = Thread(target=click)

    def saving(entry, **kwargs):
        monkeypatch.setattr(Entry, "save", save)
        second.start()
        second.join(0.3)
        assert second.is_alive()
        save(entry, **kwargs)

    monkeypatch.setattr(Entry, "save", saving)
    first = form.save("_continue", body="They are off.")
    second.join()
    assert [answer["Location"] for answer in answers] == [first["Location"]]
    assert Entry.objects.count() == 1
