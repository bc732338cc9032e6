"""The live blog's sockets: what an editor does, its readers get; and nothing else."""

import json

import pytest
from channels.db import database_sync_to_async
from channels.routing import get_default_application
from channels.testing import WebsocketCommunicator

from liveblog.models import Entry, LiveBlog
from realtime.streams import Close

pytestmark = pytest.mark.django_db(transaction=True)


@database_sync_to_async
def write(action, *args, **kwargs):
    """Carry out a database action as an editor's request would, in a thread."""
    return action(*args, **kwargs)


async def greeting(socket):
    frame = await socket.receive_json_from()
    assert frame["type"] == "hello"
    return frame["version"]


async def closed(socket):
    event = await socket.receive_output()
    assert event["type"] == "websocket.close", event
    return event["code"]


async def change(socket):
    """The one item of the next frame, which has to be one of changes."""
    frame = await socket.receive_json_from()
    assert frame["type"] == "changes", frame
    (item,) = frame["items"]
    assert item["version"] == frame["version"] > frame["after"]
    return item


@pytest.mark.parametrize("path", ["/_ws/liveblog/regatta", "/_ws/liveblog/regatta/", "/_ws/liveblog", "/_ws/liveblog/"])
async def test_a_socket_says_hello_with_and_without_its_last_slash(open_socket, liveblog, path):
    socket = await open_socket(path)
    head = liveblog.version if "regatta" in path else liveblog.index_version
    assert await socket.receive_json_from() == {"type": "hello", "protocol": 1, "version": head, "heartbeat": 20}


async def test_an_entry_is_seen_new_edited_retracted_and_again(open_socket, liveblog, post):
    socket = await open_socket("/_ws/liveblog/regatta")
    await greeting(socket)
    entry = await write(post, "They are off.")
    item = await change(socket)
    assert (item["id"], item["version"], item["position"]) == (entry.item_id, entry.version, entry.position)
    assert "They are off." in item["html"]

    entry.body = "They are off, at last."
    await write(entry.save)
    assert "at last" in (await change(socket))["html"]

    await write(Entry.objects.filter(pk=entry.pk).update, state=Entry.State.RETRACTED)
    assert (await change(socket))["removed"] is True

    await write(Entry.objects.publish)
    back = await change(socket)
    assert (back["id"], back["position"]) == (item["id"], item["position"])

    await write(entry.delete)
    assert (await change(socket))["removed"] is True


async def test_only_what_is_published_comes_through(open_socket, liveblog, post):
    socket = await open_socket("/_ws/liveblog/regatta")
    await greeting(socket)
    draft = await write(post, "Secret", state="draft")
    await write(Entry.objects.filter(pk=draft.pk).update, pinned=True, headline="Secret")
    await write(draft.delete)
    await write(post, "Secret", state="retracted")
    await write(post, "Public")
    assert (await change(socket))["data"]["body"] == "Public"  # and nothing came before it


async def test_unpublishing_tells_nothing_of_what_was_changed_with_it(open_socket, liveblog, post):
    entry = await write(post, "Public")
    socket = await open_socket("/_ws/liveblog/regatta")
    await greeting(socket)
    await write(Entry.objects.filter(pk=entry.pk).update, state=Entry.State.DRAFT, body="Secret")
    assert (await change(socket)).keys() == {"id", "version", "removed"}


async def test_a_reader_who_was_away_gets_what_was_missed(open_socket, liveblog, post):
    entries = [await write(post) for _ in range(3)]
    socket = await open_socket(f"/_ws/liveblog/regatta?after={entries[0].version}")
    head = await greeting(socket)
    frame = await socket.receive_json_from()
    assert (frame["after"], frame["version"]) == (entries[0].version, head)
    assert [item["id"] for item in frame["items"]] == [entry.item_id for entry in entries[1:]]


@pytest.mark.parametrize("after", ["-1", "x", "", "0", "9" * 15, "9" * 17, "9" * 5000])
async def test_a_cursor_that_cannot_resume_is_reset(open_socket, liveblog, post, after):
    socket = await open_socket(f"/_ws/liveblog/regatta?after={after}")
    head = await greeting(socket)
    assert await socket.receive_json_from() == {"type": "reset", "version": head}
    await write(post)
    await change(socket)  # and goes on from there


async def test_the_head_of_a_live_blog_is_live_too(open_socket, liveblog):
    socket, index = await open_socket("/_ws/liveblog/regatta"), await open_socket("/_ws/liveblog")
    await greeting(socket)
    await greeting(index)
    await write(LiveBlog.objects.update, title="Regatta, day two")
    header, card = await change(socket), await change(index)
    assert header["html"].startswith("<header")
    assert card["html"].startswith("<article")
    assert header["id"] == card["id"] == liveblog.item_id
    assert header["position"] is None
    assert card["position"] == liveblog.index_position


