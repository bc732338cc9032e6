"""Editors open a discussion where they run the live blogs."""

from threading import Thread

import pytest
from django.db import connection

from chat.models import Room
from liveblog.models import LiveBlog
from project.discussion import rooms
from project.discussion.rooms import open_discussion
from realtime.tests.desk import offered, run

LIVEBLOGS = "/admin/liveblog/liveblog/"


def test_a_discussion_is_opened_once_and_moderated_by_who_opened_it(client, liveblog, editor):
    client.force_login(editor)
    first = run(client, LIVEBLOGS, "open_discussion", liveblog)
    room = Room.objects.get()
    assert (room.name, room.slug, room.about) == ("Harbour regatta", "regatta", liveblog.stream)
    assert room.rights_of(editor, room.membership_of(editor)).moderate
    assert "1 discussion opened." in first.text
    again = run(client, LIVEBLOGS, "open_discussion", liveblog)
    assert "0 discussions opened." in again.text
    assert Room.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_click_while_the_first_is_under_way_opens_no_other(liveblog, editor, monkeypatch):
    opened = []

    def click():
        opened.append(open_discussion(liveblog, editor))
        connection.close()

    second = Thread(target=click)

    def opening(*args):
        monkeypatch.setattr(rooms, "free_slug", free_slug)
        second.start()
        second.join(0.3)
        assert second.is_alive()
        return free_slug(*args)

    free_slug = rooms.free_slug
    monkeypatch.setattr(rooms, "free_slug", opening)
    assert open_discussion(liveblog, editor)
    second.join()
    assert opened == [False]


def test_it_is_offered_to_those_who_may_add_rooms(client, liveblog, editor, carol):
    client.force_login(carol)  # she may change live blogs
    assert "open_discussion" not in offered(client, LIVEBLOGS)
    run(client, LIVEBLOGS, "open_discussion", liveblog)
    assert not Room.objects.exists()
    client.force_login(editor)
    assert "open_discussion" in offered(client, LIVEBLOGS)


def test_a_slug_that_a_room_has_or_had_or_cannot_have_is_not_taken(liveblog, editor):
    room = Room.objects.create(name="Boats", slug="regatta")
    room.slug = "boats"
    room.save()
    named = [
        liveblog,
        LiveBlog.objects.create(title="Boats", slug="boats"),
        LiveBlog.objects.create(title="?", slug="new"),
    ]
    for each in named:
        assert open_discussion(each, editor)
        assert Room.objects.get(about=each.stream).slug == f"discussion-{each.pk}"


def test_a_long_title_is_shortened_to_a_name(liveblog, editor):
    liveblog.title = "Boats " * 30
    liveblog.save()
    open_discussion(liveblog, editor)
    name = Room.objects.get().name
    assert len(name) <= 80
    assert name.endswith("…")
