"""The actions of the admin's list, each in one change for the readers."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from liveblog.models import Entry, LiveBlog
from realtime.models import Tombstone
from realtime.tests import desk
from realtime.tests.desk import press_undo

from .newsroom import ENTRIES, LIVEBLOGS, run


@pytest.fixture
def client(carol):
    client = Client()
    client.force_login(carol)
    return client


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("publish", {"state": "draft"}, {"state": "published"}),
        ("publish", {"state": "retracted"}, {"state": "published"}),
        ("unpublish", {"state": "published"}, {"state": "draft"}),
        ("retract", {"state": "published"}, {"state": "retracted"}),
        ("pin", {"pinned": False}, {"pinned": True}),
        ("unpin", {"pinned": True}, {"pinned": False}),
        ("mark_as_key_event", {"key_event": False}, {"key_event": True}),
        ("unmark_as_key_event", {"key_event": True}, {"key_event": False}),
    ],
)
def test_an_action_changes_what_is_ticked_at_once_and_says_how_many(client, post, head, action, before, after):
    entries, other = [post(**before) for _ in range(3)], post(**before)
    start = head()
    page = run(client, action, *entries)
    assert "3 entries changed." in page.text
    assert head() == start + 1
    assert list(Entry.objects.filter(**after).order_by("pk")) == entries
    assert Entry.objects.get(pk=other.pk).version == other.version


def test_an_action_stands_in_the_history_of_what_it_changed(client, post, carol):
    entry, already = post(), post(pinned=True)
    run(client, "pin", entry, already)
    log = LogEntry.objects.get()
    assert (log.user, log.object_id, log.get_change_message()) == (carol, str(entry.pk), "Pin")
    assert "Pin" in client.get(f"{ENTRIES}{entry.pk}/history/").text


def test_what_is_already_so_is_left_alone(client, post, head):
    entry = post(pinned=True)
    before = head()
    for action in "publish", "pin", "unmark_as_key_event":
        assert "0 entries changed." in run(client, action, entry).text
    assert head() == before
    assert not LogEntry.objects.exists()


def test_publishing_stamps_the_new_and_returns_the_old_to_their_place(client, post):
    place = post().position
    entry = Entry.objects.get()
    run(client, "retract", entry)
    draft = post(state="draft", published_at=timezone.now() - timedelta(hours=1))
    run(client, "publish", entry, draft)
    entry.refresh_from_db()
    draft.refresh_from_db()
    assert entry.position == place
    assert draft.published_at > entry.published_at


def test_an_action_reaches_everything_that_the_list_is_filtered_to(client, post):
    for _ in range(120):
        post(state="draft")
    other = post(pinned=True)
    run(client, "retract", Entry.objects.all()[0], select_across="1")
    assert Entry.objects.filter(state="retracted").count() == 121
    other.refresh_from_db()
    assert other.state == "retracted"


def test_deleting_what_is_ticked_buries_it(client, post, head):
    entries = [post(), post(state="draft"), post()]
    start = head()
    assert "Are you sure" in run(client, "delete_selected", *entries).text
    run(client, "delete_selected", *entries, post="yes")
    assert not Entry.objects.exists()
    assert head() == start + 1
    assert set(Tombstone.objects.filter(stream=entries[0].liveblog.stream).values_list("item", flat=True)) == {
        entries[0].item_id,
        entries[2].item_id,
    }


def test_publishing_is_undone_for_drafts_and_for_what_is_scheduled(client, post):
    planned = timezone.now() + timedelta(hours=1)
    draft, scheduled = post(state="draft"), post(state="scheduled", publish_at=planned)
    page = run(client, "publish", draft, scheduled)
    draft.refresh_from_db()
    assert draft.is_shown
    seen_at = draft.published_at
    press_undo(client, page)
    draft.refresh_from_db()
    scheduled.refresh_from_db()
    assert (draft.state, draft.published_at) == ("draft", seen_at)
    assert (scheduled.state, scheduled.published_at) == ("scheduled", planned)


@pytest.mark.parametrize("action", ["unpublish", "retract", "pin", "mark_as_key_event"])
def test_every_action_on_entries_is_undone(client, post, action):
    entry = post()
    run(client, "unpin", entry)
    place = entry.position
    press_undo(client, run(client, action, entry))
    entry.refresh_from_db()
    assert (entry.state, entry.pinned, entry.key_event, entry.position) == ("published", False, False, place)


def test_a_live_blog_begins_ends_and_is_reopened_by_actions(client, liveblog):
    LiveBlog.objects.update(state="upcoming")
    for action, state in ("go_live", "live"), ("end", "ended"), ("reopen", "live"):
        assert "1 live blog changed." in desk.run(client, LIVEBLOGS, action, liveblog).text
        liveblog.refresh_from_db()
        assert (liveblog.state, bool(liveblog.ended_at)) == (state, state == "ended")


def test_what_has_ended_is_reopened_and_does_not_go_live(client, liveblog):
    LiveBlog.objects.update(state="ended")
    assert "0 live blogs changed." in desk.run(client, LIVEBLOGS, "go_live", liveblog).text
    LiveBlog.objects.update(state="upcoming")
    assert "0 live blogs changed." in desk.run(client, LIVEBLOGS, "reopen", liveblog).text


@pytest.mark.parametrize("by_form", [False, True])
def test_a_live_blog_that_is_called_off_does_not_end_before_it_starts(client, liveblog, by_form):
    LiveBlog.objects.update(state="upcoming", starts_at=timezone.now() + timedelta(days=1))
    if by_form:
        assert desk.form_of(client, liveblog).save(state="ended").status_code == 302
    else:
        desk.run(client, LIVEBLOGS, "end", liveblog)
    liveblog.refresh_from_db()
    assert liveblog.state == "ended"
    assert liveblog.starts_at <= liveblog.ended_at <= timezone.now()


def test_ending_by_mistake_is_undone_with_its_times(client, liveblog):
    tomorrow = timezone.now() + timedelta(days=1)
    LiveBlog.objects.update(state="upcoming", starts_at=tomorrow)
    press_undo(client, desk.run(client, LIVEBLOGS, "end", liveblog))
    liveblog.refresh_from_db()
    assert (liveblog.state, liveblog.starts_at, liveblog.ended_at) == ("upcoming", tomorrow, None)


def test_reopening_is_undone_with_the_time_of_the_end(client, liveblog):
    ended_at = timezone.now() - timedelta(minutes=5)
    LiveBlog.objects.update(state="ended", ended_at=ended_at, starts_at=ended_at - timedelta(hours=1))
    press_undo(client, desk.run(client, LIVEBLOGS, "reopen", liveblog))
    liveblog.refresh_from_db()
    assert (liveblog.state, liveblog.ended_at) == ("ended", ended_at)
