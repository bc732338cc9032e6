"""Whatever way a row is written, readers learn of it: one statement, one version."""

import pytest
from asgiref.sync import async_to_sync
from django.contrib.admin import ModelAdmin, site
from django.http import HttpRequest

from realtime.streams import heads

from .board.models import Board, Note, Person

pytestmark = pytest.mark.django_db


def wait(method, *args, **kwargs):
    async def call():
        await method(*args, **kwargs)

    async_to_sync(call)()


def edit(note, **fields):
    for name, value in fields.items():
        setattr(note, name, value)
    return note


CREATIONS = {
    "save": lambda board: Note(board=board, text="new").save(),
    "asave": lambda board: wait(Note(board=board, text="new").asave),
    "create": lambda board: Note.objects.create(board=board, text="new"),
    "acreate": lambda board: wait(Note.objects.acreate, board=board, text="new"),
    "get_or_create": lambda board: Note.objects.get_or_create(board=board, text="new"),
    "update_or_create": lambda board: Note.objects.update_or_create(board=board, defaults={"text": "new"}),
    "bulk_create": lambda board: Note.objects.bulk_create([Note(board=board, text="new")]),
    "abulk_create": lambda board: wait(Note.objects.abulk_create, [Note(board=board, text="new")]),
    "related create": lambda board: board.notes.create(text="new"),
    "related add": lambda board: board.notes.add(Note(text="new"), bulk=False),
    "a given primary key": lambda board: Note(pk=4711, board=board, text="new").save(force_insert=True),
}

EDITS = {
    "save": lambda note: edit(note, text="new").save(),
    "save of some fields": lambda note: edit(note, text="new").save(update_fields=["text"]),
    "save of a deferred row": lambda note: edit(Note.objects.only("pk").get(pk=note.pk), text="new").save(),
    "asave": lambda note: wait(edit(note, text="new").asave),
    "update": lambda note: Note.objects.filter(pk=note.pk).update(text="new"),
    "aupdate": lambda note: wait(Note.objects.filter(pk=note.pk).aupdate, text="new"),
    "update of what it searches": lambda note: Note.objects.filter(text="old").update(text="new"),
    "related update": lambda note: note.board.notes.update(text="new"),
    "bulk_update": lambda note: Note.objects.bulk_update([edit(note, text="new")], ["text"]),
    "update_or_create": lambda note: Note.objects.update_or_create(pk=note.pk, defaults={"text": "new"}),
    "aupdate_or_create": lambda note: wait(Note.objects.aupdate_or_create, pk=note.pk, defaults={"text": "new"}),
}

REMOVALS = {
    "delete": lambda note: note.delete(),
    "adelete": lambda note: wait(note.adelete),
    "queryset delete": lambda note: Note.objects.filter(text="old").delete(),
    "queryset adelete": lambda note: wait(Note.objects.filter(text="old").adelete),
    "related delete": lambda note: note.board.notes.all().delete(),
    "the admin's delete selected": lambda note: ModelAdmin(Note, site).delete_queryset(
        HttpRequest(), Note.objects.all()
    ),
    "cascade": lambda note: (Note.objects.update(author=Person.objects.create()), Person.objects.get().delete()),
    "retract by save": lambda note: edit(note, state="retracted").save(),
    "retract by update": lambda note: Note.objects.update(state="retracted"),
}


@pytest.mark.parametrize("write", CREATIONS.values(), ids=CREATIONS)
def test_a_new_item_reaches_readers_in_one_version(write, board, reader):
    head = reader.version
    write(board)
    assert reader.news() == [{Note.objects.get().item_id: "new"}]
    assert reader.version == head + 1


@pytest.mark.parametrize("write", EDITS.values(), ids=EDITS)
def test_an_edit_reaches_readers_in_one_version(write, note, reader):
    reader.load()
    head = reader.version
    write(note)
    assert reader.news() == [{note.item_id: "new"}]
    assert reader.version == head + 1


