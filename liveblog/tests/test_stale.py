"""Two editors, one entry: a form that has been open for a while never overwrites what came after it."""

from datetime import timedelta

import pytest

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


def test_the_second_save_does_not_overwrite_but_shows_both_versions(mine, theirs, entry):
    form = form_of(mine, entry)
    form_of(theirs, entry).save(body="Theirs")
    assert form.save(body="Mine").status_code == 200
    entry.refresh_from_db()
    assert entry.body == "Theirs"
    assert form.conflicts == {"Body": ("Theirs", "Mine")}
    assert "A colleague has saved this meanwhile" in form.page.text
    assert "<td>Theirs</td><td>Mine</td>" in form.page.text
    assert form.fields["body"] == "Mine"  # nothing of what was typed is lost


def test_saving_again_keeps_yours(mine, theirs, entry):
    form = form_of(mine, entry)
    form_of(theirs, entry).save(body="Theirs")
    form.save(body="Mine")
    assert form.save().status_code == 302
    entry.refresh_from_db()
    assert entry.body == "Mine"


def test_a_third_version_is_shown_again(mine, theirs, entry):
    form = form_of(mine, entry)
    form_of(theirs, entry).save(body="Theirs")
    form.save(body="Mine")
    form_of(theirs, entry).save(body="Theirs again")
    assert form.save().status_code == 200
    assert form.conflicts == {"Body": ("Theirs again", "Mine")}


@pytest.mark.parametrize(
    ("action", "label", "seen"),
    [
        ("retract", "State", ("Retracted", "Published")),
        ("pin", "Pinned", None),
        ("mark_as_key_event", "Key event", None),
    ],
)
def test_an_action_of_a_colleague_is_not_undone(mine, theirs, entry, action, label, seen):
    form = form_of(mine, entry)
    run(theirs, action, entry)
    assert form.save(body="Mine").status_code == 200
    assert form.conflicts.keys() == {"Body", label}
    assert form.conflicts[label] == seen or seen is None
    entry.refresh_from_db()
    assert (entry.body, entry.is_shown) == ("As it was", action != "retract")


def test_what_was_retracted_meanwhile_is_not_published_again_by_an_edit(client, mine, theirs, entry):
    form = form_of(mine, entry)
    run(theirs, "retract", entry)
    form.save(headline="Better")
    assert "As it was" not in client.get("/liveblog/regatta/").text


def test_any_write_path_counts(mine, entry):
    form = form_of(mine, entry)
    Entry.objects.filter(pk=entry.pk).update(byline="From the shell")
    assert form.save(body="Mine").status_code == 200
    assert form.conflicts["Byline"] == ("From the shell", "–")


def test_a_form_without_its_fingerprint_is_stale(mine, entry):
    form = form_of(mine, entry)
    assert form.save(body="Mine", seen=None).status_code == 200
    assert form.conflicts == {"Body": ("As it was", "Mine")}


def test_both_may_write_the_same(mine, theirs, entry):
    form = form_of(mine, entry)
    form_of(theirs, entry).save(body="The same")
    assert form.save(body="The same").status_code == 302


def test_a_colleague_who_came_and_went_is_no_conflict(mine, theirs, entry):
    form = form_of(mine, entry)
    run(theirs, "pin", entry)
    run(theirs, "unpin", entry)
    assert form.save(headline="Better", body="As it was").status_code == 200
    assert form.conflicts == {"Headline": ("Start", "Better")}
    assert form.save().status_code == 302


def test_a_field_that_is_wrong_is_compared_as_well(mine, theirs, entry):
    form = form_of(mine, entry)
    form_of(theirs, entry).save(body="Theirs")
    assert form.save(body="").status_code == 200
    assert "body" in form.errors
    assert form.conflicts["Body"][0] == "Theirs"


def test_two_saves_one_after_the_other_in_the_same_form_are_fine(mine, entry):
    for body in "One", "Two":
        form = form_of(mine, entry)
        assert form.save("_continue", body=body).status_code == 302
    entry.refresh_from_db()
    assert entry.body == "Two"


def test_other_entries_are_no_conflict(mine, entry, post):
    form = form_of(mine, entry)
    post("Another one")
    assert form.save(body="Mine").status_code == 302


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
    assert form.save(title="Harbour regatta, day two").status_code == 200
    assert form.conflicts.keys() == {"Title", "State", "Ended at"}
    liveblog.refresh_from_db()
    assert (liveblog.title, liveblog.state) == ("Harbour regatta", LiveBlog.State.ENDED)
    assert form.save().status_code == 302


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
