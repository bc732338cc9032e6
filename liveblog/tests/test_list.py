"""The list of entries: what it says of each, which it shows, and what can be changed in it."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from liveblog.models import Entry
from realtime.tests.desk import Rows, browser_of, form_of

from .newsroom import ENTRIES, listed


@pytest.fixture
def client(carol):
    return browser_of(carol)


def times(client):
    return re.findall(r'<time datetime="[^"]+">([^<]+)</time>', client.get(ENTRIES).text)


def test_a_row_says_when_in_which_state_and_what_with_its_headline_first(client, post):
    post("*They* are off.\n\nAll of them.", headline="Start <now>", byline="Our reporters")
    page = client.get(ENTRIES)
    assert [column for column in page.context["cl"].list_display if column != "action_checkbox"] == [
        "time", "state", "said", "byline", "liveblog", "pinned", "key_event",
    ]  # fmt: skip
    said = "<strong>Start &lt;now&gt;</strong> They are off. All of them."
    assert f'<span class="entry-said" dir="auto">{said}</span>' in page.text
    assert "liveblog/admin.css" in page.text


def test_a_picture_alone_is_said_by_what_it_shows(client, post):
    post("", image_alt="Sails at dawn")
    assert ">Sails at dawn</span>" in client.get(ENTRIES).text


def test_times_are_short_and_by_the_clock_of_the_newsroom(client, post, monkeypatch):
    now = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # half past midnight in Berlin
    monkeypatch.setattr(timezone, "now", lambda: now)
    for ago in timedelta(0), timedelta(hours=1), timedelta(days=300):
        post(state="draft", published_at=now - ago)
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert times(client) == ["00:30", "1 Jul, 23:30", "5 Sep 2025, 00:30"]


def test_the_list_is_filtered_to_the_last_hour_today_and_the_last_week(client, post, monkeypatch):
    now = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    recent, morning, night, old = (
        post(state="draft", published_at=now - timedelta(hours=hours)) for hours in (0.5, 11.5, 13.5, 24 * 8)
    )
    assert listed(client) == [recent, morning, night, old]
    assert listed(client, since="hour") == [recent]
    assert listed(client, since="today") == [recent, morning]
    assert listed(client, since="week") == [recent, morning, night]
    assert listed(client, since="nonsense") == [recent, morning, night, old]
    with timezone.override(ZoneInfo("Europe/Berlin")):  # where midnight is two hours earlier
        assert listed(client, since="today") == [recent, morning, night]


def test_what_is_pinned_or_a_key_event_is_changed_in_the_list(client, post, head):
    first, second = post(), post(pinned=True)
    before, rows = head(), Rows(client, ENTRIES)
    rows.type(first, key_event="on")
    rows.type(second, pinned=None)
    assert "2 entries were changed successfully." in rows.save().text
    assert set(Entry.objects.values_list("pk", "pinned", "key_event")) == {
        (first.pk, False, True),
        (second.pk, False, False),
    }
    assert head() == before + 1
    assert not Entry.objects.exclude(updated_at=None).exists()


def test_a_box_that_nobody_touched_overwrites_no_colleague(client, post, editor):
    entry, other = post(pinned=True), post()
    rows = Rows(client, ENTRIES)
    form_of(browser_of(editor), entry).save(pinned=None, body="Theirs")
    form_of(browser_of(editor), other).save(key_event="on", state="retracted")
    rows.type(entry, key_event="on")
    rows.save()
    assert Entry.objects.filter(pinned=False, key_event=True, body="Theirs").get() == entry
    assert Entry.objects.filter(key_event=True, state="retracted").get() == other


def test_an_entry_that_is_older_than_a_rule_hinders_nobody_and_says_what_it_lacks(client, post):
    old, other = post(image="old.png", image_width=1, image_height=1), post()
    rows = Rows(client, ENTRIES)
    rows.type(other, pinned="on")
    assert "1 entry was changed successfully." in rows.save().text
    rows = Rows(client, ENTRIES)
    rows.type(old, pinned="on")
    assert "Say what the image shows" in rows.save().text
    assert not Entry.objects.get(pk=old.pk).pinned
