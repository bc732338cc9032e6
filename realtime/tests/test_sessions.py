"""Whose session it is: what Django's own middleware would say, and nothing is ever written."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core import signing

from realtime.people.sessions import authenticate, claimed_by, session_key


@pytest.fixture
def key(client, alice):
    """The key of a session that alice signed in with."""
    client.force_login(alice)
    return client.session.session_key


def scope(*cookies):
    return {"headers": [(b"host", b"testserver"), *((b"cookie", cookie) for cookie in cookies)]}


def test_the_session_is_named_by_its_cookie():
    assert session_key(scope(b"theme=dark; sessionid=abcdefgh")) == "abcdefgh"
    assert session_key(scope(b"theme=dark", b"sessionid=abcdefgh")) == "abcdefgh"


@pytest.mark.parametrize(
    "cookies", [(), (b"",), (b"theme=dark",), (b"\xff\xfe=;;;=",), (b'sessionid="abcdefgh\\000"',)]
)
def test_without_that_cookie_there_is_none(cookies):
    assert session_key(scope(*cookies)) is None


def test_a_signed_in_person_is_known(key, alice):
    assert (claimed_by(key), authenticate(key)) == (alice.pk, alice)


@pytest.mark.django_db
@pytest.mark.parametrize("key", [None, "", "short", "no-such-session", "x" * 5000, "a'; --"])
def test_no_session_is_nobody(key):
    assert (claimed_by(key), authenticate(key)) == (None, None)


def test_an_anonymous_session_is_nobody(client, db):
    session = client.session
    session["theme"] = "dark"
    session.save()
    assert authenticate(session.session_key) is None


def test_a_deactivated_person_is_nobody(key, alice):
    get_user_model().objects.filter(pk=alice.pk).update(is_active=False)
    assert authenticate(key) is None


def test_a_deleted_person_is_nobody(key, alice):
    alice.delete()
    assert authenticate(key) is None


def test_after_a_change_of_password_the_session_is_nobodys_and_stays_as_it_is(key, alice):
    alice.set_password("another-horse")
    alice.save()
    before = list(Session.objects.values())
    assert authenticate(key) is None
    assert list(Session.objects.values()) == before


def test_a_new_secret_key_keeps_people_by_its_fallbacks_and_writes_nothing(key, alice, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-key-that-is-long-enough-for-everybody"
    before = list(Session.objects.values())
    assert authenticate(key) == alice
    assert list(Session.objects.values()) == before
    settings.SECRET_KEY_FALLBACKS = []
    assert authenticate(key) is None


def test_a_backend_that_is_no_longer_used_lets_nobody_in(key, settings):
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.AllowAllUsersModelBackend"]
    assert authenticate(key) is None


def test_a_session_that_somebody_made_up_is_nobodys(key):
    forged = signing.dumps({"_auth_user_id": "1"}, key="not-ours", salt="django.contrib.sessions.SessionStore")
    Session.objects.filter(pk=key).update(session_data=forged)
    assert (claimed_by(key), authenticate(key)) == (None, None)


def test_the_cookie_is_the_one_of_the_settings():
    assert session_key(scope(f"{settings.SESSION_COOKIE_NAME}=abcdefgh".encode())) == "abcdefgh"
