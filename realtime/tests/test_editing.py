"""The sockets of the admin's forms: for who may change a model's rows, as long as they may."""

import pytest
from django.contrib.auth.models import Permission

from conftest import person
from realtime.streams import Close

from .readers import in_thread
from .seats import code_of
from .sockets import sockets

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def open_form(monkeypatch):
    """`await open_form(person, model)`: their socket, None for a stranger's."""
    async with sockets(monkeypatch) as open:
        yield lambda person, model="testboard.note": open(person, f"/_ws/forms/{model}")


@pytest.fixture
def clerk(db):
    clerk = person("clerk", "Clara Clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="change_note"))
    return clerk


async def test_strangers_and_who_may_not_change_these_rows_are_refused(open_form, alice, clerk):
    assert await code_of(await open_form(None)) == Close.SIGN_IN
    assert await code_of(await open_form(alice)) == Close.FORBIDDEN
    assert await code_of(await open_form(clerk, "auth.group")) == Close.FORBIDDEN


@pytest.mark.parametrize("model", ["no.model", "nonsense", "sessions.session", "a.b.c", "%00", "testboard.seat"])
async def test_what_the_admin_does_not_have_is_not_found(open_form, editor, model):
    assert await code_of(await open_form(editor, model)) == Close.NOT_FOUND


async def test_what_one_has_open_is_told_to_the_others(open_form, clerk, editor):
    mine, theirs = await open_form(clerk), await open_form(editor)
    for socket in (mine, theirs):
        assert (await socket.receive_json_from())["type"] == "hello"
    await mine.send_json_to({"type": "editing", "item": "note-7"})
    while (frame := await theirs.receive_json_from())["type"] != "editing":
        pass
    assert frame == {"type": "editing", "id": clerk.pk, "name": "clerk", "item": "note-7"}


async def test_who_loses_the_right_is_shown_out(open_form, clerk):
    socket = await open_form(clerk)
    assert (await socket.receive_json_from())["type"] == "hello"
    await in_thread(clerk.user_permissions.clear)
    assert await code_of(socket) == Close.FORBIDDEN
