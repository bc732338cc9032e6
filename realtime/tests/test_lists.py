"""Rows that are changed in the admin's list: nobody's change is overwritten there, either."""

import pytest
from django.contrib.auth.models import Permission

from conftest import person
from realtime.streams import ItemQuerySet

from .board.models import Note
from .desk import Rows, browser_of, form_of, press_undo

LIST = "/admin/testboard/note/"


@pytest.fixture
def mine(db):
    return browser_of(person("desk", "Dora Desk", is_staff=True, is_superuser=True))


@pytest.fixture
def theirs(editor):
    return browser_of(editor)


@pytest.fixture
def notes(board):
    return [board.notes.create(text=str(number)) for number in range(3)]


def states():
    return list(Note.objects.order_by("pk").values_list("state", flat=True))


def test_rows_are_changed_in_the_list_as_one_change_for_readers(mine, notes, reader):
    reader.news()
    rows = Rows(mine, LIST)
    rows.type(notes[0], state="hidden")
    rows.type(notes[2], state="lost")
    assert "2 notes were changed successfully." in rows.save().text
    assert states() == ["hidden", "shown", "lost"]
    assert len(reader.news()) == 1


def test_what_was_changed_in_the_list_is_undone_but_for_what_a_colleague_changed_since(mine, theirs, notes, reader):
    rows = Rows(mine, LIST)
    rows.type(notes[0], state="hidden")
    rows.type(notes[2], state="lost")
    page = rows.save()
    form_of(theirs, notes[2]).save(state="kept back")
    reader.news()
    assert "Undone for 1 of 2" in press_undo(mine, page).text
    assert states() == ["shown", "shown", "kept back"]
    assert len(reader.news()) == 1


def test_what_a_colleague_changed_meanwhile_is_not_overwritten_by_what_nobody_touched(mine, theirs, notes):
    rows = Rows(mine, LIST)
    form_of(theirs, notes[0]).save(state="lost")
    rows.type(notes[1], state="hidden")
    assert "1 note was changed successfully." in rows.save().text
    assert states() == ["lost", "hidden", "shown"]


def test_of_a_row_that_both_have_changed_the_fields_of_the_list_alone_are_written(mine, theirs, notes):
    rows = Rows(mine, LIST)
    form_of(theirs, notes[0]).save(text="Theirs")
    rows.type(notes[0], state="hidden")
    rows.save()
    assert Note.objects.get(pk=notes[0].pk, state="hidden").text == "Theirs"


def test_what_a_colleague_saves_in_the_last_moment_is_not_overwritten_either(mine, notes, monkeypatch):
    """After the rows were looked for, and before their streams are locked."""
    rows, lock = Rows(mine, LIST), ItemQuerySet.lock

    def late(queryset):
        assert list(queryset)
        monkeypatch.setattr(ItemQuerySet, "lock", lock)
        Note.objects.filter(pk=notes[0].pk).update(text="Theirs", state="lost")
        lock(queryset)

    monkeypatch.setattr(ItemQuerySet, "lock", late)
    rows.type(notes[1], state="hidden")
    rows.save()
    assert states() == ["lost", "hidden", "shown"]
    rows = Rows(mine, LIST)
    monkeypatch.setattr(ItemQuerySet, "lock", late)
    rows.type(notes[0], state="found")
    rows.save()
    assert Note.objects.get(pk=notes[0].pk).text == "Theirs"


def test_of_what_both_have_changed_both_versions_are_shown_and_saving_again_keeps_yours(mine, theirs, notes):
    rows = Rows(mine, LIST)
    form_of(theirs, notes[0]).save(state="theirs")
    rows.type(notes[0], state="mine")
    page = rows.save()
    assert "A colleague has saved this meanwhile" in page.text
    assert "<td>theirs</td><td>mine</td>" in page.text
    assert states()[0] == "theirs"
    assert "1 note was changed successfully." in rows.save().text
    assert states()[0] == "mine"


def test_when_it_is_refused_each_row_stands_beside_its_form(mine, theirs, notes, board):
    rows = Rows(mine, LIST)
    form_of(theirs, notes[0]).save(state="theirs")
    board.notes.create(text="new")  # which is now the first of the list
    rows.type(notes[0], state="mine")
    changelist = rows.save().context["cl"]
    assert changelist.result_list == [form.instance for form in changelist.formset.forms]


def test_a_row_that_was_deleted_meanwhile_keeps_nobody_from_saving_the_others(mine, notes):
    rows = Rows(mine, LIST)
    rows.type(notes[0], state="lost")
    notes[0].delete()
    rows.type(notes[1], state="hidden")
    assert "1 note was changed successfully." in rows.save().text
    assert states() == ["hidden", "shown"]


def test_a_list_that_does_not_say_what_it_was_made_from_overwrites_nothing(mine, theirs, notes):
    rows = Rows(mine, LIST)
    rows.type(notes[0], state="mine", seen=None)
    assert "A colleague has saved this meanwhile" in rows.save().text
    assert states() == ["shown"] * 3


def test_who_may_only_view_has_nothing_to_change_in_the_list(notes):
    dora = person("desk", "Dora Desk", is_staff=True)
    dora.user_permissions.set(Permission.objects.filter(codename="view_note"))
    page = browser_of(dora).get(LIST)
    assert page.context["cl"].formset is None
    assert 'name="_save"' not in page.text


def test_what_deletes_is_the_last_of_the_actions(mine, notes):
    choices = mine.get(LIST).context["action_form"].fields["action"].choices
    assert [name for name, _label in choices if name] == ["hide", "delete_selected"]
