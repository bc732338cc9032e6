"""What people can change of their account, and how it ends."""

import re

import pytest
from django.contrib.auth import get_user

from accounts.models import User
from accounts.throttle import BOTH


@pytest.fixture
def alices(client, alice):
    client.force_login(alice)
    return client


def test_a_person_changes_the_name_that_others_see(alices, alice):
    assert alices.post("/accounts/", {"public_name": "Alice L.", "email": alice.email}).status_code == 302
    assert "Alice L." in alices.get("/accounts/").text


def test_another_address_takes_the_password(alices, alice):
    fields = {"public_name": "Alice", "email": "new@example.org"}
    assert alices.post("/accounts/", fields).context["form"].errors.keys() == {"password"}
    assert alices.post("/accounts/", {**fields, "password": "correct-horse"}).status_code == 302
    alice.refresh_from_db()
    assert alice.email == "new@example.org"


def test_who_changes_their_name_too_often_has_to_wait(alices, alice):
    fields = {"email": alice.email}
    answers = [alices.post("/accounts/", {**fields, "public_name": f"Alice {n}"}) for n in range(BOTH.free + 1)]
    assert [answer.status_code for answer in answers] == [302] * BOTH.free + [429]
    assert int(answers[-1]["Retry-After"]) >= 1
    alice.refresh_from_db()
    assert alice.public_name == f"Alice {BOTH.free - 1}"


def test_an_account_is_deleted_by_its_password_alone(alices, alice):
    assert alices.get("/accounts/delete/").status_code == 200
    assert alices.post("/accounts/delete/", {"password": "wrong"}).context["form"].errors
    assert User.objects.filter(pk=alice.pk).exists()
    assert "Your account is deleted" in alices.post("/accounts/delete/", {"password": "correct-horse"}).text
    assert not User.objects.filter(pk=alice.pk).exists()
    assert get_user(alices).is_anonymous


NEW = {"new_password1": "brand-new-horse", "new_password2": "brand-new-horse"}
GUESSES = {
    "": lambda guess: {"public_name": "Alice", "email": "mine@example.org", "password": guess},
    "delete/": lambda guess: {"password": guess},
    "password/": lambda guess: {
        "old_password": guess,
        "new_password1": "brand-new-horse",
        "new_password2": "brand-new-horse",
    },
}


@pytest.mark.parametrize("path", GUESSES)
def test_who_finds_a_browser_open_cannot_guess_the_password(path, alices, alice, caplog):
    answers = [alices.post(f"/accounts/{path}", GUESSES[path](f"guess-{number}")) for number in range(8)]
    assert [answer.status_code for answer in answers] == [200] * BOTH.free + [429] * (8 - BOTH.free)
    assert int(answers[-1]["Retry-After"]) >= 1
    assert "Too many attempts" in answers[-1].text
    assert caplog.text.count("Sign-in failed") == BOTH.free
    assert alices.post(f"/accounts/{path}", GUESSES[path]("correct-horse")).status_code == 429
    assert User.objects.get(pk=alice.pk).check_password("correct-horse")


@pytest.mark.parametrize("path", ["", "delete/", "password/", "reset/", "login/", "signup/"])
def test_nobody_keeps_these_pages(alices, path):
    assert "no-store" in alices.get(f"/accounts/{path}")["Cache-Control"]


@pytest.fixture
def confirmed(settings):
    settings.CONFIRM_EMAIL = True


def sign_up(client, **fields):
    words = {"username": "carol", "password1": "correct-horse", "password2": "correct-horse"}
    return client.post("/accounts/signup/", {**words, **fields})


def test_an_account_can_sleep_until_its_link_was_opened(confirmed, db, client, mailoutbox, settings):
    assert sign_up(client).context["form"].errors.keys() == {"email"}
    assert "We have sent you a link" in sign_up(client, email="carol@example.org").text
    assert get_user(client).is_anonymous
    assert not client.login(username="carol", password="correct-horse")
    [mail] = mailoutbox
    [path] = re.findall(rf"{settings.SITE_URL}(/accounts/confirm/\S+)", mail.body)
    assert "Open it" in client.get(path).text
    assert get_user(client).is_anonymous  # what only looks at links opens nothing
    assert client.post(path).url == "/accounts/"
    assert get_user(client).username == "carol"
    assert client.get(path).status_code == 404  # once


@pytest.mark.parametrize(
    "path", ["/accounts/confirm/MQ/x-y/", "/accounts/confirm/%00/x/", "/accounts/confirm/!!!/x-y/"]
)
def test_another_link_opens_nothing(client, db, path):
    assert client.get(path).status_code == 404
