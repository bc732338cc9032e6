"""`changes/?after=N`: what sockets would say, over plain HTTP."""

from asgiref.sync import sync_to_async
from django.test import Client

from chat.views import pages as views
from realtime.models import Stream


def test_changes_are_shared_by_strangers_for_a_second(client, room, say, head):
    start = head(room.stream)
    message = say()
    answer = client.get("/chat/lobby/changes/", {"after": start})
    assert [item["id"] for item in answer.json()["items"]] == [message.item_id]
    assert set(answer["Cache-Control"].split(", ")) == {"public", "max-age=1"}
    assert answer["Vary"] == "Cookie"
    assert client.get("/chat/lobby/changes/")["Cache-Control"] == "no-store"  # a reset


def test_ones_own_changes_are_ones_own(alices, alice, bob, say):
    start = Stream.objects.get(name=f"user.{alice.pk}").head
    say("@alice", author=bob)
    answer = alices.get(f"/chat/user/{alice.pk}/changes/", {"after": start})
    assert [item["data"]["number"] for item in answer.json()["items"]] == [1]
    for browser, pk in (alices, bob.pk), (Client(), alice.pk), (alices, 10**30):
        assert browser.get(f"/chat/user/{pk}/changes/", {"after": start}).status_code == 403


def test_they_tell_how_far_each_room_has_come_as_the_socket_does(alices, alice, bob, room, private, join, say):
    join(alice, room=private)
    say(author=bob)
    path, told = f"/chat/user/{alice.pk}/changes/", [{"type": "unread", "room": room.pk, "last": 1}]
    for after in (Stream.objects.get(name=f"user.{alice.pk}").head, 0):
        frames = alices.get(path, {"after": after}).json()["frames"]
        assert [frame for frame in frames if frame["room"] == room.pk] == told
        assert {frame["room"]: frame["last"] for frame in frames} == {room.pk: 1, private.pk: 0}


def test_who_is_in_no_room_is_told_of_none(client, alice):
    client.force_login(alice)
    assert "frames" not in client.get(f"/chat/user/{alice.pk}/changes/").json()


def test_ones_own_changes_are_there_before_anything_happened(client, alice):
    client.force_login(alice)
    assert client.get(f"/chat/user/{alice.pk}/changes/").json()["type"] == "reset"


def test_who_is_removed_while_they_wait_for_an_answer_gets_none(alices, alice, private, join, head, monkeypatch):
    member = join(alice, room=private)
    path = f"/chat/{private.slug}/changes/?after={head(private.stream)}"
    assert alices.get(path).status_code == 200
    stream_changes = views.stream_changes

    async def slow(*args, **kwargs):
        answer = await stream_changes(*args, **kwargs)
        await sync_to_async(member.delete)()
        return answer

    monkeypatch.setattr(views, "stream_changes", slow)
    assert alices.get(path).status_code == 404
