"""Who may do what where: one table, which pages, forms and sockets follow alike."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from chat.models import Membership, Report, Room
from realtime.streams import Close
from realtime.tests.pages import JSON

from .tabs import PATIENCE, write

PEOPLE = ["nobody", "stranger", "member", "muted", "banned", "moderator", "deactivated"]
TABLE = {
    "public": {
        "read": "yes yes yes yes banned yes yes",
        "send": "sign_in not_member yes muted banned yes sign_in",
        "edit": "sign_in not_member yes muted banned yes sign_in",
        "edit another's": "sign_in not_yours not_yours not_yours banned not_yours sign_in",
        "report": "sign_in yes yes yes banned yes sign_in",
        "mute": "sign_in forbidden forbidden forbidden banned yes sign_in",
        "ban": "sign_in forbidden forbidden forbidden banned yes sign_in",
        "delete": "sign_in yes yes yes banned yes sign_in",
        "delete another's": "sign_in not_yours not_yours not_yours banned yes sign_in",
    },
    "private": {
        "read": "not_found not_found yes yes not_found yes not_found",
        "send": "not_found not_found yes muted not_found yes not_found",
        "edit": "not_found not_found yes muted not_found yes not_found",
        "edit another's": "not_found not_found not_yours not_yours not_found not_yours not_found",
        "report": "not_found not_found yes yes not_found yes not_found",
        "mute": "not_found not_found forbidden forbidden not_found yes not_found",
        "ban": "not_found not_found forbidden forbidden not_found yes not_found",
        "delete": "not_found not_found yes yes not_found yes not_found",
        "delete another's": "not_found not_found not_yours not_yours not_found yes not_found",
    },
    "closed": {
        "read": "yes yes yes yes banned yes yes",
        "send": "sign_in closed closed closed banned closed sign_in",
        "edit": "sign_in closed closed closed banned closed sign_in",
        "edit another's": "sign_in not_yours not_yours not_yours banned not_yours sign_in",
        "report": "sign_in yes yes yes banned yes sign_in",
        "mute": "sign_in forbidden forbidden forbidden banned yes sign_in",
        "ban": "sign_in forbidden forbidden forbidden banned yes sign_in",
        "delete": "sign_in closed closed closed banned yes sign_in",
        "delete another's": "sign_in not_yours not_yours not_yours banned yes sign_in",
    },
}
FIELDS: dict[str, dict[str, Any]] = {
    "public": {},
    "private": {"access": Room.Access.PRIVATE},
    "closed": {"closed": True},
}


@pytest.fixture(params=TABLE)
def kind(request):
    return request.param


@pytest.fixture(params=PEOPLE)
def who(request):
    return request.param


@pytest.fixture
def scene(kind, who, room, alice, bob, carol, join, say):
    """alice is who acts, and bob whom it is done to; both have said something before."""
    for person in alice, bob, carol:
        join(person)
    own, another, last = say("secret"), say("secret", author=bob), say("secret", author=carol)
    membership = room.memberships.filter(user=alice)
    match who:
        case "nobody" | "stranger":
            membership.delete()
        case "muted":
            room.mute(alice, 5)
        case "banned":
            room.ban(alice)
        case "moderator":
            membership.update(role=Membership.Role.MODERATOR)
        case "deactivated":
            membership.update(role=Membership.Role.MODERATOR)  # and yet
    Room.objects.update(**FIELDS[kind])
    actions = {
        "send": {"type": "send", "id": str(uuid4()), "text": "Hello."},
        "edit": {"type": "edit", "message": own.pk, "text": "Edited."},
        "edit another's": {"type": "edit", "message": another.pk, "text": "Edited."},
        "report": {"type": "report", "message": another.pk},
        "mute": {"type": "mute", "person": bob.pk, "minutes": 5},
        "ban": {"type": "ban", "person": bob.pk, "banned": True},
        "delete": {"type": "delete", "message": own.pk},
        "delete another's": {"type": "delete", "message": another.pk},
    }
    expected = {deed: row.split()[PEOPLE.index(who)] for deed, row in TABLE[kind].items()}
    return SimpleNamespace(room=room, before=last.version - 1, actions=actions, expected=expected)


@pytest.fixture
def deactivate(who, alice):
    """She signed in before."""

    def deactivate():
        if who == "deactivated":
            alice.is_active = False
            alice.save()

    return deactivate


def stored(scene, bob):
    """What the actions have left: it is what the table allows."""
    allowed = {deed for deed, outcome in scene.expected.items() if outcome == "yes"}
    membership = scene.room.membership_of(bob)
    messages = {message.pk: message for message in scene.room.messages.all()}
    found = {
        "send": len(messages) == 4,
        "edit": messages[scene.actions["edit"]["message"]].text == "Edited.",
        "edit another's": messages[scene.actions["report"]["message"]].text == "Edited.",
        "report": Report.objects.exists(),
        "mute": membership.is_muted,
        "ban": membership.banned,
        "delete": messages[scene.actions["delete"]["message"]].deleted,
        "delete another's": messages[scene.actions["report"]["message"]].deleted,
    }
    return {deed for deed, done in found.items() if done} == allowed - {"read"}


@pytest.fixture
def browser(who, alice, scene, deactivate):
    client = Client()
    if who != "nobody":
        client.force_login(alice)
    deactivate()
    return client


def test_pages_show_what_one_may_read_and_hide_the_rest(browser, scene):
    paths = ["/chat/lobby/", "/chat/lobby/?before=3", f"/chat/lobby/changes/?after={scene.before}"]
    outcomes = {200: "yes", 403: "banned", 404: "not_found"}
    for path in paths:
        page = browser.get(path)
        assert outcomes[page.status_code] == scene.expected["read"], path
        assert ("secret" in page.text) == (scene.expected["read"] == "yes"), path
    found = browser.get("/chat/search/?q=secret").context["messages"]
    assert bool(found) == (scene.expected["read"] == "yes")
    assert ("Lobby" in browser.get("/chat/").text) == (scene.expected["read"] == "yes")


def test_forms_do_what_one_may(browser, scene, bob):
    for deed, fields in scene.actions.items():
        answer = browser.post("/chat/lobby/", fields, headers=JSON)
        outcome = "yes" if answer.status_code == 200 else answer.json()["code"]
        assert outcome == scene.expected[deed], deed
        assert answer.json()["type"] == ("ack" if outcome == "yes" else "error")
    assert stored(scene, bob)


@pytest.mark.django_db(transaction=True)
async def test_sockets_do_what_one_may(connect, who, alice, bob, scene, deactivate):
    cookies = None if who == "nobody" else alice
    tab = await connect(f"/_ws/chat/lobby?after={scene.before}", cookies, then=deactivate)
    closed = {"banned": Close.FORBIDDEN, "not_found": Close.NOT_FOUND}
    if code := closed.get(scene.expected["read"]):
        event = await tab.socket.receive_output(timeout=PATIENCE)
        assert (event["type"], event["code"]) == ("websocket.close", code)  # and nothing came before it
        return
    assert (await tab.item("message"))["data"]["text"] == "secret"
    for deed, fields in scene.actions.items():
        answer = await tab.do(**{"id": str(uuid4()), **fields})
        assert answer.get("code", "yes") == scene.expected[deed], deed
    assert await write(stored, scene, bob)
