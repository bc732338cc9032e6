"""The desk's socket: for editors, as long as they are that."""

import pytest
from channels.routing import get_default_application
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import Permission
from django.db import close_old_connections
from django.test import Client

from realtime.hub import get_hub
from realtime.streams import Close

from .test_sockets import change, closed, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def open_desk(liveblog, monkeypatch):
    """`await open_desk(person)`: their socket, None for a stranger's."""
    monkeypatch.setattr("channels.testing.application.no_op", close_old_connections)
    opened = []

    async def open_desk(person):
        client = Client()
        if person:
            await write(client.force_login, person)
        cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()).encode()
        headers = [(b"host", b"testserver"), (b"origin", b"http://testserver"), (b"cookie", cookie)]
        socket = WebsocketCommunicator(get_default_application(), "/_ws/liveblog/regatta/desk", headers=headers)
        opened.append(socket)
        assert (await socket.connect())[0]
        return socket

    yield open_desk
    for socket in opened:
        await socket.disconnect()
    await get_hub().stop()


@pytest.fixture
def editing(alice):
    """alice, as staff who may change entries."""
    alice.is_staff = True
    alice.save()
    alice.user_permissions.add(Permission.objects.get(codename="change_entry"))
    return alice


async def greeted(socket):
    """What comes first: the greeting, and who is here."""
    return [(await socket.receive_json_from())["type"] for _ in range(3)]


async def test_strangers_and_members_are_refused(open_desk, alice):
    assert await closed(await open_desk(None)) == Close.SIGN_IN
    assert await closed(await open_desk(alice)) == Close.FORBIDDEN


async def test_an_editor_gets_what_readers_do_not(open_desk, editing, post):
    socket = await open_desk(editing)
    assert await greeted(socket) == ["hello", "presence", "presence"]
    draft = await write(post, "Not yet.", state="draft")
    item = await change(socket)
    assert (item["id"], "Not yet." in item["html"]) == (draft.item_id, True)


async def test_who_loses_the_right_is_shown_out_at_once(open_desk, editing):
    socket = await open_desk(editing)
    await greeted(socket)
    await write(editing.user_permissions.clear)
    assert await closed(socket) == Close.FORBIDDEN


async def test_who_edits_is_told_to_the_others(open_desk, editing, editor, post):
    entry = await write(post)
    mine, theirs = await open_desk(editing), await open_desk(editor)
    await greeted(mine)
    await greeted(theirs)
    await mine.send_json_to({"type": "editing", "item": entry.item_id})
    while (frame := await theirs.receive_json_from())["type"] != "editing":
        pass
    assert frame == {"type": "editing", "id": editing.pk, "name": "Alice Liddell", "item": entry.item_id}


async def test_frames_that_are_none_are_told_so(open_desk, editing):
    socket = await open_desk(editing)
    await greeted(socket)
    await socket.send_json_to({"type": "editing", "item": 7})
    assert (await socket.receive_json_from())["code"] == "malformed"
