"""Whoever guesses has to wait, longer each time, and learns nothing by it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Attempt
from accounts.throttle import ADDRESS, BOTH, NAME, Throttle

LOGIN = "/accounts/login/"


def sign_in(client, username, password="wrong", path=LOGIN, address="203.0.113.1"):
    return client.post(path, {"username": username, "password": password}, REMOTE_ADDR=address)


@pytest.fixture
def hours_later(monkeypatch):
    began = timezone.now()

    def later(**time):
        now = began + timedelta(**time)
        monkeypatch.setattr("accounts.throttle.timezone.now", lambda: now)

    return later


@pytest.mark.parametrize("path", [LOGIN, "/admin/login/"])
@pytest.mark.parametrize("username", ["editor", "nobody"])
def test_after_some_attempts_a_name_has_to_wait_whether_or_not_it_exists(client, editor, path, username):
    answers = [sign_in(client, username, path=path) for _ in range(BOTH.free + 2)]
    assert "Too many attempts" not in answers[BOTH.free - 1].text
    assert "Too many attempts. Try again in 1 second." in answers[-1].text
    right = sign_in(client, "editor", "correct-horse", path=path)
    assert (right.status_code == 302) is (username != "editor")
    if path == LOGIN:
        assert (answers[-1].status_code, answers[-1]["Retry-After"]) == (429, "1")


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(db, hours_later):
    waits = []
    for number in range(BOTH.free + 12):
        hours_later(seconds=1_000 * number)
        assert Throttle("sign-in", "alice", "203.0.113.1").attempt() == 0
        if number + 1 >= BOTH.free:
            waits.append(Throttle("sign-in", "alice", "203.0.113.1").attempt())
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_the_right_password_is_no_attempt_and_an_hour_of_quiet_forgets_them(client, alice, hours_later):
    for _ in range(BOTH.free * 3):
        assert sign_in(client, "alice", "correct-horse").status_code == 302
    for _ in range(BOTH.free):
        sign_in(client, "alice")
    assert sign_in(client, "alice", "correct-horse").status_code == 429
    hours_later(hours=1, seconds=5)
    assert sign_in(client, "alice", "correct-horse").status_code == 302
    assert not Attempt.objects.filter(count__gt=1).exists()


def test_strangers_cannot_lock_an_owner_out_for_long(client, alice):
    for number in range(NAME.free * 3):
        sign_in(client, "alice", address=f"198.51.100.{number}")
    assert 0 < Throttle("sign-in", "alice", "203.0.113.1").attempt() <= NAME.longest


def test_an_address_has_to_wait_whatever_names_it_tries(client, db):
    for number in range(ADDRESS.free):
        assert sign_in(client, f"name-{number}").status_code == 200
    assert sign_in(client, "another").status_code == 429
    assert sign_in(client, "another", address="203.0.113.2").status_code == 200


def test_what_is_kept_and_logged_names_nobody(client, alice, caplog):
    sign_in(client, "alice")
    assert not [key for key in Attempt.objects.values_list("key", flat=True) if "alice" in key or "203" in key]
    [line] = [record.getMessage() for record in caplog.records if record.name == "accounts.throttle"]
    assert line.startswith("Sign-in failed: name ")
    assert line.endswith(" from 203.0.113.1")
    assert "alice" not in line


@pytest.mark.django_db(transaction=True)
def test_many_attempts_at_once_gain_nothing(editor):
    def attempt(number):
        try:
            return sign_in(Client(), "editor").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(attempt, range(30)))
    assert BOTH.free <= statuses.count(200) <= BOTH.free + 5  # on a slow machine, some waits are over meanwhile


def test_accounts_and_reset_mails_have_rates_as_well(client, alice, mailoutbox, hours_later):
    hours_later(hours=0)  # however slow the machine
    answers = [client.post("/accounts/reset/", {"email": alice.email}) for _ in range(BOTH.free + 1)]
    assert (answers[-1].status_code, len(mailoutbox)) == (429, BOTH.free)
    words = {"password1": "correct-horse", "password2": "correct-horse"}
    answers = [client.post("/accounts/signup/", {"username": f"new-{number}", **words}) for number in range(40)]
    assert [answer.status_code for answer in answers] == [302] * ADDRESS.free + [429] * (40 - ADDRESS.free)
