"""When the database does not take what an editor sent: a sentence, and the form with what they typed."""

import sqlite3

import pytest
from django.db import OperationalError, connection

from liveblog.models import Entry, LiveBlog
from realtime.tests.desk import Form, browser_of, form_of, run

ADD = "/admin/liveblog/entry/add/"


@pytest.fixture
def mine(carol):
    return browser_of(carol)


@pytest.fixture
def locked(transactional_db):
    """SQLite's one write lock, held by somebody else for as long as the test."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL locks rows")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=50")
    other = sqlite3.connect(connection.settings_dict["NAME"])

    def hold():
        other.execute("BEGIN IMMEDIATE")

    yield hold
    other.rollback()
    other.close()
    connection.close()


def test_an_entry_that_meets_a_locked_database_is_still_in_its_form(carol, liveblog, locked):
    form = Form(browser_of(carol), ADD)
    locked()
    answer = form.save(liveblog=liveblog.pk, body="They are off", headline="Start")
    assert answer.status_code == 200
    assert "the database is busy at the moment" in answer.text
    assert (form.fields["body"], form.fields["headline"]) == ("They are off", "Start")
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_so_is_a_change_and_saving_again_stores_it(mine, post, monkeypatch):
    entry = post("As it was")
    form = form_of(mine, entry)
    save = Entry.save

    def deadlock(self, **kwargs):
        monkeypatch.setattr(Entry, "save", save)
        raise OperationalError("deadlock detected")

    monkeypatch.setattr(Entry, "save", deadlock)
    assert "save again" in form.save(body="Mine").text
    assert form.save().status_code == 302
    entry.refresh_from_db()
    assert entry.body == "Mine"


@pytest.mark.django_db(transaction=True)
def test_an_address_that_another_takes_meanwhile_is_told_to_be_taken(editor, monkeypatch):
    form = Form(browser_of(editor), "/admin/liveblog/liveblog/add/")
    save = LiveBlog.save

    def beaten(self, **kwargs):
        monkeypatch.setattr(LiveBlog, "save", save)
        LiveBlog.objects.create(title="Theirs", slug=self.slug)
        return save(self, **kwargs)

    monkeypatch.setattr(LiveBlog, "save", beaten)
    # Their commit and ours are one transaction here: when it goes back, so does theirs, and only the sentence is left.
    assert "somebody else has just saved" in form.save(title="Mine", slug="regatta").text
    assert form.fields["title"] == "Mine"


@pytest.mark.django_db(transaction=True)
def test_actions_and_deletions_say_so_in_a_sentence(mine, post, monkeypatch):
    entry = post("Stays")

    def locked(*args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr("liveblog.models.EntryQuerySet.update", locked)
    monkeypatch.setattr(Entry, "delete", locked)
    said = run(mine, "/admin/liveblog/entry/", "retract", entry)
    assert "Nothing was saved: the database is busy" in said.text
    said = mine.post(f"/admin/liveblog/entry/{entry.pk}/delete/", {"post": "yes"}, follow=True)
    assert "Nothing was saved: the database is busy" in said.text
    assert Entry.objects.get().is_shown
