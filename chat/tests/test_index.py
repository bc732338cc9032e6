"""The list of rooms: one's own, the public ones, and where one was mentioned."""

from chat.models import Room


def test_the_list_has_my_rooms_the_public_ones_and_where_i_was_mentioned(alices, room, private, say, alice, bob, join):
    other = Room.objects.create(name="Other", slug="other")
    secret = Room.objects.create(name="Secret", slug="secret", access=Room.Access.PRIVATE)
    join(alice, room=private)
    say("@alice, come!", author=bob, room=private)
    page = alices.get("/chat/")
    assert [row.name for row in page.context["public"]] == [other.name]
    assert [mention.message.text for mention in page.context["mentions"]] == ["@alice, come!"]
    assert 'href="/chat/back-room/"' in page.text
    assert secret.name not in page.text
    private.memberships.filter(user=alice).delete()
    assert not alices.get("/chat/").context["mentions"]


def test_strangers_see_the_public_rooms(client, room, private):
    page = client.get("/chat/")
    assert 'href="/chat/lobby/"' in page.text
    assert "Back room" not in page.text
    assert page["Cache-Control"] == "no-cache"
    assert not page.cookies


def test_who_is_banned_does_not_see_the_room_in_the_list(alices, room, alice):
    room.ban(alice)
    assert "Lobby" not in alices.get("/chat/").text


def test_the_list_takes_the_same_few_queries_however_many_rooms(
    alices, alice, join, say, django_assert_max_num_queries
):
    for number in range(20):
        other = Room.objects.create(name=f"No. {number}", slug=f"n{number}")
        join(alice, room=other)
        say("@alice", room=other)
        Room.objects.create(name=f"Other {number}", slug=f"o{number}")
    with django_assert_max_num_queries(15):
        alices.get("/chat/")
