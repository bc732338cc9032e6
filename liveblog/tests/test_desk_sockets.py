"""The desk's socket: for editors, as long as they are that."""

import pytest
from django.contrib.auth.models import Permission

from realtime.streams import Close
from realtime.tests.sockets import sockets

from .test_sockets import change, closed, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def open_desk(liveblog, monkeypatch):
    """`await open_desk(person)`: their socket, None for a stranger's."""
    async with sockets(monkeypatch) as open:
        yield lambda person: open(person, "/_ws/liveblog/regatta/desk")


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
