"""The index in groups: what is live first, what is coming up by when it begins, and then what has ended."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from liveblog.index import page_of
from liveblog.models import LiveBlog
from liveblog.models.groups import GROUPS, group_of
from realtime.tests.pages import found, ids, older, shown

moments = st.datetimes(timezones=st.just(UTC))  # of the years 1 to 9999
rows = st.tuples(st.sampled_from(["live", "upcoming", "ended"]), moments, st.integers(1, 2**63 - 1))


@pytest.fixture
def blog(db):
    """`blog(state, hours)`: a live blog that begins in so many hours."""

    def blog(state: str, hours: float = 0) -> LiveBlog:
        at = timezone.now() + timedelta(hours=hours)
        number = LiveBlog.objects.count()
        return LiveBlog.objects.create(title=f"No. {number}", slug=f"n{number}", state=state, starts_at=at)

    return blog


def headings(page):
    """Those in the list, by state, and the position that each has there."""
    return re.findall(r'<h2 id="group-(\w+)"[^>]* data-position="([^"]+)"', page.text)


def placed(page):
    """The positions of all that is in the list, from top to bottom."""
    return re.findall(r'data-position="([^"]+)"', page.text)


@given(st.lists(rows, min_size=2, max_size=2))
def test_positions_sort_by_group_and_then_as_each_group_is_sorted(two):
    def key(row):
        state, moment, pk = row
        since = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        return {"live": (2, since, pk), "upcoming": (1, -since, -pk), "ended": (0, since, pk)}[state]

    def place(row):
        return group_of(row[0]).position(*row[1:])

    assert sorted(two, key=place) == sorted(two, key=key)
    for row in two:
        assert place(row) < group_of(row[0]).top
        assert all(place(row) > group.top for group in GROUPS if group.rank < group_of(row[0]).rank)


def test_what_is_live_stands_first_then_what_begins_soonest_then_what_ended_last(client, blog):
    old, late, soon = blog("ended", -50), blog("upcoming", 50), blog("upcoming", 2)
    live, new, longer = blog("live", -1), blog("ended", -9), blog("live", -5)
    page = client.get("/liveblog/")
    assert shown(page) == ids([live, longer, soon, late, new, old])
    assert placed(page) == sorted(placed(page), reverse=True)
    assert [state for state, _ in headings(page)] == ["live", "upcoming", "ended"]
    assert "card-live" in page.text


@pytest.mark.parametrize("size", [1, 2, 3, 5, 30])
def test_page_by_page_each_is_there_once_and_in_order(blog, size):
    for n in range(12):
        blog(("live", "upcoming", "ended")[n % 3], n // 6)  # ties in time
    every = sorted(LiveBlog.objects.all(), key=lambda each: each.index_position, reverse=True)
    place, seen = "", []
    while True:
        page = page_of(place, size)
        on_it = [row for _, rows in page.groups for row in rows]
        seen += on_it
        assert len(on_it) <= size
        if not page.older:
            break
        assert len(on_it) == size
        place = page.older
    assert seen == every


def test_a_page_has_the_headings_of_what_it_reaches_and_the_last_all_that_are_left(client, blog, monkeypatch):
    monkeypatch.setattr("liveblog.views.PAGE", 2)
    for state in "live", "upcoming", "upcoming", "ended":
        blog(state)
    first = client.get("/liveblog/")
    assert [state for state, _ in headings(first)] == ["live", "upcoming"]  # "ended" would widen what it is about
    second = client.get(f"/liveblog/{older(first)}")
    assert found(r'<h2 class="group">([^<]+)</h2>', second) == "Coming up"
    assert [state for state, _ in headings(second)] == ["ended"]
    assert len(shown(first) + shown(second)) == 4
    assert older(second) is None


def test_a_group_that_is_empty_has_its_heading_where_the_page_goes_beyond_it(client, blog, monkeypatch):
    monkeypatch.setattr("liveblog.views.PAGE", 2)
    for state in "live", "ended", "ended":
        blog(state)
    assert [state for state, _ in headings(client.get("/liveblog/"))] == ["live", "upcoming", "ended"]
    blog("live")
    assert [state for state, _ in headings(client.get("/liveblog/"))] == ["live", "upcoming"]


def test_a_card_moves_to_another_group_by_its_position(blog):
    one = blog("upcoming", 1)
    places = [one.index_position]
    for state in "live", "ended":
        LiveBlog.objects.update(state=state)
        one.refresh_from_db()
        places.append(one.index_position)
    assert [place[0] for place in places] == ["1", "2", "0"]
    assert one.as_item("liveblogs")["position"] == places[-1]


def test_an_empty_index_says_so(client, db):
    page = client.get("/liveblog/")
    assert shown(page) == []
    assert "There are no live blogs yet." in page.text


@pytest.mark.parametrize("place", ["3.1.1", "2.", "1.9", "2.~~", "1.9795348800000000.0000000000000000009x", "2.\x00"])
def test_a_place_that_is_none_is_not_found(client, db, place):
    assert client.get("/liveblog/", {"before": place}).status_code == 404
