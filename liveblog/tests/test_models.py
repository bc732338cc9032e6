"""What a live blog and an entry do when they are written."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from liveblog.models import Entry, LiveBlog
from realtime.models import Stream, Tombstone

HOUR = timedelta(hours=1)


def test_a_draft_raises_nothing(head, post):
    before = head()
    draft = post(state="draft")
    draft.body = "Still thinking."
    draft.save()
    Entry.objects.filter(pk=draft.pk).update(pinned=True)
    draft.delete()
    assert head() == before


def test_publishing_raises_the_head_and_stamps_the_entry(head, post):
    before = head()
    entry = post()
    assert entry.version == head() == before + 1


def test_an_entry_is_published_when_it_leaves_the_draft_not_when_it_was_begun(post):
    draft = post(state="draft", published_at=timezone.now() - HOUR)
    draft.state = Entry.State.PUBLISHED
    draft.save()
    assert timezone.now() - draft.published_at < HOUR / 2


def test_publishing_by_update_fields_stores_the_time_and_the_byline_too(post, carol):
    draft = post(state="draft", published_at=timezone.now() - HOUR)
    draft.author, draft.state = carol, Entry.State.PUBLISHED
    draft.save(update_fields=["author", "state"])
    stored = Entry.objects.get(pk=draft.pk)
    assert stored.published_at == draft.published_at
    assert stored.byline == "Carol Danvers"


def test_an_entry_that_returns_has_its_old_place(post):
    entry = post(published_at=timezone.now() - HOUR)
    place = entry.position
    for state in Entry.State.RETRACTED, Entry.State.PUBLISHED, Entry.State.DRAFT:
        entry.state = state
        entry.save()
    Entry.objects.publish()
    entry.refresh_from_db()
    assert (entry.state, entry.position) == ("published", place)


def test_publishing_many_at_once_leaves_the_published_where_they_are(head, post):
    old = post(published_at=timezone.now() - HOUR)
    drafts = [post(state="draft", published_at=timezone.now() - HOUR) for _ in range(2)]
    before = head()
    assert Entry.objects.publish() == 2
    assert head() == before + 1
    for draft in drafts:
        draft.refresh_from_db()
        assert draft.published_at > old.published_at
    assert Entry.objects.get(pk=old.pk).version == old.version


def test_a_pinned_entry_stands_above_newer_ones(post):
    pinned, newer = post(pinned=True), post()
    assert pinned.position > newer.position
    pinned.pinned = False
    assert pinned.position < newer.position


def test_entries_of_the_same_moment_stand_in_the_order_of_their_keys(post):
    now = timezone.now()
    first, second = post(), post()
    Entry.objects.update(published_at=now)
    assert [entry.pk for entry in Entry.objects.all()] == [second.pk, first.pk]
    first.refresh_from_db()
    second.refresh_from_db()
    assert second.position > first.position


def test_the_byline_is_what_the_author_was_called_then(post, carol):
    entry = post(author=carol)
    get_user_model().objects.filter(pk=carol.pk).update(public_name="Captain Marvel")
    carol.delete()
    entry.refresh_from_db()
    entry.save()
    assert (entry.author, entry.byline) == (None, "Carol Danvers")


def test_a_byline_of_its_own_is_kept(post, carol):
    assert post(author=carol, byline="Our reporters").byline == "Our reporters"


def test_an_entry_is_rendered_from_its_own_row_alone(post, carol, django_assert_num_queries):
    entry = Entry.objects.get(pk=post(author=carol, headline="Off").pk)
    with django_assert_num_queries(0):
        entry.as_item("liveblog")


def test_an_entry_looks_the_same_wherever_and_whenever_it_is_rendered(post):
    entry = Entry.objects.get(pk=post(updated_at=timezone.now() - HOUR).pk)
    html = entry.as_item("liveblog")["html"]
    with timezone.override("Asia/Tokyo"):
        assert entry.as_item("liveblog")["html"] == html


def test_an_entry_stays_in_its_live_blog_for_life(post):
    entry = post()
    entry.liveblog = LiveBlog.objects.create(title="Other", slug="other")
    with pytest.raises(ValueError, match="stays in its stream"):
        entry.save()


def test_ending_a_live_blog_notes_when(liveblog):
    liveblog.state = LiveBlog.State.ENDED
    liveblog.save(update_fields=["state"])
    liveblog.refresh_from_db()
    assert liveblog.ends_stream
    ended_at = liveblog.ended_at
    assert ended_at
    liveblog.save()
    assert liveblog.ended_at == ended_at


def test_a_live_blog_that_goes_on_has_not_ended(liveblog):
    for state in LiveBlog.State.ENDED, LiveBlog.State.LIVE:
        liveblog.state = state
        liveblog.save()
    liveblog.refresh_from_db()
    assert (liveblog.ends_stream, liveblog.ended_at) == (False, None)


def test_deleting_a_live_blog_takes_its_entries_and_ends_its_stream(liveblog, post):
    post()
    name, item = liveblog.stream, liveblog.item_id
    liveblog.delete()
    assert not Entry.objects.exists()
    assert not Stream.objects.filter(name=name).exists()
    assert [stone.item for stone in Tombstone.objects.filter(stream="liveblogs")] == [item]
