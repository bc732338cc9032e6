"""`manage.py demo`: a lobby in which somebody has been talking."""

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

from chat import demo
from chat.models import Message, Room
from conftest import person


@pytest.fixture
def run(db, capsys, settings, tmp_path, monkeypatch):
    """`run()`: what `manage.py demo` prints."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setenv("DEMO_PASSWORD", "first-horse")
    monkeypatch.setenv("PORT", "8123")

    def run() -> str:
        call_command("demo")
        return capsys.readouterr().out

    return run


def test_the_demo_is_a_public_room_that_anybody_can_read(client, run):
    assert "http://localhost:8123/chat/lobby/" in run()
    page = client.get("/chat/lobby/")
    assert page.status_code == 200
    for message in Message.objects.all():
        assert message.text_html in page.text


def test_its_people_are_in_the_lobby_and_the_editor_keeps_it(run):
    run()
    room = Room.objects.get()
    for username, moderates in ("editor", True), ("alice", False), ("bob", False):
        somebody = get_user_model().objects.get(username=username)
        rights = room.rights_of(somebody, room.membership_of(somebody))
        assert (rights.hindrance, rights.moderate) == ("", moderates)
    assert not room.memberships.exclude(role="moderator").filter(user__is_staff=True).exists()


def test_the_conversation_shows_what_messages_can_be(run):
    run()
    messages = list(Message.objects.order_by("number"))
    times = [message.created_at for message in messages]
    assert times == sorted(times)
    assert {message.author_name for message in messages} == set(demo.NAMES.values())
    assert all(message.author for message in messages)
    assert sum(1 for message in messages if message.edited_at) == 1
    html = "".join(message.text_html for message in messages)
    assert '<b class="mention"' in html
    assert '<a href="https://' in html


def test_it_is_made_once_however_often_it_runs(run):
    run()
    Room.objects.update(name="Made my own")
    Message.objects.all()[0].delete()
    before = Message.objects.count()
    run()
    assert Message.objects.count() == before
    assert Room.objects.get().name == "Made my own"


def test_a_lobby_under_another_address_is_the_lobby_still(run):
    run()
    room = Room.objects.get()
    room.slug = "foyer"
    room.save()
    assert "/chat/foyer/" in run()
    assert Room.objects.get() == room


def test_no_words_are_put_into_the_mouth_of_a_stranger(run, alice):
    stranger = person("editor", "Ed Stranger")
    run()
    room = Room.objects.get()
    for somebody in alice, stranger:
        assert room.membership_of(somebody) is None
        assert not Message.objects.filter(author=somebody).exists()
    assert Message.objects.filter(author=None, author_name="Alice Liddell").exists()
