"""Two editors, one row: a form that has been open for a while never overwrites what came after it."""

import json

import pytest
from django.contrib.admin.models import LogEntry

from conftest import person

from .board.models import Note
from .desk import browser_of, form_of, run

LIST = "/admin/testboard/note/"


@pytest.fixture
def mine(db):
    return browser_of(person("desk", "Dora Desk", is_staff=True, is_superuser=True))


@pytest.fixture
def theirs(editor):
    return browser_of(editor)


def test_the_second_save_does_not_overwrite_but_shows_both_versions(mine, theirs, note):
    form = form_of(mine, note)
    form_of(theirs, note).save(text="Theirs")
    assert form.save(text="Mine").status_code == 200
    note.refresh_from_db()
    assert note.text == "Theirs"
    assert form.conflicts == {"Text": ("Theirs", "Mine")}
    assert "A colleague has saved this meanwhile" in form.page.text
    assert "<td>Theirs</td><td>Mine</td>" in form.page.text
    assert form.fields["text"] == "Mine"  # nothing of what was typed is lost


def test_saving_again_keeps_yours(mine, theirs, note):
    form = form_of(mine, note)
    form_of(theirs, note).save(text="Theirs")
    form.save(text="Mine")
    assert form.save().status_code == 302
    note.refresh_from_db()
    assert note.text == "Mine"


def test_a_third_version_is_shown_again(mine, theirs, note):
    form = form_of(mine, note)
    form_of(theirs, note).save(text="Theirs")
    form.save(text="Mine")
    form_of(theirs, note).save(text="Theirs again")
    assert form.save().status_code == 200
    assert form.conflicts == {"Text": ("Theirs again", "Mine")}


def test_what_a_colleague_alone_has_changed_is_kept_and_said(mine, theirs, note):
    form = form_of(mine, note)
    run(theirs, LIST, "hide", note)
    page = mine.get(form.save(text="Mine")["Location"])
    assert "What they alone changed was kept: State." in page.text
    assert Note.objects.filter(text="Mine", state="hidden").get() == note
    assert json.loads(LogEntry.objects.latest("pk").change_message) == [{"changed": {"fields": ["Text"]}}]


def test_it_is_kept_where_the_rest_is_in_conflict_as_well_and_can_be_changed_there(mine, theirs, note):
    form = form_of(mine, note)
    form_of(theirs, note).save(text="Theirs", state="hidden")
    assert form.save(text="Mine").status_code == 200
    assert form.conflicts == {"Text": ("Theirs", "Mine")}
    assert "What they alone changed was kept: State." in form.page.text
    assert form.fields["state"] == "hidden"
    assert form.save(state="shown").status_code == 302
    assert Note.objects.get(text="Mine").state == "shown"


def test_a_field_that_is_wrong_is_compared_as_well_and_hides_nothing_that_was_kept(mine, theirs, note):
    form = form_of(mine, note)
    form_of(theirs, note).save(text="Theirs", state="hidden")
    assert form.save(text="").status_code == 200
    assert "text" in form.errors
    assert form.conflicts["Text"][0] == "Theirs"
    assert form.fields["state"] == "hidden"


def test_any_write_path_counts(mine, note):
    form = form_of(mine, note)
    Note.objects.filter(pk=note.pk).update(text="From the shell")
    assert form.save(text="Mine").status_code == 200
    assert form.conflicts == {"Text": ("From the shell", "Mine")}


def test_a_form_that_does_not_say_what_it_was_made_from_is_stale(mine, note):
    form = form_of(mine, note)
    assert form.save(text="Mine", seen=None).status_code == 200
    assert form.conflicts == {"Text": ("old", "Mine")}


def test_both_may_write_the_same(mine, theirs, note):
    form = form_of(mine, note)
    form_of(theirs, note).save(text="The same")
    assert form.save(text="The same").status_code == 302


def test_a_colleague_who_came_and_went_is_no_conflict(mine, theirs, note):
    form = form_of(mine, note)
    run(theirs, LIST, "hide", note)
    form_of(theirs, note).save(state="shown")
    page = mine.get(form.save(text="Better")["Location"])
    assert "A colleague" not in page.text


def test_two_saves_one_after_the_other_in_the_same_form_are_fine(mine, note):
    for text in "One", "Two":
        form = form_of(mine, note)
        assert form.save("_continue", text=text).status_code == 302
    note.refresh_from_db()
    assert note.text == "Two"


def test_other_rows_are_no_conflict(mine, note, board):
    form = form_of(mine, note)
    board.notes.create(text="Another one")
    assert form.save(text="Mine").status_code == 302


def test_what_was_typed_for_a_deleted_row_is_not_lost(mine, note, board):
    form = form_of(mine, note)
    note.delete()
    form.save(text="Typed for an hour")
    assert "A colleague has deleted this meanwhile" in form.page.text
    assert not Note.objects.exists()
    assert form.fields["text"] == "Typed for an hour"
    form.path = form.page.context["form_url"]
    assert form.save(board=board.pk).status_code == 302
    assert Note.objects.get().text == "Typed for an hour"


def test_readers_get_what_was_saved_and_nothing_of_what_was_refused(mine, theirs, note, reader):
    form = form_of(mine, note)
    form_of(theirs, note).save(text="Theirs")
    form.save(text="Mine")
    assert reader.news() == [{note.item_id: "Theirs"}]
    form.save()
    assert reader.news() == [{note.item_id: "Mine"}]
