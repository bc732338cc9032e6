"""Staff are told from members: beside what they write, in the list of who is here, in that of who is in the room."""

from uuid import uuid4

from chat.actions.posting import Draft, store
from chat.consumers import shown
from chat.models import Message


def test_staff_have_a_badge_beside_what_they_write_and_members_none(room, join, dora, alice):
    for person in dora, alice:
        join(person)
    store(room.pk, [Draft(person.pk, uuid4(), "Hello") for person in (dora, alice)])
    by_dora, by_alice = Message.objects.order_by("number")
    assert by_dora.as_item("chat")["data"]["author_badge"] == "staff"
    assert '<small class="badge">Staff</small>' in by_dora.as_item("chat")["html"]
    assert by_alice.as_item("chat")["data"]["author_badge"] == ""
    assert "badge" not in by_alice.as_item("chat")["html"]
    dora.is_staff = False
    dora.save()
    by_dora.refresh_from_db()
    assert by_dora.author_badge == "staff"  # as they were then


def test_staff_have_it_where_people_are_listed(bobs, join, dora, alice):
    assert shown(dora) == {"name": "Dora Spenlow", "username": "dora", "badge": "staff"}
    assert shown(alice) == {"name": "Alice Liddell", "username": "alice"}
    join(alice)
    assert ">Staff<" not in bobs.get("/chat/lobby/people/").text
    join(dora)
    assert bobs.get("/chat/lobby/people/").text.count(">Staff<") == 1
