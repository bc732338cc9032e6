"""A browser sends each line break as two characters, a shell as one: it is the same text by whatever path it came."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command

from liveblog.models import Entry, LiveBlog
from realtime.tests.desk import browser_of, form_of

UNIX, FORM, OLD = "One\n\nTwo", "One\r\n\r\nTwo", "One\r\rTwo"


@pytest.fixture
def mine(carol):
    return browser_of(carol)


def test_what_a_command_posted_is_not_updated_by_a_form_that_saves_it_as_it_is(mine, liveblog):
    call_command("post", "regatta", UNIX)
    form_of(mine, entry := Entry.objects.get()).save(body=FORM, pinned="on")
    entry.refresh_from_db()
    assert (entry.body, entry.updated_at, entry.pinned) == (UNIX, None, True)
    assert json.loads(LogEntry.objects.get().change_message) == [{"changed": {"fields": ["Pinned"]}}]


def test_texts_that_differ_in_their_line_breaks_are_no_conflict(mine, post):
    entry = post(UNIX)
    form = form_of(mine, entry)
    Entry.objects.filter(pk=entry.pk).update(body=UNIX, headline="Theirs")
    assert form.save(body=FORM, byline="Mine").status_code == 302
    entry.refresh_from_db()
    assert (entry.body, entry.headline, entry.byline, entry.updated_at is None) == (UNIX, "Theirs", "Mine", False)


@pytest.mark.parametrize("body", [FORM, OLD])
def test_every_path_stores_one_kind_of_line_break(post, liveblog, body):
    def stored():
        return list(Entry.objects.values_list("body", flat=True))

    call_command("post", "regatta", body)
    entry = Entry.objects.get()
    assert stored() == [UNIX]
    entry.body = body
    assert entry.body == UNIX
    entry.save()
    Entry.objects.update(body=body)
    assert stored() == [UNIX]
    entry.refresh_from_db()
    assert entry.updated_at is None
    entry.body = body
    Entry.objects.bulk_update([entry], ["body"])
    Entry.objects.bulk_create([Entry(liveblog=liveblog, body=body)])
    assert stored() == [UNIX, UNIX]
    assert Entry.objects.filter(body=body).count() == 2


def test_so_is_the_summary_of_a_live_blog(mine, liveblog):
    form_of(mine, liveblog).save(summary=FORM)
    assert LiveBlog.objects.get().summary == UNIX
