"""What items used to say is kept, whichever way they are written."""

import pytest
from django.core.management import call_command

from realtime.models import Revision
from realtime.streams import versions_of, written_by

from .board.models import Note


@pytest.fixture(autouse=True)
def kept(monkeypatch):
    """Notes have a history of their text, in this file."""
    monkeypatch.setattr(Note, "history_fields", ("text",))


def texts(note):
    return [(version.fields["text"], version.person) for version in versions_of(note)]


def test_each_way_to_write_is_kept_with_who_did_it(board, alice):
    with written_by(alice):
        note = board.notes.create(text="created")
    note.text = "saved"
    note.save()
    Note.objects.filter(pk=note.pk).update(text="updated")
    note.text = "bulk"
    with written_by(alice):
        Note.objects.bulk_update([note], ["text"])
    assert texts(note) == [("bulk", alice), ("updated", None), ("saved", None), ("created", alice)]


def test_what_is_created_in_bulk_is_kept(board):
    notes = Note.objects.bulk_create([Note(board=board, text="one"), Note(board=board, text="two")])
    assert [texts(note) for note in notes] == [[("one", None)], [("two", None)]]


def test_very_many_rows_are_kept_too(board):
    Note.objects.bulk_create([Note(board=board, text="old") for _ in range(1_200)])
    Note.objects.update(text="new")
    assert Revision.objects.count() == 2_400


def test_what_changes_nothing_is_no_version(note):
    note.save()
    Note.objects.update(text=note.text)
    Note.objects.update(state="hidden")
    note.save(update_fields=["state"])
    assert texts(note) == [("old", None)]


def test_what_was_written_past_it_is_found_by_the_next_write(note, alice):
    Revision.objects.all().delete()  # as of a row that is older than its history
    with written_by(alice):
        Note.objects.update(text="new")
    assert texts(note) == [("new", alice), ("old", None)]


def test_a_deleted_rows_history_goes_with_the_next_pruning(note, board):
    stays = board.notes.create(text="stays")
    note.text = "new"
    note.save()
    note.delete()
    call_command("prune")
    assert [version.item for version in Revision.objects.all()] == [stays.item_id]


def test_a_person_who_is_deleted_leaves_no_name(note, alice):
    with written_by(alice):
        Note.objects.update(text="new")
    alice.delete()
    assert texts(note)[0] == ("new", None)


def test_kinds_without_a_history_pay_nothing(note, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(Note, "history_fields", ())
    Revision.objects.all().delete()
    Note.objects.update(text="new")
    assert not Revision.objects.exists()
