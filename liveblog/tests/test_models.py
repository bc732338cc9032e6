"""What a live blog and an entry do when they are written."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Value
from django.db.models.functions import Replace
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


def test_the_last_entry_stands_first_whatever_the_clocks_of_two_machines_say(post, monkeypatch):
    other = LiveBlog.objects.create(title="Other", slug="other")
    with monkeypatch.context() as machine:
        now = timezone.now
        machine.setattr(timezone, "now", lambda: now() + timedelta(seconds=20))
        ahead, pinned = post(), post(pinned=True)
        post(liveblog=other)
    assert post().position > ahead.position
    drafts = [post(state="draft"), post(state="draft"), post(state="draft", liveblog=other)]
    assert Entry.objects.filter(pk__in=[draft.pk for draft in drafts]).publish() == 3
    latest = Entry.objects.filter(liveblog=ahead.liveblog).order_by("-published_at", "-pk").values_list("pk", flat=True)
    assert list(latest[:2]) == [drafts[1].pk, drafts[0].pk]
    pinned.pinned = False
    pinned.save()
    assert pinned.position < Entry.objects.get(pk=drafts[0].pk).position
    assert Entry.objects.get(pk=drafts[2].pk).published_at < Entry.objects.get(pk=drafts[0].pk).published_at + HOUR


def test_with_clocks_that_agree_an_entry_has_the_time_at_which_it_was_published(post):
    before = timezone.now()
    assert before <= post().published_at <= timezone.now()


def by_save(row, **fields):
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


def by_update_fields(row, **fields):
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=fields)


def by_update(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


def by_expression(row, **fields):
    by_update(row, **{name: Value(value) for name, value in fields.items()})


def by_bulk_update(row, **fields):
    for name, value in fields.items():
        setattr(row, name, value)
    type(row).objects.bulk_update([row], list(fields))


def by_update_or_create(row, **fields):
    type(row).objects.update_or_create(pk=row.pk, defaults=fields)


WRITES = [by_save, by_update_fields, by_update, by_expression, by_bulk_update, by_update_or_create]


@pytest.mark.parametrize("write", WRITES)
def test_new_content_of_what_readers_know_is_an_update_however_it_is_written(post, write):
    entry, draft = post(), post(state="draft")

    def updated(row=entry):
        return Entry.objects.get(pk=row.pk).updated_at

    write(draft, body="Not seen by anyone")
    assert updated(draft) is None
    for same in ({"body": entry.body}, {"pinned": True}, {"byline": "Our reporters"}, {"state": "retracted"}):
        write(entry, **same)
        assert updated() is None
    before = timezone.now()
    write(entry, headline="News")
    assert before <= updated() <= timezone.now()
    write(entry, body="Better", updated_at=before - HOUR)
    assert updated() == before - HOUR


@pytest.mark.parametrize("write", WRITES)
def test_what_is_published_has_the_time_of_that_however_it_is_written(post, write):
    draft = post(state="draft", published_at=timezone.now() - HOUR)
    before = timezone.now()
    write(draft, state="published")
    first = Entry.objects.get(pk=draft.pk).published_at
    assert before <= first <= timezone.now()
    for state in ("retracted", "published"):
        write(Entry.objects.get(pk=draft.pk), state=state)
        assert Entry.objects.get(pk=draft.pk).published_at == first


def test_of_many_only_those_whose_text_changes_are_updated(post):
    wrong, right = post("The Kittiwack leads."), post("The Kittiwake leads.")
    Entry.objects.update(body=Replace("body", Value("Kittiwack"), Value("Kittiwake")))
    assert Entry.objects.exclude(updated_at=None).get() == wrong
    assert Entry.objects.get(pk=wrong.pk).body == right.body


def test_a_live_blog_of_1969_is_read_to_its_end_in_order(client, post):
    landing = datetime(1969, 7, 20, 20, 17, 40, tzinfo=UTC)
    entries = [post() for _ in range(45)]
    for number, entry in enumerate(entries):
        Entry.objects.filter(pk=entry.pk).update(published_at=landing + number * timedelta(seconds=20))
    shown: list[tuple[str, str]] = []
    path: str | None = "/liveblog/regatta/"
    while path:
        page = client.get(path)
        shown += re.findall(r'<article id="(entry-\d+)".*?data-position="([^"]+)"', page.text, re.DOTALL)
        older = re.search(r'data-older [^>]*href="([^"]+)"', page.text)
        path = older and older[1]
    assert [id for id, _ in shown] == [entry.item_id for entry in reversed(entries)]
    assert sorted(shown, key=lambda each: each[1], reverse=True) == shown


@pytest.mark.parametrize("write", WRITES)
def test_a_live_blog_that_is_called_off_does_not_end_before_it_starts(liveblog, write):
    by_update(liveblog, state="upcoming", starts_at=(planned := timezone.now() + HOUR))

    def now(**fields):
        write(LiveBlog.objects.get(pk=liveblog.pk), **fields)
        stored = LiveBlog.objects.get(pk=liveblog.pk)
        return stored.starts_at, stored.ended_at

    assert now(title="Regatta") == (planned, None)
    start, end = now(state="ended")
    assert start == end <= timezone.now()
    assert now(title="Regatta, called off") == (start, end)
    assert now(state="live") == (start, None)


def test_an_end_before_the_start_is_refused_in_forms(liveblog):
    liveblog.state, liveblog.ended_at = LiveBlog.State.ENDED, liveblog.starts_at - HOUR
    with pytest.raises(ValidationError, match="before it starts"):
        liveblog.full_clean()


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
