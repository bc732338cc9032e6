"""Two editors, one entry: a form that has been open for a while never overwrites what came after it."""

import json
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from liveblog.models import Entry, LiveBlog
from realtime.tests.desk import browser_of, form_of

from .newsroom import run


@pytest.fixture
def mine(carol):
    return browser_of(carol)


@pytest.fixture
def theirs(editor):
    return browser_of(editor)


@pytest.fixture
def entry(post):
    return post("As it was", headline="Start")


@pytest.mark.parametrize(
    ("action", "label", "stored"),
    [
        ("retract", "State", {"state": "retracted"}),
        ("pin", "Pinned", {"pinned": True}),
        ("mark_as_key_event", "Key event", {"key_event": True}),
    ],
)
def test_what_a_colleague_alone_has_changed_is_kept_and_said(mine, theirs, entry, action, label, stored):
    form = form_of(mine, entry)
    run(theirs, action, entry)
    page = mine.get(form.save(body="Mine")["Location"])
    assert f"What they alone changed was kept: {label}." in page.text
    assert Entry.objects.filter(body="Mine", **stored).get() == entry
    assert json.loads(LogEntry.objects.latest("pk").change_message) == [{"changed": {"fields": ["Body"]}}]


def test_it_is_kept_where_the_rest_is_in_conflict_as_well(mine, theirs, entry):
    form = form_of(mine, entry)
    form_of(theirs, entry).save(body="Theirs", pinned="on")
    assert form.save(body="Mine").status_code == 200
    assert form.conflicts == {"Body": ("Theirs", "Mine")}
    assert "What they alone changed was kept: Pinned." in form.page.text
    assert form.fields["pinned"] is True
    assert form.save().status_code == 302
    assert Entry.objects.get(body="Mine").pinned


def test_what_was_kept_can_be_changed_where_it_is_shown(mine, theirs, entry):
    form = form_of(mine, entry)
    form_of(theirs, entry).save(body="Theirs", pinned="on")
    form.save(body="Mine")
    assert form.save(pinned=None).status_code == 302
    assert not Entry.objects.get(body="Mine").pinned


def test_a_field_that_is_wrong_keeps_nobody_from_seeing_what_was_kept(mine, theirs, entry):
    form = form_of(mine, entry)
    form_of(theirs, entry).save(headline="Theirs")
    assert form.save(body="x" * 20_001).status_code == 200
    assert form.fields["headline"] == "Theirs"
    assert form.save(body="Mine").status_code == 302
    assert Entry.objects.get().headline == "Theirs"


def test_what_was_retracted_meanwhile_is_not_published_again_by_an_edit(client, mine, theirs, entry):
    form = form_of(mine, entry)
    run(theirs, "retract", entry)
    form.save(headline="Better")
    assert "As it was" not in client.get("/liveblog/regatta/").text


def test_a_colleague_who_came_and_went_is_no_conflict(mine, theirs, entry):
    form = form_of(mine, entry)
    run(theirs, "pin", entry)
    run(theirs, "unpin", entry)
    page = mine.get(form.save(headline="Better")["Location"])
    assert "A colleague" not in page.text


def test_what_was_typed_for_a_deleted_entry_is_not_lost(mine, entry, liveblog):
    form = form_of(mine, entry)
    entry.delete()
    form.save(body="Typed for an hour", key_event="on")
    assert "A colleague has deleted this meanwhile" in form.page.text
    assert not Entry.objects.exists()
    assert form.fields["body"] == "Typed for an hour"
    assert form.fields["key_event"]
    form.path = form.page.context["form_url"]
    assert form.save().status_code == 302
    anew = Entry.objects.get()
    assert (anew.body, anew.key_event, anew.state, anew.liveblog) == ("Typed for an hour", True, "published", liveblog)


def test_a_live_blog_is_guarded_the_same_way(mine, theirs, liveblog):
    form = form_of(mine, liveblog)
    form_of(theirs, liveblog).save(state="ended")
    page = mine.get(form.save(title="Harbour regatta, day two")["Location"])
    assert "What they alone changed was kept: State, Ended at." in page.text
    liveblog.refresh_from_db()
    assert (liveblog.title, liveblog.state) == ("Harbour regatta, day two", LiveBlog.State.ENDED)
    assert liveblog.ended_at


def test_a_time_that_both_have_set_is_a_conflict_and_shown_as_such(mine, theirs, liveblog):
    form = form_of(mine, liveblog)
    form_of(theirs, liveblog).save(starts_at_0="2026-01-01", starts_at_1="10:00:00")
    assert form.save(starts_at_0="2026-01-02", starts_at_1="10:00:00").status_code == 200
    assert form.conflicts == {"Starts at": ("Jan. 1, 2026, 10 a.m.", "Jan. 2, 2026, 10 a.m.")}
    assert form.save().status_code == 302
    liveblog.refresh_from_db()
    assert liveblog.starts_at.day == 2


def test_what_was_typed_for_a_deleted_live_blog_is_not_lost(mine, liveblog):
    LiveBlog.objects.update(starts_at=liveblog.starts_at - timedelta(days=1))
    form = form_of(mine, liveblog)
    starts_at = liveblog.starts_at - timedelta(days=1)
    liveblog.delete()
    form.save(title="Harbour regatta, day two")
    form.path = form.page.context["form_url"]
    assert form.save().status_code == 302
    anew = LiveBlog.objects.get()
    assert (anew.title, anew.starts_at) == ("Harbour regatta, day two", starts_at.replace(microsecond=0))
