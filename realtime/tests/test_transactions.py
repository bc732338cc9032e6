"""What a transaction does with its streams: nothing if it fails, and nothing that could make it fail."""

import logging

import pytest
from django.db import transaction
from django.db.models.signals import pre_delete

from realtime.streams import heads, statement, statements

from .board.models import Board, Note, Person

WRITES = {
    "save": lambda board: Note(board=board, text="new").save(),
    "bulk_create": lambda board: Note.objects.bulk_create([Note(board=board, text="new")]),
    "update": lambda board: Note.objects.update(text="new"),
    "delete": lambda board: Note.objects.all().delete(),
    "own stream": lambda board: Board.objects.create(title="Quay"),
    "cascade": lambda board: Person.objects.all().delete(),
}


class Undone(Exception):
    pass


def undo(write, *args):
    """Write in a transaction, or a savepoint, and roll it back."""
    try:
        with transaction.atomic():
            write(*args)
            raise Undone
    except Undone:
        pass


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_transaction_that_is_rolled_back_raises_and_announces_nothing(write, announced, board, follow):
    board.notes.create(text="old", author=Person.objects.create())
    reader, index = follow(board.stream), follow("testboards")
    announced.clear()
    undo(write, board)
    assert announced == []
    assert reader.news() == index.news() == []
    assert heads([board.stream, "testboards"]) == {board.stream: reader.version, "testboards": index.version}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_savepoint_that_is_rolled_back_raises_and_announces_nothing(write, announced, board, follow):
    note = board.notes.create(text="old", author=Person.objects.create())
    reader, index = follow(board.stream), follow("testboards")
    announced.clear()
    with transaction.atomic():
        undo(write, board)
        note.save()
    assert announced == [{board.stream: reader.version + 1}]
    assert reader.news() == [{note.item_id: "old"}]
    assert index.news() == []


def test_a_statement_that_fails_raises_and_announces_nothing(announced, note, reader):
    reader.load()
    announced.clear()
    with pytest.raises(Exception, match=r"(?i)unique|constraint"):
        Note.objects.bulk_create([Note(board=note.board, text="new"), Note(pk=note.pk, board=note.board)])
    assert announced == []
    assert reader.news() == []


def test_a_commit_announces_the_latest_heads_once(announced, board, reader):
    announced.clear()
    with transaction.atomic():
        board.notes.create(text="one")
        board.notes.create(text="two")
        assert announced == []
    assert announced == [{board.stream: reader.version + 2}]


def test_a_cascade_is_announced_once(announced, board, other, reader, follow):
    person = Person.objects.create()
    Note.objects.bulk_create(Note(board=each, author=person, text="old") for each in (board, board, other))
    reader.load()
    announced.clear()
    person.delete()
    assert announced == [heads([board.stream, other.stream])]


def test_a_cascade_that_is_undone_and_done_again_has_a_version_of_its_own(threads, board, reader):
    person = Person.objects.create()
    note = board.notes.create(text="old", author=person)
    undo(person.delete)
    threads(lambda: board.notes.create(text="meanwhile")).result()
    reader.load()
    person.pk = note.author_id
    person.delete()
    assert reader.news() == [{note.item_id: None}]


def test_a_statement_that_was_rolled_back_is_not_resumed(threads, board):
    def raise_head():
        with statement([board.stream], origin=board) as versions:
            versions.next(board.stream)

    undo(raise_head)
    threads(lambda: board.notes.create(text="meanwhile")).result()
    before = heads([board.stream])[board.stream]
    raise_head()
    assert heads([board.stream]) == {board.stream: before + 1}


def test_writes_between_the_rows_of_a_cascade_keep_their_versions(announced, board, reader):
    """A handler of the cascade writes to the same stream: no version may be given twice, and no head may fall."""
    person = Person.objects.create()
    Note.objects.bulk_create(Note(board=board, author=person, text="old") for _ in range(3))
    reader.load()

    def log_it(instance, **kwargs):
        board.notes.create(text=f"{instance} goes")

    pre_delete.connect(log_it, sender=Note)
    try:
        person.delete()
    finally:
        pre_delete.disconnect(log_it, sender=Note)
    news = reader.news()
    assert sum(len(version) for version in news) == 6
    assert reader.version == heads([board.stream])[board.stream] == max(reader.versions)
    assert reader.news() == []


def test_a_draft_is_announced_to_nobody(announced, board):
    announced.clear()
    draft = board.notes.create(text="new", state="draft")
    draft.delete()
    assert announced == []


def test_an_announcement_that_fails_does_not_reach_the_writer(board, transactional_db, monkeypatch, caplog):
    monkeypatch.setattr("realtime.hub.hub.broadcast_once", lambda heads: 1 / 0)
    done = []
    with caplog.at_level(logging.ERROR), transaction.atomic():
        board.notes.create(text="new")
        transaction.on_commit(lambda: done.append("the next callback"))
    assert done == ["the next callback"]
    assert "ZeroDivisionError" in caplog.text
    assert Note.objects.get().text == "new"


def test_a_statement_inside_a_statement_is_part_of_it(announced, board, reader):
    announced.clear()
    with statement([board.stream]):
        board.notes.create(text="one")
        board.notes.create(text="two")
    assert [len(version) for version in reader.news()] == [2]
    assert announced == [{board.stream: reader.version}]


def test_locking_a_stream_raises_nothing(announced, board):
    announced.clear()
    before = heads([board.stream])
    with transaction.atomic():
        statements.lock(board.stream, "testboards")
    assert (heads([board.stream]), announced) == (before, [])