@pytest.mark.parametrize("write", REMOVALS.values(), ids=REMOVALS)
def test_a_removal_reaches_readers(write, note, reader):
    reader.load()
    item_id = note.item_id
    write(note)
    assert reader.news() == [{item_id: None}]


def test_a_saved_item_knows_its_version(note):
    assert note.version == Note.objects.get().version == heads([note.board.stream])[note.board.stream]
    Note.objects.bulk_create(notes := [Note(board=note.board, text="one"), Note(board=note.board, text="two")])
    assert {each.version for each in notes} == {note.version + 1}


def test_one_update_of_many_rows_is_one_version(board, reader):
    Note.objects.bulk_create(Note(board=board, text="old") for _ in range(600))  # over one query's primary keys
    reader.load()
    head = reader.version
    assert board.notes.filter(text="old", pk__gt=board.notes.first().pk + 200).update(text="new") == 399
    assert [len(version) for version in reader.news()] == [399]
    assert reader.version == head + 1


def test_one_statement_over_two_streams_is_one_version_of_each(board, other, note, reader, follow):
    other.notes.create(text="old")
    reader.load()
    far = follow(other.stream)
    before = (reader.version, far.version)
    assert Note.objects.update(text="new") == 2
    assert len(reader.news()) == len(far.news()) == 1
    assert (reader.version, far.version) == (before[0] + 1, before[1] + 1)


def test_a_row_that_comes_to_match_while_the_streams_are_locked_is_left_alone(note, other, monkeypatch):
    """Its stream's lock would be taken out of order."""
    found = Note.objects.filter(text="old")
    real = found._streams

    def racing():
        names = real()
        other.notes.create(text="old")
        return names

    monkeypatch.setattr(found, "_streams", racing)
    assert found.update(text="new") == 1
    assert other.notes.get().text == "old"


def test_bulk_methods_are_one_version_however_many_batches(board, reader):
    head = reader.version
    Note.objects.bulk_create([Note(board=board, text="old") for _ in range(9)], batch_size=4)
    assert [len(version) for version in reader.news()] == [9]
    Note.objects.bulk_update([edit(each, text="new") for each in board.notes.all()], ["text"], batch_size=4)
    assert [len(version) for version in reader.news()] == [9]
    assert reader.version == head + 2


def test_a_delete_of_many_rows_is_one_version(board, note, reader):
    board.notes.create(text="old")
    reader.load()
    head = reader.version
    board.notes.all().delete()
    assert [len(version) for version in reader.news()] == [2]
    assert reader.version == head + 1


def test_a_cascade_from_what_is_no_item_is_one_version(board, reader):
    person = Person.objects.create()
    Note.objects.bulk_create(Note(board=board, author=person, text="old") for _ in range(3))
    reader.load()
    head = reader.version
    person.delete()
    assert [len(version) for version in reader.news()] == [3]
    assert reader.version == head + 1


def test_an_item_of_two_streams_reaches_the_readers_of_both(board, reader, follow):
    index = follow("testboards")
    board.title = "Quay"
    board.save()
    assert reader.news() == index.news() == [{board.item_id: "Quay"}]
    assert (board.version, board.index_version) == (reader.version, index.version)


def test_a_deleted_board_leaves_the_index_and_takes_its_stream_along(board, note, follow):
    index = follow("testboards")
    item_id = board.item_id
    board.delete()
    assert index.news() == [{item_id: None}]
    assert heads([note.board.stream]) == {}


def test_a_cascade_over_boards_ends_their_streams(board, other, note, follow):
    person = Person.objects.create()
    Board.objects.update(owner=person)
    index = follow("testboards")
    person.delete()
    assert index.news() == [{board.item_id: None, other.item_id: None}]
    assert heads([board.stream, other.stream]) == {}


