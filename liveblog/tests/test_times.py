"""Times in the newsroom's zone, also in the nights when its clock is changed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from liveblog.models import LiveBlog
from realtime.tests.desk import browser_of, form_of

BACK = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Berlin, for the first time


@pytest.fixture
def berlin(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    with timezone.override(ZoneInfo("Europe/Berlin")):
        yield


@pytest.mark.parametrize("hour", [0, 1])
def test_a_start_in_the_hour_that_comes_twice_stays_where_it_is(berlin, carol, liveblog, hour):
    at = BACK.replace(hour=hour, microsecond=123)
    LiveBlog.objects.update(starts_at=at)
    form = form_of(browser_of(carol), liveblog)
    assert form.save(title="Another title").status_code == 302
    liveblog.refresh_from_db()
    assert (liveblog.title, liveblog.starts_at) == ("Another title", at)


def test_a_time_that_comes_twice_is_the_first_of_them_and_one_that_never_comes_is_refused(berlin, carol, liveblog):
    form = form_of(browser_of(carol), liveblog)
    assert form.save(starts_at_0="2026-03-29", starts_at_1="02:30:00").status_code == 200
    assert form.errors.keys() == {"starts_at"}
    assert form.save(starts_at_0="2026-10-25", starts_at_1="02:30:00").status_code == 302
    liveblog.refresh_from_db()
    assert liveblog.starts_at == BACK