async def test_the_index_hears_nothing_of_entries(open_socket, liveblog, post):
    index = await open_socket("/_ws/liveblog")
    head = await greeting(index)
    await write(post)
    await write(LiveBlog.objects.create, title="New", slug="new")
    frame = await index.receive_json_from()
    assert (frame["after"], frame["version"]) == (head, head + 1)


async def test_the_end_of_a_live_blog_is_said_and_its_readers_are_sent_home(open_socket, liveblog, post):
    socket = await open_socket("/_ws/liveblog/regatta")
    head = await greeting(socket)
    entry = await write(post, "The last boat is home")
    assert (await change(socket))["id"] == entry.item_id
    liveblog.state = LiveBlog.State.ENDED
    await write(liveblog.save)
    assert (await change(socket))["data"]["state"] == "ended"
    assert await closed(socket) == Close.ENDED

    late = await open_socket(f"/_ws/liveblog/regatta?after={head}")
    assert await greeting(late) == liveblog.version
    frame = await late.receive_json_from()
    assert [item["id"] for item in frame["items"]] == [entry.item_id, liveblog.item_id]
    assert await closed(late) == Close.ENDED


async def test_a_live_blog_that_goes_on_has_readers_again(open_socket, liveblog, post):
    for state in LiveBlog.State.ENDED, LiveBlog.State.LIVE:
        liveblog.state = state
        await write(liveblog.save)
    socket = await open_socket("/_ws/liveblog/regatta")
    await greeting(socket)
    await write(post)
    await change(socket)


async def test_a_deleted_live_blog_is_gone(open_socket, liveblog, post):
    await write(post)
    socket, index = await open_socket("/_ws/liveblog/regatta"), await open_socket("/_ws/liveblog")
    await greeting(socket)
    await greeting(index)
    item = liveblog.item_id
    await write(liveblog.delete)
    assert await closed(socket) == Close.GONE
    removed = await change(index)
    assert (removed["id"], removed["removed"]) == (item, True)


async def test_an_unknown_live_blog_is_said_to_be_unknown(open_socket, liveblog):
    assert await closed(await open_socket("/_ws/liveblog/nowhere")) == Close.NOT_FOUND


async def test_a_corrected_slug_keeps_its_readers_and_the_old_one_still_leads_there(open_socket, liveblog, post):
    socket = await open_socket("/_ws/liveblog/regatta")
    head = await greeting(socket)
    liveblog.slug = "harbour-regatta"
    await write(liveblog.save)
    assert (await change(socket))["data"]["url"] == "/liveblog/harbour-regatta/"
    old = await open_socket(f"/_ws/liveblog/regatta?after={head}")
    await greeting(old)
    await change(old)
    await write(post)
    assert (await change(socket))["id"] == (await change(old))["id"]


async def test_an_entry_that_cannot_be_rendered_does_not_stop_the_others(open_socket, liveblog, post, monkeypatch):
    socket = await open_socket("/_ws/liveblog/regatta")
    await greeting(socket)
    with monkeypatch.context() as broken:
        broken.setattr("liveblog.models.entries.to_html", lambda text: 1 / 0)
        await write(post)
        item = await change(socket)
    assert "This cannot be shown" in item["html"]
    assert (item["position"], item["data"]) == (None, {})
    await write(post, "The next one")
    assert "The next one" in (await change(socket))["html"]


async def test_the_socket_takes_no_frames(open_socket, liveblog, post):
    socket = await open_socket("/_ws/liveblog/regatta")
    await greeting(socket)
    await socket.send_json_to({"type": "send", "text": "Hello"})
    error = await socket.receive_json_from()
    assert (error["type"], error["id"], error["code"]) == ("error", None, "read_only")
    await write(post)
    await change(socket)  # it stays open
    for _ in range(20):
        await socket.send_to(text_data=json.dumps("again"))
    for _ in range(19):
        assert (await socket.receive_json_from())["code"] == "read_only"
    assert await closed(socket) == Close.BAD_REQUEST


@pytest.mark.parametrize(
    "origin", [None, b"http://evil.example", b"https://testserver", b"http://testserver.evil.example"]
)
async def test_pages_of_other_sites_get_no_socket(liveblog, origin, caplog):
    headers = [(b"host", b"testserver"), *([(b"origin", origin)] if origin else [])]
    socket = WebsocketCommunicator(get_default_application(), "/_ws/liveblog/regatta", headers=headers)
    assert (await socket.connect())[0] is False
    assert "Socket refused" in caplog.text
