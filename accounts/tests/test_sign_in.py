import pytest
from django.contrib.auth import get_user
from django.test import Client

from accounts.models import User

LOGIN = "/accounts/login/"


def sign_in(client, username, password="correct-horse", to=LOGIN):
    return client.post(to, {"username": username, "password": password})


def test_the_right_password_signs_in_and_leads_to_the_account(client, alice):
    response = sign_in(client, "alice")
    assert response.url == "/accounts/"
    assert get_user(client) == alice


def test_a_wrong_password_signs_nobody_in(client, alice):
    response = sign_in(client, "alice", "wrong-horse")
    assert "Please enter a correct username and password" in response.text
    assert get_user(client).is_anonymous


def test_an_inactive_person_is_refused_like_a_wrong_password(client, alice):
    wrong = sign_in(client, "alice", "wrong-horse").context["form"].non_field_errors()
    User.objects.update(is_active=False)
    assert sign_in(client, "alice").context["form"].non_field_errors() == wrong
    assert get_user(client).is_anonymous


def test_signing_in_leads_on_to_next(client, alice):
    assert sign_in(client, "alice", to=f"{LOGIN}?next=/accounts/password/").url == "/accounts/password/"


@pytest.mark.parametrize(
    "next",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
    ],
)
@pytest.mark.parametrize("page", ["login", "signup"])
def test_next_never_leads_to_another_site(client, alice, page, next):
    words = {"username": "alice", "password": "correct-horse"}
    if page == "signup":
        words = {"username": "carol", "password1": "correct-horse", "password2": "correct-horse"}
    assert client.post(f"/accounts/{page}/", words | {"next": next}).url == "/accounts/"


def test_the_two_forms_hand_a_safe_next_to_each_other_and_drop_an_unsafe_one(client):
    for page, other in ("login", "signup"), ("signup", "login"):
        path = f"/accounts/{page}/"
        assert f'href="/accounts/{other}/?next=%2Fx%2F%3Fa%3D1"' in client.get(path, {"next": "/x/?a=1"}).text
        assert f'href="/accounts/{other}/"' in client.get(path, {"next": "//evil.example"}).text


def test_signing_out_takes_a_post(client, alice):
    client.force_login(alice)
    assert client.get("/accounts/logout/").status_code == 405
    assert get_user(client) == alice
    assert client.post("/accounts/logout/").status_code == 302
    assert get_user(client).is_anonymous


def test_signing_in_takes_a_token(alice):
    response = sign_in(Client(enforce_csrf_checks=True), "alice")
    assert response.status_code == 403
    assert "The form could not be sent" in response.text


def test_the_account_page_says_who_is_signed_in(client, alice):
    client.force_login(alice)
    response = client.get("/accounts/")
    assert "alice" in response.text
    assert alice.get_public_name() in response.text
    assert "no-store" in response["Cache-Control"]


def test_the_account_page_sends_strangers_to_sign_in(client):
    assert client.get("/accounts/").url == "/accounts/login/?next=/accounts/"


def test_only_staff_are_shown_the_way_to_the_admin(client, alice, editor):
    for person, shown in (alice, False), (editor, True):
        client.force_login(person)
        assert ('href="/admin/"' in client.get("/accounts/").text) is shown
