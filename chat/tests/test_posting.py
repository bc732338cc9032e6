"""Messages as they are stored: together, each once, numbered without gaps, by those who may."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from chat.actions import posting
from chat.actions.posting import Draft
from chat.models import Membership, Mention, Message, Room
from conftest import person
from realtime.models import Stream
from realtime.people import Refusal

store: Any = posting.store  # messages and refusals, as each test has them


@pytest.fixture(autouse=True)
def both_are_members(join, alice, bob):
    join(alice)
    join(bob)


def draft(author, text="Hello.", client_id=None):
    return Draft(author.pk, client_id or uuid4(), text)


def codes(results):
    """Of each result: the refusal's code, or the number that the message got."""
    return [result.code if isinstance(result, Refusal) else result.number for result in results]


def test_a_batch_is_numbered_in_its_order(room, alice, bob):
    first = store(room.pk, [draft(alice, "one"), draft(bob, "two")])
    second = store(room.pk, [draft(bob, "three"), draft(alice, "four")])
    assert codes(first + second) == [1, 2, 3, 4]
    assert [message.text for message in room.messages.order_by("number")] == ["one", "two", "three", "four"]


def test_a_batch_is_one_version_of_the_room(room, alice, bob, head):
    before = head(room.stream)
    messages = store(room.pk, [draft(alice), draft(bob)])
    assert {message.version for message in messages} == {before + 1} == {head(room.stream)}
    assert {message.version for message in Message.objects.all()} == {before + 1}


def test_a_message_keeps_the_name_that_its_author_had(room, alice):
    (message,) = store(room.pk, [draft(alice)])
    alice.public_name = "Alice P. Liddell"
    alice.save()
    assert Message.objects.get(pk=message.pk).author_name == "Alice Liddell"


def test_a_repeated_id_is_answered_with_the_same_message_and_stored_once(room, alice, head):
    again = draft(alice)
    (first,) = store(room.pk, [again])
    before = head(room.stream)
    (second,) = store(room.pk, [again])
    assert (second.pk, second.number, second.version) == (first.pk, first.number, first.version)
    assert Message.objects.count() == 1
    assert head(room.stream) == before


def test_an_id_that_comes_twice_in_one_batch_is_stored_once(room, alice, bob):
    again = draft(alice)
    results = store(room.pk, [again, draft(bob), again])
    assert codes(results) == [1, 2, 1]
    assert Message.objects.count() == 2


def test_a_repeated_id_is_known_after_the_message_was_deleted(room, alice):
    again = draft(alice)
    (first,) = store(room.pk, [again])
    Message.objects.soft_delete()
    assert codes(store(room.pk, [again])) == [first.number]
    assert Message.objects.get().deleted


def test_what_was_stored_is_acknowledged_also_to_who_is_muted_now(room, alice):
    again = draft(alice)
    store(room.pk, [again])
    room.mute(alice, 10)
    assert codes(store(room.pk, [again, draft(alice)])) == [1, "muted"]


def test_two_people_may_use_the_same_id(room, alice, bob):
    id = uuid4()
    assert codes(store(room.pk, [draft(alice, client_id=id), draft(bob, client_id=id)])) == [1, 2]


def test_an_id_of_another_room_is_no_message_here(room, private, join, alice):
    again = draft(alice)
    join(alice, room=private)
    store(private.pk, [again])
    assert codes(store(room.pk, [again])) == ["malformed"]
    assert not room.messages.exists()


def test_who_may_not_write_is_refused_and_the_others_are_not(room, alice, bob, carol, dora, editor, join):
    room.mute(alice, 10)
    room.ban(carol)
    join(dora)
    dora.is_active = False
    dora.save()
    results = store(room.pk, [draft(author) for author in (alice, bob, carol, dora, editor)])
    assert codes(results) == ["muted", 1, "banned", "sign_in", "not_member"]


def test_nobody_writes_in_a_closed_room(room, alice, carol, join):
    join(carol, role=Membership.Role.MODERATOR)
    room.closed = True
    room.save()
    assert codes(store(room.pk, [draft(alice), draft(carol)])) == ["closed", "closed"]


def test_strangers_do_not_learn_of_a_private_room(private, alice):
    assert codes(store(private.pk, [draft(alice)])) == ["not_found"]


def test_a_room_that_is_gone_is_not_found(room, alice):
    pk = room.pk
    room.delete()
    assert codes(store(pk, [draft(alice), draft(alice)])) == ["not_found", "not_found"]
    assert not Stream.objects.filter(name=f"chat.{pk}").exists()


