"""Whom one can mention, by how their name begins."""

import pytest

from chat.views.members import OFFERED, called
from conftest import person


def people(browser, q):
    answer = browser.get("/chat/lobby/members/", {"q": q})
    return answer.status_code, [each["username"] for each in answer.json()["people"]]


def test_members_are_found_by_either_name_whatever_the_capitals(alices, join, bob, clara):
    join(bob)
    join(clara)
    join(person("zz", "Émile"))
    assert people(alices, "BO") == (200, ["bob"])
    assert people(alices, "clara peg") == (200, ["clara"])
    assert people(alices, "é") == (200, ["zz"])
    assert people(alices, "%") == (200, [])
    assert alices.get("/chat/lobby/members/?q=bob").json() == {
        "people": [{"id": bob.pk, "name": "Bob Cratchit", "username": "bob"}]
    }


def test_who_is_banned_gone_or_elsewhere_is_not(alices, join, bob, clara, private):
    join(bob, banned=True)
    join(clara, room=private)
    gone = person("gone", "Gone")
    join(gone)
    gone.is_active = False
    gone.save()
    assert people(alices, "") == (200, ["alice"])


def test_a_few_are_offered(room, join):
    for number in range(OFFERED + 1):
        join(person(f"p{number}", ""))
    assert len(called(room, "p")) == OFFERED


def test_only_members_ask_and_nobody_keeps_the_answer(client, alices, room, bob):
    assert "no-store" in alices.get("/chat/lobby/members/")["Cache-Control"]
    client.logout()
    assert people(client, "") == (403, [])
    client.force_login(bob)
    assert people(client, "") == (403, [])


@pytest.mark.django_db
def test_of_rooms_that_one_may_not_know_nobody_learns_anything(client, private):
    assert client.get("/chat/back-room/members/").status_code == 404
