import pytest
from django.contrib.auth import get_user
from django.test import Client

from accounts.forms import SignUpForm
from accounts.models import User
from realtime.tests.pages import found

pytestmark = pytest.mark.django_db


def sign_up(client, password="correct-horse", **words):
    fields = {"username": "carol", "password1": password, "password2": password} | words
    return client.post("/accounts/signup/", fields)


def test_signing_up_makes_an_account_and_signs_in(client):
    response = sign_up(client, public_name="Carol Shaw", email="carol@example.org")
    assert response.url == "/accounts/"
    carol = User.objects.get()
    assert get_user(client) == carol
    assert (carol.username, carol.get_public_name(), carol.email) == (
        "carol",
        "Carol Shaw",
        "carol@example.org",
    )


def test_a_name_and_a_password_are_enough(client):
    sign_up(client)
    assert User.objects.get().get_public_name() == "carol"


def test_nobody_signs_up_with_privileges(client):
    sign_up(client, is_staff="on", is_superuser="on", is_active="")
    carol = User.objects.get()
    assert (carol.is_staff, carol.is_superuser, carol.is_active) == (False, False, True)


@pytest.mark.parametrize("password", ["short", "password", "20261122", "carol-shaw"])
def test_a_weak_password_is_refused(client, password):
    response = sign_up(client, password, username="carol-shaw")
    assert response.context["form"].errors.keys() == {"password2"}
    assert not User.objects.exists()


def test_two_different_passwords_are_refused(client):
    sign_up(client, password2="correct-house")
    assert not User.objects.exists()


def test_a_username_that_differs_in_case_alone_is_taken(client, alice):
    response = sign_up(client, username="ALICE")
    assert response.context["form"].errors.keys() == {"username"}


def test_a_public_name_is_shown_as_text(client):
    sign_up(client, public_name="<b>Carol</b>")
    assert "&lt;b&gt;Carol&lt;/b&gt;" in client.get("/accounts/").text


def test_a_public_name_over_80_characters_is_refused(client):
    assert "public_name" in sign_up(client, public_name="x" * 81).context["form"].errors


def test_who_loses_a_race_for_a_name_is_told_that_it_is_taken(client, monkeypatch):
    is_valid = SignUpForm.is_valid

    def beaten(form):  # somebody takes the name between the look and the write
        monkeypatch.setattr(SignUpForm, "is_valid", is_valid)
        valid = form.is_valid()
        User.objects.create_user("carol")
        return valid

    monkeypatch.setattr(SignUpForm, "is_valid", beaten)
    response = sign_up(client)
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"username"}
    assert "already exists" in response.text
    assert User.objects.count() == 1


@pytest.fixture
def token(client):
    return found(r'name="once" value="(\w+)"', client.get("/accounts/signup/"))


def test_a_second_click_signs_the_browser_in_that_missed_the_first_answer(client, token):
    sign_up(Client(), once=token)
    response = sign_up(client, once=token)
    assert response.url == "/accounts/"
    assert get_user(client) == User.objects.get()


def test_going_back_and_choosing_another_name_makes_no_second_account(client, token):
    sign_up(client, once=token)
    response = sign_up(client, once=token, username="caroline")
    assert "This was saved when the form was first sent" in client.get(response.url).text
    assert User.objects.get().username == "carol"


def test_the_form_in_the_history_lets_nobody_in_without_the_password(client, token):
    sign_up(Client(), once=token)
    response = sign_up(client, "another-horse", once=token)
    assert not get_user(client).is_authenticated
    assert "This was saved" in client.get(response.url, follow=True).text


def test_a_form_with_errors_can_be_sent_again(client, token):
    again = found(r'name="once" value="(\w+)"', sign_up(client, "short", once=token))
    assert sign_up(client, once=again).url == "/accounts/"


def test_who_is_to_confirm_an_address_is_told_so_again_and_written_to_once(client, token, settings, mailoutbox):
    settings.CONFIRM_EMAIL = True
    pages = [sign_up(client, once=token, email="carol@example.org").text for _ in range(2)]
    assert pages[0] == pages[1]
    assert len(mailoutbox) == 1
    assert not get_user(client).is_authenticated
