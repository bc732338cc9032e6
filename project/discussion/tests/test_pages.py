"""The live blog's page names the room beside it, and is the same for everyone, and revalidated, as before."""

from typing import Any
from uuid import uuid4

import pytest

from chat.models import Message, Room
from liveblog.models import LiveBlog
from realtime.models import Stream

PATH = "/liveblog/regatta/"


def etag(client: Any, path: str = PATH) -> str:
    return client.get(path)["ETag"]


def test_a_live_blog_without_a_discussion_carries_nothing_of_it(client, liveblog):
    page = client.get(PATH).text
    assert "discussion" not in page
    assert "chat" not in page.partition("<main")[2]


def test_a_page_with_a_discussion_is_the_same_bytes_for_everyone(client, discuss, editor, alice):
    room = discuss()
    pages = [client.get(PATH)]
    for person in editor, alice:
        client.force_login(person)
        pages.append(client.get(PATH))
    assert f'<a class="button" href="{room.get_absolute_url()}">' in pages[0].text
    assert len({page.content for page in pages}) == 1
    assert not any(page.cookies or page["Vary"] != "Accept-Encoding" for page in pages)
    for inline in "<style", " style=", " onclick=", "nonce":
        assert inline not in pages[0].text


def test_opening_correcting_hiding_showing_and_removing_the_room_changes_the_etag(client, liveblog, discuss):
    seen = [etag(client)]
    room = discuss()
    seen.append(etag(client))
    for changes in {"slug": "boats"}, {"access": "private"}, {"access": "public"}, {"about": None}:
        for name, value in changes.items():
            setattr(room, name, value)
        room.save()
        seen.append(etag(client))
    room.about = liveblog.stream
    room.save()
    seen.append(etag(client))
    Room.objects.all().delete()
    seen.append(etag(client))
    assert len(set(seen)) == len(seen)


def test_what_is_said_in_the_room_leaves_the_etag_alone(client, discuss, alice):
    room = discuss()
    before = etag(client)
    Message.post(room, [Message(author=alice, author_name="Alice", client_id=uuid4(), text="Ahoy!")])
    assert etag(client) == before


def test_a_room_that_moves_to_another_live_blog_changes_both_pages(client, discuss):
    room = discuss()
    other = LiveBlog.objects.create(title="Storm", slug="storm")
    before = [etag(client, path) for path in (PATH, "/liveblog/storm/")]
    room.about = other.stream
    room.save()
    after = [etag(client, path) for path in (PATH, "/liveblog/storm/")]
    assert not set(before) & set(after)
    assert [room.get_absolute_url() in client.get(path).text for path in (PATH, "/liveblog/storm/")] == [False, True]


def test_nobody_learns_of_a_private_room(client, discuss, editor):
    room = discuss()
    room.access = Room.Access.PRIVATE
    room.save()
    client.force_login(editor)
    assert "discussion" not in client.get(PATH).text


@pytest.mark.parametrize("about", ["liveblog.99", "nothing"])
def test_a_room_about_what_does_not_exist_makes_no_stream(db, about):
    Room.objects.create(name="Lost", slug="lost", about=about)
    assert not Stream.objects.filter(name=about).exists()


def test_a_live_blog_that_is_deleted_leaves_its_room(client, liveblog, discuss):
    room = discuss()
    liveblog.delete()
    assert client.get(room.get_absolute_url()).status_code == 200


def test_the_room_leads_back_to_its_live_blog(client, discuss):
    assert f'<a href="{PATH}">' in client.get(discuss().get_absolute_url()).text


@pytest.mark.parametrize("about", [None, "liveblog.99", f"liveblog.{10**30}", "liveblog.", "liveblog.x", "user.1"])
def test_a_room_about_nothing_that_is_there_leads_nowhere(client, db, about):
    room = Room.objects.create(name="Lost", slug="lost", about=about)
    page = client.get(room.get_absolute_url())
    assert page.status_code == 200
    assert "To the live blog" not in page.text
