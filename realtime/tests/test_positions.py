"""Positions sort as text like what they are made of, in every client and in SQL."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.http import Http404
from hypothesis import example, given
from hypothesis import strategies as st

from realtime.streams import before, position
from realtime.streams.positions import parse

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
moments = st.datetimes(timezones=st.just(UTC))  # of the years 1 to 9999
keys = st.integers(1, 2**63 - 1)
places = st.tuples(st.booleans(), moments, keys)


def text_of(place):
    first, moment, pk = place
    return position(moment, pk, first)


def test_a_position_is_zero_padded_text():
    assert position(NOON, 9) == "0.1795348800000000.0000000000000000009"
    assert position(NOON, 9, first=True) == "1.1795348800000000.0000000000000000009"


def test_before_1970_and_after_2286_it_has_a_mark_that_stands_below_and_above_all_digits():
    assert position(datetime(1969, 7, 20, 20, 17, 40, tzinfo=UTC), 9) == "0.-99985817060000000.0000000000000000009"
    assert position(datetime(2300, 1, 1, tzinfo=UTC), 9) == "0.~010413792000000000.0000000000000000009"


@given(places, places)
@example((False, datetime(1969, 12, 31, tzinfo=UTC), 1), (False, datetime(1970, 1, 1, tzinfo=UTC), 1))
@example((False, datetime(2286, 1, 1, tzinfo=UTC), 1), (False, datetime(2287, 1, 1, tzinfo=UTC), 1))
def test_text_sorts_like_pinned_then_time_then_key(one, two):
    assert (text_of(one) < text_of(two)) == (one < two)


@given(places)
def test_a_position_is_read_back(place):
    _, moment, pk = place
    assert parse(text_of(place)) == (moment, pk)


@pytest.mark.parametrize(
    "text",
    ["", "0", "x", "0.1.2", "2.1795348800000000.0000000000000000009", "0.1795348800000000.0000000000000000009\n", "-1"]
    + [
        f"0.{time}.0000000000000000009" for time in ("-1795348800000000", "~1795348800000000", "~" + "9" * 18, "٠" * 16)
    ],
)
def test_a_malformed_position_is_none(text):
    assert parse(text) is None


def test_a_key_above_all_keys_stays_within_the_database():
    assert parse(f"0.{0:016d}.{'9' * 19}") == (datetime(1970, 1, 1, tzinfo=UTC), 2**63 - 1)


@pytest.mark.django_db
def test_the_rows_before_a_position_are_those_with_lower_ones():
    User = get_user_model()
    for number, hours in enumerate([0, 1, 1, 1, 2]):
        User.objects.create(username=f"{number}", date_joined=NOON + timedelta(hours=hours))
    users = list(User.objects.order_by("date_joined", "pk"))
    for place in users:
        found = before(User.objects.all(), "date_joined", position(place.date_joined, place.pk))
        assert set(found) == set(users[: users.index(place)])
    assert before(User.objects.all(), "date_joined", "").count() == 5
    with pytest.raises(Http404):
        before(User.objects.all(), "date_joined", "malformed")
