"""Tombstones are forgotten, streams are deleted, made again and restored: no cursor is mistaken for another's."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from realtime.models import Stream, Submission, Tombstone
from realtime.streams import Changes, Reset, heads, prune, read, reading, statements

from .board.models import Board

pytestmark = pytest.mark.django_db


@pytest.fixture
def later():
    return timezone.now() + timedelta(hours=1)


def own(board):
    return read({board.stream: None})[board.stream].items


def test_deletions_are_forgotten_and_older_cursors_take_the_page_again(board, note, reader, later):
    note.delete()
    board.notes.create(text="new")
    head = heads([board.stream])[board.stream]
    assert prune(board.stream, later) == 1
    assert not Tombstone.objects.exists()
    assert read({board.stream: head - 2}) == {board.stream: Reset(head, own(board))}  # it does not know of the deletion
    [item] = read({board.stream: head - 1})[board.stream].items  # this one does
    assert item.version == head


def test_deletions_that_are_recent_are_kept(board, note, reader):
    reader.load()
    item_id = note.item_id
    note.delete()
    assert prune(board.stream, timezone.now() - timedelta(days=30)) == 0
    assert reader.news() == [{item_id: None}]


def test_a_stream_without_deletions_keeps_all_its_cursors(board, note, reader, later):
    assert prune(board.stream, later) == 0
    assert [item.id for item in read({board.stream: note.version - 1})[board.stream].items] == [note.item_id]


def test_an_item_retracted_long_ago_is_still_removed(board, note, reader, later):
    reader.load()
    note.state = "retracted"
    note.save()
    prune(board.stream, later)
    assert reader.news() == [{note.item_id: None}]


def test_pruning_raises_and_announces_nothing(board, note, later, announced):
    note.delete()
    announced.clear()
    before = heads([board.stream])
    assert prune(board.stream, later) == 1
    assert (heads([board.stream]), announced) == (before, [])


def test_pruning_a_stream_that_is_gone_does_not_bring_it_back(db, later):
    assert prune("testboard.4711", later) == 0
    assert heads(["testboard.4711"]) == {}


@pytest.mark.parametrize("before", ["states_and_graves", "rows_in"])
def test_a_prune_while_a_cursor_is_read_hides_no_deletion(before, board, note, reader, later, monkeypatch):
    item_id = note.item_id
    note.delete()

    def racing(*args):
        monkeypatch.setattr(reading, before, real)
        assert prune(board.stream, later) == 1
        return real(*args)

    real = getattr(reading, before)
    monkeypatch.setattr(reading, before, racing)
    answer = read({board.stream: reader.version})[board.stream]
    if before == "states_and_graves":  # it is too late to tell what went
        assert answer == Reset(reader.version + 1, own(board))
    else:
        assert [item.id for item in answer.items] == [item_id]


def test_the_command_prunes_every_stream(board, other, capsys):
    for each in (board, other):
        each.notes.create(text="old").delete()
    call_command("prune", "--days=1")
    assert Tombstone.objects.count() == 2
    call_command("prune", "--days=-1")
    assert not Tombstone.objects.exists()
    assert "Forgot 2 deletions" in capsys.readouterr().out


def test_the_command_forgets_which_forms_were_sent(db):
    Submission.objects.create(key="x", made="1")
    call_command("prune", "--days=1")
    assert Submission.objects.exists()
    call_command("prune", "--days=-1")
    assert not Submission.objects.exists()


@pytest.fixture
def an_hour_later(monkeypatch):
    now = statements.now_ms() + 3_600_000
    monkeypatch.setattr(statements, "now_ms", lambda: now)


def test_a_new_stream_starts_at_the_time_in_milliseconds(db):
    before = statements.now_ms()
    board = Board.objects.create(title="Quay")
    stream = Stream.objects.get(name=board.stream)
    assert before <= stream.horizon <= statements.now_ms()
    assert stream.head == stream.horizon + 1 == board.version


def test_a_cursor_of_a_deleted_stream_is_a_reset_in_one_made_again_by_its_name(board, request):
    old = board.notes.create(text="old").version
    pk = board.pk
    board.delete()
    request.getfixturevalue("an_hour_later")
    again = Board.objects.create(pk=pk, title="Quay")
    assert read({again.stream: old}) == {again.stream: Reset(again.version, own(again))}
    assert read({again.stream: again.version}) == {again.stream: Changes(again.version, again.version, [])}


def test_a_cursor_from_before_a_backup_was_restored_is_a_reset(board, note):
    lost = note.version
    Stream.objects.filter(name=board.stream).update(head=lost - 1)
    assert read({board.stream: lost}) == {board.stream: Reset(lost - 1, own(board))}
