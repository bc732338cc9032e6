"""Writers at the same time, in threads with connections of their own: commit order is version order."""

import random
from contextlib import suppress
from itertools import count
from threading import Barrier

from django.db import IntegrityError, connection, transaction

from realtime.models import Stream
from realtime.streams import heads, statements

from .board.models import Board, Note, Person
from .readers import shown

WRITERS = 4


def follow_until(readers, writers):
    """Read all the while, and once more when the writers are done."""
    while readers and not all(writer.done() for writer in writers):
        for reader in readers:
            reader.news()
    for writer in writers:
        writer.result()
    for reader in readers:
        reader.news()


def test_threads_share_one_database(threads, board):
    """SQLite's default test database lives in memory, with one lock for all; this one is a file."""
    assert "memory" not in str(connection.settings_dict["NAME"])
    assert threads(lambda: Board.objects.get().title).result() == "Harbour"


def test_no_version_is_skipped_seen_twice_or_out_of_order(threads, board, follow):
    readers = [follow(board.stream), follow(board.stream)]
    start = readers[0].version

    def write(number):
        for each in range(20):
            board.notes.create(text=f"{number}.{each}")

    writers = [threads(write, number) for number in range(WRITERS)]
    along = threads(follow_until, readers[1:], writers)
    follow_until(readers[:1], writers)
    along.result()
    everything = list(range(start + 1, start + 1 + WRITERS * 20))
    assert [reader.versions for reader in readers] == [everything, everything]


def test_readers_end_with_what_a_fresh_page_shows_whatever_was_written(threads, board, other, follow):
    boards = [board, other]
    for each in boards:
        Note.objects.bulk_create(Note(board=each, text=f"{number}") for number in range(10))
    readers = [follow(board.stream), follow(other.stream), follow("testboards")]
    texts = map(str, count(1000))

    def write_something(dice):
        home = dice.choice(boards)
        keys = list(Note.objects.values_list("pk", flat=True))
        some = Note.objects.filter(pk__in=dice.sample(keys, 3))
        text = {"text": next(texts)}
        writes = [
            lambda: home.notes.create(**text),
            lambda: home.notes.create(**text, state="draft"),
            lambda: some.update(**text),
            lambda: some.update(state="retracted"),
            lambda: some.update(state="shown"),
            lambda: list(map(Note.save, some[:1])),
            lambda: list(map(Note.delete, some[:1])),
            lambda: Note.objects.bulk_create(Note(board=each, **text) for each in boards),
            lambda: Note.objects.update_or_create(text, {**text, "board": home}, pk=keys[0]),
            lambda: Board.objects.filter(pk=home.pk).update(title=next(texts)),
        ]
        dice.choice(writes)()

    def write(number):
        dice = random.Random(number)
        for _ in range(25):
            write_something(dice)

    writers = [threads(write, number) for number in range(WRITERS)]
    follow_until(readers, writers)
    for reader in readers:
        assert reader.items == shown(reader.name)
        assert reader.versions == sorted(set(reader.versions))


def test_a_row_saved_by_all_at_once_ends_at_the_last_commit(threads, note, follow):
    reader = follow(note.board.stream)
    start = Barrier(WRITERS)

    def write(number):
        mine = Note.objects.get()
        start.wait()
        for each in range(10):
            mine.text = f"{number}.{each}"
            mine.save()

    writers = [threads(write, number) for number in range(WRITERS)]
    head = reader.version
    follow_until([reader], writers)
    assert reader.version == head + WRITERS * 10
    assert reader.items == shown(reader.name)


def test_two_streams_in_one_transaction_from_both_sides_do_not_deadlock(threads, board, other, follow):
    readers = [follow(board.stream), follow(other.stream)]

    def write(first, second):
        for _ in range(15):
            with transaction.atomic():
                statements.lock(first.stream, second.stream)
                first.notes.create(text="here")
                second.notes.create(text="there")

    writers = [threads(write, board, other), threads(write, other, board)]
    follow_until(readers, writers)
    for reader in readers:
        assert len(reader.versions) == 30
        assert reader.items == shown(reader.name)


def test_statements_over_two_streams_from_both_sides_do_not_deadlock(threads, board, other, follow):
    for each in (board, other):
        Note.objects.bulk_create(Note(board=each, text=f"{number}") for number in range(5))
    readers = [follow(board.stream), follow(other.stream)]
    before = heads([board.stream, other.stream])

    def write(order):
        for each in range(15):
            Note.objects.order_by(order).update(text=f"{order} {each}")

    writers = [threads(write, order) for order in ("pk", "-pk")]
    follow_until(readers, writers)
    assert heads(before) == {name: head + 30 for name, head in before.items()}
    for reader in readers:
        assert reader.items == shown(reader.name)


def test_update_or_create_and_others_of_the_same_row_do_not_deadlock(threads, note):
    """Django's own locks the row first; the stream must come before it."""
    turn = Barrier(2, timeout=20)

    def create_or_update():
        for each in range(30):
            turn.wait()
            Note.objects.update_or_create(pk=note.pk, defaults={"text": f"a {each}"})

    def update():
        for each in range(30):
            turn.wait()
            Note.objects.filter(pk=note.pk).update(text=f"b {each}")

    follow_until([], [threads(create_or_update), threads(update)])
    assert Note.objects.get().text in ("a 29", "b 29")


def test_boards_and_their_notes_written_and_deleted_at_once(threads, db):
    """Own stream before the index, whoever asks; a note that comes too late for its board is refused."""
    boards = [Board.objects.create(title=f"{number}") for number in range(12)]
    start = Barrier(3, timeout=20)

    def delete():
        start.wait()
        for each in boards:
            Board.objects.get(pk=each.pk).delete()

    def write():
        start.wait()
        for each in boards:
            Board.objects.filter(pk=each.pk).update(title="new")
            with suppress(IntegrityError):
                Note.objects.create(board_id=each.pk, text="new")

    follow_until([], [threads(delete), threads(write), threads(write)])
    assert not Stream.objects.filter(name__startswith="testboard.").exists()


def test_a_first_write_to_a_new_stream_by_many_at_once(threads, board):
    Stream.objects.filter(name=board.stream).delete()  # as after a restore without them
    start = Barrier(WRITERS, timeout=20)

    def write():
        start.wait()
        Note.objects.create(board_id=board.pk, text="new")

    follow_until([], [threads(write) for _ in range(WRITERS)])
    stream = Stream.objects.get(name=board.stream)
    assert stream.head == stream.horizon + WRITERS
    assert sorted(Note.objects.values_list("version", flat=True)) == list(range(stream.horizon + 1, stream.head + 1))


def test_a_cascade_of_a_person_while_others_write(threads, board, follow):
    people = [Person.objects.create(name=f"{number}") for number in range(8)]
    Note.objects.bulk_create(Note(board=board, author=person, text="old") for person in people for _ in range(3))
    reader = follow(board.stream)

    def delete():
        for person in people:
            person.delete()

    def write():
        for _ in range(20):
            board.notes.create(text="new")

    follow_until([reader], [threads(delete), threads(write)])
    assert reader.items == shown(reader.name)
