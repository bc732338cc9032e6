import re

import pytest
from django.contrib.auth import get_user

from accounts.models import User


@pytest.fixture
def link(client, alice, mailoutbox, settings):
    """The path in the mail that alice gets when she has forgotten her password."""
    assert client.post("/accounts/reset/", {"email": alice.email}).url == "/accounts/reset/sent/"
    [mail] = mailoutbox
    [path] = re.findall(rf"{settings.SITE_URL}(/accounts/reset/\S+)", mail.body)
    return path


def set_password(client, link, password):
    form = client.get(link, follow=True).request["PATH_INFO"]
    return client.post(form, {"new_password1": password, "new_password2": password})


def test_a_forgotten_password_is_set_anew_by_mail(client, link, mailoutbox, settings):
    assert mailoutbox[0].subject == f"Reset your password at {settings.SITE_NAME}"
    assert set_password(client, link, "brand-new-horse").url == "/accounts/reset/done/"
    assert not client.login(username="alice", password="correct-horse")
    assert client.login(username="alice", password="brand-new-horse")


def test_a_reset_link_works_once(client, link):
    set_password(client, link, "brand-new-horse")
    assert "This link no longer works" in client.get(link, follow=True).text


def test_a_reset_link_with_another_token_is_refused(client, link):
    assert "This link no longer works" in client.get(link[:-2] + "x/").text


def test_a_reset_refuses_a_weak_password(client, link, alice):
    assert set_password(client, link, "12345678").context["form"].errors
    alice.refresh_from_db()
    assert alice.check_password("correct-horse")


def test_the_reset_mail_says_only_what_we_wrote(client, alice, mailoutbox, settings):
    """An address may be somebody else's, and names may be sentences."""
    settings.ALLOWED_HOSTS = ["*"]
    User.objects.update(public_name="You have won. Go to www.evil.example", username="www.evil.example")
    client.post("/accounts/reset/", {"email": alice.email}, headers={"host": "other.example:6666"})
    [mail] = mailoutbox
    assert "evil" not in mail.body + mail.subject
    assert re.findall(r"https?://[^/]+", mail.body) == [settings.SITE_URL]


def test_nobody_learns_whether_an_address_is_known(client, alice, mailoutbox):
    known = client.post("/accounts/reset/", {"email": alice.email}, follow=True)
    unknown = client.post("/accounts/reset/", {"email": "nobody@example.org"}, follow=True)
    assert known.content == unknown.content
    assert len(mailoutbox) == 1


def test_an_inactive_person_gets_no_reset_mail(client, alice, mailoutbox):
    User.objects.update(is_active=False)
    client.post("/accounts/reset/", {"email": alice.email})
    assert not mailoutbox


def test_changing_the_password_takes_the_old_one_and_keeps_the_session(client, alice):
    client.force_login(alice)
    new = {"new_password1": "brand-new-horse", "new_password2": "brand-new-horse"}
    assert client.post("/accounts/password/", new | {"old_password": "wrong"}).status_code == 200
    assert client.post("/accounts/password/", new | {"old_password": "correct-horse"}).status_code == 302
    assert "Your password is changed" in client.get("/accounts/password/changed/").text
    assert get_user(client) == alice


def test_changing_the_password_ends_the_other_sessions(client, alice):
    client.force_login(alice)
    alice.set_password("brand-new-horse")
    alice.save()
    assert get_user(client).is_anonymous
