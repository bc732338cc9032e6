"""The one question: what changed after N?"""

import json
import logging

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet

from realtime.models import Stream, Tombstone
from realtime.streams import Changes, Reset, heads, html, read, reading, rendering, statement, touch
from realtime.streams.reading import MAX_CHANGES

from .board.models import Board, Note, Topic

pytestmark = pytest.mark.django_db


def write_notes(board, count, **fields):
    return Note.objects.bulk_create(Note(board=board, text=f"{number}", **fields) for number in range(count))


def write_one_by_one(board, count):
    """Each in a version of its own, without a statement for each."""
    notes = write_notes(board, count)
    first = heads([board.stream])[board.stream]
    for number, note in enumerate(notes):
        QuerySet(Note).filter(pk=note.pk).update(version=first + number)
    Stream.objects.filter(name=board.stream).update(head=first + count - 1)


def bury(board, count, first=0):
    """Removed items, each in a version of its own."""
    head = heads([board.stream])[board.stream]
    gone = [
        Tombstone(stream_id=board.stream, item=f"note-{first + each}", version=head + each)
        for each in range(1, count + 1)
    ]
    Tombstone.objects.bulk_create(gone)
    Stream.objects.filter(name=board.stream).update(head=head + count)


def reset_to(answer):
    """The version of a reset, as the wire has it."""
    frame = json.loads(answer.encode())
    assert frame.keys() == {"type", "version"}
    assert frame["type"] == "reset"
    return frame["version"]


def test_a_cursor_at_the_head_has_missed_nothing(board):
    head = heads([board.stream])[board.stream]
    assert read({board.stream: head}) == {board.stream: Changes(head, head, [])}


def test_no_cursor_starts_at_the_head_with_the_streams_own_item(note, board):
    [(name, answer)] = read({board.stream: None}).items()
    assert (name, answer) == (board.stream, Changes(note.version, note.version, answer.items))
    assert [item.id for item in answer.items] == [board.item_id]
    assert read({"testboards": None})["testboards"].items == []


def test_a_stream_that_is_gone_is_left_out(board):
    assert read({"testboard.4711": 7, "testboard.4712": None}) == {}
    name = board.stream
    board.delete()
    assert read({name: 7}) == {}


@pytest.mark.parametrize("after", [-1, -(2**70), 2**53, 2**70])
def test_a_cursor_that_cannot_be_is_reset_to_the_head(after, board):
    assert reset_to(read({board.stream: after})[board.stream]) == heads([board.stream])[board.stream]


def test_an_item_has_all_that_a_page_needs(note, reader):
    note.text = "A < B"
    note.save()
    answer = read({reader.name: reader.version})[reader.name]
    assert json.loads(answer.encode()) == {
        "type": "changes",
        "after": reader.version,
        "version": note.version,
        "items": [
            {
                "id": f"note-{note.pk}",
                "version": note.version,
                "position": f"{note.pk:019d}",
                "html": f'<p id="note-{note.pk}">A &lt; B</p>',
                "data": {"text": "A < B"},
            }
        ],
    }


def test_a_removed_item_is_an_id_and_a_version(note, reader):
    item_id = note.item_id
    note.delete()
    answer = read({reader.name: reader.version})[reader.name]
    assert [json.loads(item.json) for item in answer.items] == [
        {"id": item_id, "version": answer.version, "removed": True}
    ]


def test_changes_come_in_version_order_whatever_they_are(board, reader):
    first, second = board.notes.create(text="first"), board.notes.create(text="second")
    board.save()
    gone = first.item_id
    first.delete()
    second.save()
    assert [list(version) for version in reader.news()] == [[board.item_id], [gone], [second.item_id]]


def test_an_item_changed_many_times_comes_once_as_it_is_now(note, reader):
    for text in ("one", "two", "three"):
        note.text = text
        note.save()
    assert reader.news() == [{note.item_id: "three"}]


def test_500_changes_are_answered_and_501_are_a_reset(board, reader):
    write_one_by_one(board, MAX_CHANGES)
    assert len(read({board.stream: reader.version})[board.stream].items) == MAX_CHANGES == 500
    board.notes.create(text="one more")
    assert reset_to(read({board.stream: reader.version})[board.stream]) == heads([board.stream])[board.stream]
    assert len(read({board.stream: reader.version + 1})[board.stream].items) == MAX_CHANGES


def test_removed_items_count_like_others(board, reader):
    write_notes(board, 250)
    bury(board, 250, first=10_000)
    assert len(read({board.stream: reader.version})[board.stream].items) == MAX_CHANGES
    bury(board, 1, first=20_000)
    assert isinstance(read({board.stream: reader.version})[board.stream], Reset)


