"""What happens at a time: scheduled entries are published, and idle live blogs end."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import QuerySet
from django.utils import timezone

from liveblog.models import Entry, LiveBlog
from realtime.streams import due

HOUR = timedelta(hours=1)
State = LiveBlog.State


@pytest.fixture
def plan(post):
    """`plan(when)`: an entry that is scheduled for so long from now."""
    return lambda when, **fields: post(state="scheduled", publish_at=timezone.now() + when, **fields)


def test_what_is_due_is_published_and_nothing_else(plan, head):
    past, future = plan(-HOUR), plan(HOUR)
    start = head()
    assert due.carry_out() == 1
    past.refresh_from_db()
    future.refresh_from_db()
    assert (past.state, future.state, head()) == ("published", "scheduled", start + 1)
    assert past.published_at > timezone.now() - HOUR / 2  # when readers saw it, not when they should have
    assert due.carry_out() == 0


def test_pages_and_changes_show_nothing_before_it_is_published(client, plan):
    plan(-HOUR, body="Secret.")
    for path in "/liveblog/regatta/", "/liveblog/regatta/changes/?after=0":
        assert "Secret." not in client.get(path).text
    due.carry_out()
    assert "Secret." in client.get("/liveblog/regatta/").text


def test_the_command_does_it_and_says_so(plan, capsys):
    plan(-HOUR)
    call_command("due")
    assert capsys.readouterr().out == "Done: 1.\n"


def test_asking_is_one_query(plan, django_assert_num_queries):
    plan(HOUR)
    with django_assert_num_queries(1):
        assert due.carry_out() == 0


def test_whoever_comes_second_does_nothing(plan):
    """Both have asked before either wrote."""
    entry = plan(-HOUR)
    rows = [Entry.objects.due() for _ in range(2)]
    assert [bool(each.exists()) for each in rows] == [True, True]
    assert [each.when_due() for each in rows] == [1, 0]
    entry.refresh_from_db()
    assert entry.state == "published"


def test_a_live_blog_ends_when_nobody_has_posted_for_so_long(liveblog, post):
    liveblog.ends_after = 2 * HOUR
    liveblog.save()
    assert liveblog.ends_at - timezone.now() > 1.9 * HOUR
    assert due.carry_out() == 0
    later(liveblog, -HOUR)
    assert due.carry_out() == 1
    liveblog.refresh_from_db()
    assert (liveblog.state, bool(liveblog.ended_at), liveblog.ends_at) == ("ended", True, None)


def test_who_posts_puts_the_end_off(liveblog, post):
    liveblog.ends_after = 2 * HOUR
    liveblog.save()
    entry = post()
    later(liveblog, -HOUR)
    assert due.carry_out() == 0
    liveblog.refresh_from_db()
    assert (liveblog.state, liveblog.ends_at) == ("live", entry.published_at + 2 * HOUR)


def test_a_live_blog_that_is_reopened_has_its_time_again(liveblog):
    liveblog.ends_after, liveblog.state = HOUR, State.ENDED
    liveblog.save()
    assert liveblog.ends_at is None
    LiveBlog.objects.update(state=State.LIVE)
    liveblog.refresh_from_db()
    assert liveblog.ends_at
    assert liveblog.ends_at > timezone.now()
    LiveBlog.objects.update(ends_after=None)
    liveblog.refresh_from_db()
    assert liveblog.ends_at is None


def later(liveblog, when):
    """As if that time had come."""
    QuerySet(LiveBlog).filter(pk=liveblog.pk).update(ends_at=timezone.now() + when)