@pytest.mark.parametrize("write", [*EDITS.values(), *REMOVALS.values()], ids=[*EDITS, *REMOVALS])
def test_a_draft_that_was_never_shown_raises_nothing(write, board, reader):
    draft = board.notes.create(text="old", state="draft")
    write(draft)
    assert reader.version == heads([board.stream])[board.stream]


def test_a_draft_is_new_when_it_is_published_and_removed_when_it_is_a_draft_again(board, reader):
    draft = board.notes.create(text="news", state="draft")
    assert reader.news() == []
    edit(draft, state="shown").save()
    assert reader.news() == [{draft.item_id: "news"}]
    edit(draft, state="draft").save()
    assert reader.news() == [{draft.item_id: None}]
    edit(draft, text="corrected", state="shown").save()
    assert reader.news() == [{draft.item_id: "corrected"}]


def test_publishing_many_drafts_is_one_version(board, reader):
    Note.objects.bulk_create(Note(board=board, text="news", state="draft") for _ in range(3))
    Note.objects.update(state="shown")
    assert [len(version) for version in reader.news()] == [3]


def test_a_row_published_behind_an_instance_that_is_then_deleted_is_buried(board, reader):
    draft = board.notes.create(text="news", state="draft")
    Note.objects.update(state="shown")
    reader.load()
    item_id = draft.item_id
    draft.delete()  # the instance still says that it was never shown
    assert reader.news() == [{item_id: None}]


def test_an_item_deleted_and_made_again_by_its_key_is_shown(board, reader):
    Note.objects.create(pk=4711, board=board, text="first")
    reader.load()
    Note.objects.all().delete()
    Note.objects.create(pk=4711, board=board, text="again")
    assert reader.news() == [{"note-4711": "again"}]


@pytest.mark.parametrize(
    "move",
    [
        lambda note, other: edit(note, board=other).save(),
        lambda note, other: edit(note, board=other).save(update_fields=["board"]),
        lambda note, other: Note.objects.update(board=other),
        lambda note, other: Note.objects.update(board_id=other.pk),
        lambda note, other: Note.objects.bulk_update([edit(note, board=other)], ["board"]),
        lambda note, other: Note.objects.update_or_create(pk=note.pk, defaults={"board": other}),
        lambda note, other: other.notes.add(note),
    ],
    ids=["save", "save of some fields", "update", "update by id", "bulk_update", "update_or_create", "related add"],
)
def test_an_item_stays_in_its_stream_for_life(move, board, other, note, reader):
    reader.load()
    with pytest.raises(ValueError, match="stays in its stream for life"):
        move(note, other)
    assert Note.objects.get().board == board
    assert reader.news() == []


def test_giving_items_to_a_person_reaches_readers(note, reader):
    """Related managers write past a model's own manager, and so do the cascades that empty a column."""
    reader.load()
    person = Person.objects.create()
    person.notes.add(note)
    assert reader.news() == [{note.item_id: "old"}]
    person.notes.remove(note)
    assert reader.news() == [{note.item_id: "old"}]
    Note.objects.update(editor=person)
    reader.load()
    person.delete()
    assert reader.news() == [{note.item_id: "old"}]


def test_versions_are_not_written_by_hand(note):
    with pytest.raises(ValueError, match="version"):
        Note.objects.update(version=1)


@pytest.mark.parametrize("options", [{"ignore_conflicts": True}, {"update_conflicts": True}])
def test_bulk_create_with_conflicts_is_refused(options, board):
    with pytest.raises(ValueError, match="conflicts"):
        Note.objects.bulk_create([Note(board=board)], **options)


def test_an_update_that_matches_nothing_raises_nothing(note, reader):
    reader.load()
    assert Note.objects.filter(text="none").update(text="new") == 0
    assert Note.objects.none().update(text="new") == 0
    assert Note.objects.filter(text="none").delete()[0] == 0
    assert heads([reader.name]) == {reader.name: reader.version}