def test_items_that_came_back_hide_none_of_too_many(board, reader):
    """Their tombstone and their row are one item, but two of the rows that are read."""
    Note.objects.create(pk=4711, board=board, text="first").delete()
    Note.objects.create(pk=4711, board=board, text="again")
    write_one_by_one(board, MAX_CHANGES)
    assert isinstance(read({board.stream: reader.version})[board.stream], Reset)


def test_too_many_changes_are_not_rendered(board, reader, monkeypatch):
    write_notes(board, 501)
    monkeypatch.setattr(Note, "as_item", None)
    monkeypatch.setattr(rendering, "log", None)
    assert isinstance(read({board.stream: reader.version})[board.stream], Reset)


def test_a_statement_of_over_500_rows_is_not_split_but_a_reset(board, reader):
    write_notes(board, 600)
    assert reset_to(read({board.stream: reader.version})[board.stream]) == reader.version + 1


def test_an_answer_may_end_below_the_head(board, reader):
    board.notes.create(text="one")
    upto = heads([board.stream])[board.stream]
    board.notes.create(text="two")
    answer = read({board.stream: reader.version}, upto)[board.stream]
    assert (answer.version, len(answer.items)) == (upto, 1)
    assert read({board.stream: upto + 1}, upto)[board.stream] == Changes(upto + 1, upto + 1, [])


def test_streams_read_together_get_their_own_changes(board, other, reader, follow):
    far = follow(other.stream)
    note, second = board.notes.create(text="here"), other.notes.create(text="there")
    answers = read({board.stream: reader.version, other.stream: far.version, "testboard.4711": 0})
    assert {name: [item.id for item in answer.items] for name, answer in answers.items()} == {
        board.stream: [note.item_id],
        other.stream: [second.item_id],
    }


@pytest.mark.parametrize("flood", [write_one_by_one, bury])
def test_a_flood_in_one_stream_cuts_nothing_of_another(flood, board, other, follow):
    """The other's versions are higher, so that they would stand at the end of a common limit."""
    Stream.objects.filter(name=other.stream).update(head=heads([board.stream])[board.stream] + 10_000)
    near, far = follow(board.stream), follow(other.stream)
    flood(board, 2 * MAX_CHANGES + 2)
    kept, gone = other.notes.create(text="new"), other.notes.create(text="gone")
    gone_id = gone.item_id
    gone.delete()
    answers = read({board.stream: near.version, other.stream: far.version})
    assert isinstance(answers[board.stream], Reset)
    assert [item.id for item in answers[other.stream].items] == [kept.item_id, gone_id]


def test_hundreds_of_streams_are_read_in_a_few_queries(db, django_assert_max_num_queries):
    boards = [Board.objects.create(title=f"{number}") for number in range(130)]
    cursors = heads(board.stream for board in boards)
    Note.objects.bulk_create(Note(board=board, text="new") for board in boards)
    with django_assert_max_num_queries(12):
        answers = read(cursors)
    assert answers.keys() == cursors.keys()
    assert all(len(answer.items) == 1 and answer.version == cursors[name] + 1 for name, answer in answers.items())


def test_heads_of_more_streams_than_one_query_names(db):
    Stream.objects.bulk_create(Stream(name=f"testboard.{number}", head=number, horizon=0) for number in range(1200))
    names = [f"testboard.{number}" for number in range(1300)]
    assert heads(names) == {f"testboard.{number}": number for number in range(1200)}


def test_reading_is_the_same_few_queries_however_much_changed(board, reader, django_assert_num_queries):
    for count in (1, 300):
        write_notes(board, count)
        with django_assert_num_queries(3):  # heads with horizons and tombstones, boards, notes
            read({board.stream: reader.version})


# What happens between the queries of one answer.


@pytest.fixture
def after_heads(monkeypatch):
    """`after_heads(work)`: do it between reading the heads and reading the rows."""

    def after_heads(work):
        def racing(*args):
            found = real(*args)
            monkeypatch.setattr(reading, "states_and_graves", real)
            work()
            return found

        real = reading.states_and_graves
        monkeypatch.setattr(reading, "states_and_graves", racing)

    return after_heads


def test_what_is_committed_while_reading_comes_with_the_next_answer(board, reader, after_heads):
    first, second = board.notes.create(text="one"), board.notes.create(text="two")
    after_heads(lambda: (Note.objects.filter(pk=first.pk).update(text="again"), board.notes.create(text="three")))
    assert reader.news() == [{second.item_id: "two"}]
    assert [list(version.values()) for version in reader.news()] == [["again"], ["three"]]


