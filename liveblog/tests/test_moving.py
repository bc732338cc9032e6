"""An entry was posted to the wrong live blog: it moves to the right one."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.storage import default_storage
from django.utils import timezone

from conftest import person
from liveblog.admin import moving
from liveblog.models import Entry, LiveBlog
from realtime.models import Stream, Tombstone
from realtime.streams import statement, versions_of
from realtime.tests.desk import browser_of, offered, press_undo
from realtime.tests.readers import Follower

from .newsroom import ENTRIES, run
from .pictures import picture


@pytest.fixture
def client(carol):
    return browser_of(carol)


@pytest.fixture
def other(db):
    return LiveBlog.objects.create(title="Other", slug="other")


def moved(client, to, *entries):
    return run(client, "move", *entries, post="yes", liveblog=to.pk)


def test_a_move_is_undone_by_the_button_in_its_message(client, other, liveblog, post):
    first, second = post("First", pinned=True), post("Second")
    page = press_undo(client, moved(client, other, first, second))
    assert "Undone." in page.text
    assert [str(entry) for entry in liveblog.entries.order_by("published_at")] == ["First", "Second"]
    assert not other.entries.exists()


def test_who_may_not_delete_any_more_does_not_undo_a_move(client, carol, other, post):
    page = moved(client, other, post())
    carol.groups.clear()
    carol.user_permissions.set(Permission.objects.filter(codename__in=["change_entry", "view_entry"]))
    assert press_undo(client, page).status_code == 403


def head_of(liveblog):
    return Stream.objects.get(name=liveblog.stream).head


def test_the_page_names_what_will_move_and_offers_the_live_blogs(client, post):
    page = run(client, "move", post(headline="Start"), post("Second"))
    for words in "Start · Harbour regatta, Published", "Second · Harbour regatta", "admin-autocomplete", "select2":
        assert words in page.text
    assert Entry.objects.count() == 2


def test_an_entry_moves_and_readers_of_both_live_blogs_see_it_at_once(client, liveblog, other, post):
    entry = post("They are off.", headline="Start", pinned=True)
    here, there = head_of(liveblog), head_of(other)
    page = moved(client, other, entry)
    assert f'1 entry moved to <a href="{other.get_absolute_url()}">Other</a>.' in page.text
    copy = Entry.objects.get()
    assert copy.pk != entry.pk
    assert (copy.liveblog, copy.headline, copy.body, copy.pinned) == (other, "Start", "They are off.", True)
    assert (head_of(liveblog), head_of(other)) == (here + 1, there + 1)
    assert list(Tombstone.objects.values_list("stream", "item").order_by("stream")) == [
        (f"desk.{liveblog.pk}", entry.item_id),
        (liveblog.stream, entry.item_id),
    ]
    assert "They are off." not in client.get(liveblog.get_absolute_url()).text
    assert "They are off." in client.get(other.get_absolute_url()).text


def test_a_copy_is_published_as_something_new_is_and_several_keep_their_order(client, other, post):
    already = post("Already there", liveblog=other)
    entries = [post("One"), post("Two"), post("Three")]
    Entry.objects.filter(pk=entries[0].pk).update(body="One, better")
    start = timezone.now()
    moved(client, other, *reversed(entries))
    copies = Entry.objects.order_by("published_at")
    assert [entry.body for entry in copies] == ["Already there", "One, better", "Two", "Three"]
    assert copies[0] == already
    assert all(copy.published_at >= start for copy in copies[1:])
    assert not Entry.objects.exclude(updated_at=None).exists()


@pytest.mark.parametrize("state", ["draft", "scheduled", "retracted"])
def test_what_readers_do_not_see_moves_unseen(client, other, post, state, carol):
    planned = timezone.now() if state == "scheduled" else None
    moved(client, other, post(state=state, publish_at=planned, author=carol))
    copy = Entry.objects.get(liveblog=other)
    assert not copy.version
    assert (copy.state, copy.publish_at) == (state, planned)
    assert (copy.author, copy.byline) == (carol, "Carol Danvers")


def test_its_history_begins_anew_and_says_where_it_came_from(client, other, post, carol):
    entry = post("As it was")
    Entry.objects.filter(pk=entry.pk).update(body="Better")
    moved(client, other, entry)
    copy = Entry.objects.get()
    assert [version.fields["body"] for version in versions_of(copy)] == ["Better"]
    assert versions_of(copy)[0].person == carol
    assert "Moved here from “Harbour regatta”" in client.get(f"{ENTRIES}{copy.pk}/history/").text
    assert LogEntry.objects.filter(object_id=entry.pk, action_flag=3).exists()


def test_the_picture_goes_along_and_its_file_stays(
    client, other, post, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    entry = post(image=picture(), image_alt="Sails")
    with django_capture_on_commit_callbacks(execute=True):
        moved(client, other, entry)
    copy = Entry.objects.get()
    assert (copy.image.name, copy.image_width, copy.image_alt) == (entry.image.name, 40, "Sails")
    assert default_storage.exists(str(copy.image))
    with django_capture_on_commit_callbacks(execute=True):
        copy.delete()
    assert not default_storage.exists(str(entry.image))


def test_who_moves_to_where_nobody_follows_is_told_so(client, post, other):
    LiveBlog.objects.filter(pk=other.pk).update(state="ended")
    assert "“Other” has ended: is this the right live blog?" in moved(client, other, post()).text


def test_what_is_there_already_stays_as_it_is(client, liveblog, post):
    entry = post()
    before = head_of(liveblog)
    assert "0 entries moved to" in moved(client, liveblog, entry).text
    assert Entry.objects.get() == entry
    assert head_of(liveblog) == before


def test_without_a_live_blog_nothing_moves(client, post, other):
    entry = post()
    for value in "", "x", "999999":
        page = run(client, "move", entry, post="yes", liveblog=value)
        assert "errorlist" in page.text
    assert Entry.objects.get() == entry


def test_a_live_blog_that_is_deleted_in_that_moment_is_no_error(client, post, other, monkeypatch):
    entry, chosen = post(), LiveBlog.objects.filter(pk=other.pk)
    monkeypatch.setattr(moving, "statement", lambda names: chosen.delete() and statement(names))
    assert "A colleague has just deleted that live blog." in moved(client, other, entry).text
    assert Entry.objects.get() == entry


def test_when_a_copy_cannot_be_stored_nothing_moves(client, post, other, monkeypatch):
    entries = [post(), post()]
    monkeypatch.setattr(moving, "copy_of", lambda entry, liveblog: Entry(pk=entry.pk, liveblog=liveblog))
    with pytest.raises(ValueError, match="stays in its stream for life"):
        moved(client, other, *entries)
    assert set(Entry.objects.all()) == set(entries)


def test_who_may_not_delete_moves_nothing(post, other):
    dora = person("desk", "Dora Desk", is_staff=True)
    dora.user_permissions.set(Permission.objects.filter(codename__in=["add_entry", "change_entry", "view_liveblog"]))
    client, entry = browser_of(dora), post()
    assert "move" not in offered(client, ENTRIES)
    moved(client, other, entry)
    assert Entry.objects.get() == entry


def test_readers_who_come_back_get_what_moved(client, liveblog, other, post):
    entry = post()
    here, there = head_of(liveblog), head_of(other)
    moved(client, other, entry)
    [removed], [added] = Follower(liveblog.stream, here).news(), Follower(other.stream, there).news()
    assert removed == {entry.item_id: None}
    assert list(added) == [Entry.objects.get().item_id]