def test_who_spoke_waits_in_a_slow_room(room, alice, bob):
    Room.objects.update(slow_seconds=10)
    first, second, other = store(room.pk, [draft(alice), draft(alice), draft(bob)])
    assert codes([first, second, other]) == [1, "slow", 2]
    assert second.retry_after == 10
    (third,) = store(room.pk, [draft(alice)])
    assert third.code == "slow"
    assert 9 <= third.retry_after <= 10
    Message.objects.update(created_at=timezone.now() - timedelta(seconds=10))
    assert codes(store(room.pk, [draft(alice)])) == [3]


def test_however_much_was_said_before_a_slow_room_reads_what_is_new_alone(
    room, alice, bob, django_assert_max_num_queries
):
    for _ in range(3):
        store(room.pk, [draft(alice) for _ in range(50)])
    Message.objects.update(created_at=timezone.now() - timedelta(seconds=10))
    Room.objects.update(slow_seconds=10)
    store(room.pk, [draft(bob)])
    with django_assert_max_num_queries(20) as captured:
        assert codes(store(room.pk, [draft(alice), draft(bob)])) == [152, "slow"]
    [said] = [query["sql"] for query in captured.captured_queries if '"number" > 150' in query["sql"]]
    assert "author_id" in said


def test_to_delete_and_say_it_again_is_no_way_round_a_slow_room(room, alice):
    Room.objects.update(slow_seconds=10)
    store(room.pk, [draft(alice)])
    Message.objects.soft_delete()
    assert codes(store(room.pk, [draft(alice)])) == ["slow"]


def test_what_was_said_in_another_room_slows_nobody_down(room, private, join, alice):
    join(alice, room=private)
    Room.objects.update(slow_seconds=10)
    assert codes(store(private.pk, [draft(alice)]) + store(room.pk, [draft(alice)])) == [1, 1]


def test_moderators_are_not_slowed_down(room, alice, dora, editor, join):
    Room.objects.update(slow_seconds=10)
    room.memberships.filter(user=alice).update(role=Membership.Role.MODERATOR)
    for moderator in (dora, editor):  # by permission, and as superuser
        join(moderator)
    assert codes(store(room.pk, [draft(each) for each in (alice, alice, dora, dora, editor, editor)])) == [*range(1, 7)]


def test_who_is_mentioned_has_a_row_of_their_own(room, alice, bob, carol, head):
    before = head(f"user.{bob.pk}")
    first, second = store(room.pk, [draft(alice, "@bob and @carol and @nobody"), draft(alice, "@bob?")])
    assert first.mentions == second.mentions == {"bob": bob.pk}  # carol is not here
    assert [(row.number, row.user) for row in Mention.objects.order_by("pk")] == [(1, bob), (2, bob)]
    assert head(f"user.{bob.pk}") == before + 1


def test_a_repeated_id_mentions_nobody_again(room, alice):
    again = draft(alice, "@bob")
    store(room.pk, [again, again])
    store(room.pk, [again])
    assert Mention.objects.count() == 1


def test_a_batch_takes_the_same_few_queries_whatever_its_size(room, django_assert_max_num_queries):
    crowd = [person(f"p{number}", "") for number in range(40)]
    Membership.objects.bulk_create([Membership(room=room, user=user, room_name="", room_slug="") for user in crowd])
    store(room.pk, [draft(crowd[0])])
    with django_assert_max_num_queries(12):
        store(room.pk, [draft(crowd[0])])
    with django_assert_max_num_queries(12):
        store(room.pk, [draft(user) for user in crowd])
    assert Message.objects.count() == 42


def test_after_an_integrity_error_they_are_stored_one_by_one(room, private, alice, bob, monkeypatch):
    """The same id arrives in another room just after this one has looked for it."""
    used, post = draft(alice), Message.post

    def post_late(room, messages):
        if used.client_id in [message.client_id for message in messages]:
            post(private, [Message(author=alice, client_id=used.client_id, text="elsewhere")])
        post(room, messages)

    monkeypatch.setattr(Message, "post", post_late)
    assert codes(store(room.pk, [draft(bob), used, draft(alice)])) == [1, "unavailable", 2]


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_leave_no_gap_and_store_nothing_twice(room, alice, bob):
    drafts = [draft(author, f"{number}") for number in range(15) for author in (alice, bob)]

    def write(each):
        try:
            return store(room.pk, [each])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        results = [result for results in pool.map(write, [*drafts, *drafts]) for result in results]
    assert sorted(room.messages.values_list("number", flat=True)) == [*range(1, 31)]
    assert codes(results[:30]) == codes(results[30:])