def test_a_statement_of_two_rows_committed_while_reading_is_not_split(board, reader, after_heads):
    write_notes(board, 2)
    after_heads(lambda: Note.objects.update(text="both"))
    assert reader.news() == []
    assert [list(version.values()) for version in reader.news()] == [["both", "both"]]


def test_a_removal_committed_while_reading_comes_with_the_next_answer(note, reader, after_heads):
    item_id = note.item_id
    after_heads(note.delete)
    assert reader.news() == []
    assert reader.news() == [{item_id: None}]


def test_a_stream_that_goes_while_it_is_read_is_gone_with_the_next_answer(board, note, after_heads):
    before, now = note.version - 1, note.version
    after_heads(Board.objects.get().delete)
    assert read({board.stream: before}) == {board.stream: Changes(before, now, [])}
    assert read({board.stream: now}) == {}


# What cannot be rendered.


def test_a_row_that_cannot_be_rendered_is_a_placeholder_and_is_logged(board, reader, caplog):
    with caplog.at_level(logging.ERROR):
        board.notes.create(text="before")
        broken = board.notes.create(text="boom")
        board.notes.create(text="after")
        news = reader.news()
    [before, placeholder, after] = [text for version in news for text in version.values()]
    assert (before, after) == ("before", "after")
    assert f'id="{broken.item_id}"' in placeholder
    assert "This cannot be shown at the moment." in placeholder
    assert f"{broken.item_id} cannot be rendered" in caplog.text
    assert "RuntimeError: This note cannot be rendered." in caplog.text
    assert html(broken, "testboard") == placeholder  # a page shows the same


def test_what_does_not_go_into_a_frame_is_a_placeholder(note, reader, monkeypatch, caplog):
    monkeypatch.setattr(Note, "as_item", lambda self, kind: {"position": None, "html": "", "data": {"x": object()}})
    note.save()
    [news] = reader.news()
    assert "This cannot be shown" in news[note.item_id]
    assert "TypeError: object does not go into a frame" in caplog.text


def test_the_own_item_says_whether_the_stream_has_ended(board, note):
    before = heads([board.stream])[board.stream]
    assert [item.ends for item in read({board.stream: None})[board.stream].items] == [False]
    Board.objects.update(ended=True)
    note.save()
    changes = read({board.stream: before})[board.stream]
    assert [(item.is_own, item.ends) for item in changes.items] == [(True, True), (False, False)]
    assert [item.ends for item in read({board.stream: 0})[board.stream].items] == [True]  # with a reset, too


@pytest.mark.parametrize("left_out", ["id", "data-version", "data-position"])
def test_while_developing_html_without_what_the_client_looks_for_is_an_error(board, settings, monkeypatch, left_out):
    note = board.notes.create(text="one")
    whole = {"id": note.item_id, "data-version": str(note.version), "data-position": f"{note.pk:019d}"}

    def as_item(self, kind):
        html = "".join(f' {name}="{value}"' for name, value in whole.items())
        return {"position": f"{note.pk:019d}", "html": f"<p{html}></p>", "data": {}}

    monkeypatch.setattr(Note, "as_item", as_item)
    settings.DEBUG = True
    assert html(note, "testboard")
    whole[left_out] = ""
    with pytest.raises(ImproperlyConfigured, match=f"{note.item_id} needs {left_out}="):
        html(note, "testboard")
    settings.DEBUG = False
    assert html(note, "testboard")


def test_an_own_item_that_is_hidden_is_the_stream_s_own_all_the_same(db):
    """Its readers are held and asked again by that: they may have lost their right."""
    topic = Topic.objects.create(slug="fog")
    before = topic.version
    topic.shown = False
    topic.save()
    changes = read({topic.stream: before})[topic.stream]
    assert isinstance(changes, Changes)
    assert changes.has_own_item
    assert b'"removed":true' in changes.items[0].json


def test_a_version_that_no_item_carries_is_told_by_name(board, note):
    def touched(after):
        answer = read({board.stream: after})[board.stream]
        return isinstance(answer, Changes) and answer.touched

    before = heads([board.stream])[board.stream]
    note.save()
    note.save()  # what was changed twice is told once: that is no touch
    assert not touched(before)
    touch(board.stream)
    assert touched(before)
    head = heads([board.stream])[board.stream]
    note.save()
    assert not touched(head)
    with statement([board.stream]):  # in the version of a change, too
        touch(board.stream)
        note.save()
    assert touched(head)
