"""What cannot be rendered for a while has a placeholder for a while: on open pages too."""

import time

import pytest

from realtime.models import Stream
from realtime.streams import html, rendering
from realtime.streams.rendering import retry

from .board.models import Note
from .readers import Browser, post, until

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(monkeypatch):
    """`broken()` makes notes fail; `broken.undo()` lets them be rendered again."""
    as_item = Note.as_item

    def fail(note, kind):
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(Note, "as_item", fail)
    return lambda: monkeypatch.setattr(Note, "as_item", as_item)


@pytest.fixture
def later(monkeypatch):
    """`later(seconds)`: so much time has passed."""
    passed = [0.0]
    clock = time.monotonic
    monkeypatch.setattr("realtime.streams.rendering.time.monotonic", lambda: clock() + passed[0])
    return lambda seconds: passed.__setitem__(0, passed[0] + seconds)


def head(board):
    return Stream.objects.get(name=board.stream).head


def test_it_is_told_as_a_new_change_once_it_can_be_rendered(board, broken, reader, later):
    note = board.notes.create(text="news")
    [news] = reader.news()
    assert "This cannot be shown" in news[note.item_id]
    retry()
    assert reader.news() == []  # it is early
    later(2)
    retry()
    assert reader.news() == []  # it still fails
    broken()
    later(3)
    retry()
    assert reader.news() == [{note.item_id: "news"}]
    later(3600)
    retry()
    assert reader.news() == []  # once


def test_a_page_that_could_not_be_rendered_is_mended_too(board, note, broken, later):
    before = head(board)
    assert "This cannot be shown" in html(note, "testboard")
    broken()
    later(2)
    retry()
    assert head(board) == before + 1  # pages are known by it
    note.refresh_from_db()
    assert note.version == before + 1


def test_what_was_changed_meanwhile_is_left_alone(board, note, broken, later):
    html(note, "testboard")
    broken()
    note.text = "by another process, which could render it"
    note.save()
    now = head(board)
    later(2)
    retry()
    assert head(board) == now
    assert rendering.failed == {}


@pytest.mark.parametrize("gone", [Note.delete, lambda note: Note.objects.update(state="hidden")])
def test_what_is_gone_meanwhile_is_forgotten(gone, board, note, broken, later):
    html(note, "testboard")
    broken()
    gone(note)
    now = head(board)
    later(2)
    retry()
    assert head(board) == now
    assert rendering.failed == {}


def test_what_never_works_is_tried_ever_more_rarely(board, note, broken, later, caplog):
    html(note, "testboard")
    caplog.clear()
    for _ in range(30):
        later(3600)
        retry()
    [(due, wait)] = rendering.failed.values()
    assert wait == rendering.LAST_RETRY
    assert due > rendering.time.monotonic() + 3000
    assert caplog.text == ""


def test_a_crowd_of_failures_takes_no_more_memory(board, note, broken, monkeypatch):
    monkeypatch.setattr(rendering, "MAX_FAILED", 1)
    html(note, "testboard")
    html(board.notes.create(text="another"), "testboard")
    assert len(rendering.failed) == 1


async def test_open_pages_are_told_by_the_hub(ticking, board, broken, monkeypatch):
    monkeypatch.setattr(rendering, "FIRST_RETRY", 0.01)
    browser = await Browser(ticking, board.stream).open()
    head = await post(board, "news")
    await browser.reaches(head)
    [shown] = browser.items.values()
    assert "This cannot be shown" in shown
    broken()
    await until(lambda: browser.stands_at(head + 1))
    assert list(browser.items.values()) == ["news"]
