"""The cast: the people that all tests share. Their password is PASSWORD."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from realtime.streams import rendering

PASSWORD = "correct-horse"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Hashing is slow on purpose; tests sign in hundreds of times."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def nothing_failed():
    """What could not be rendered in one test is not tried again in the next, whose rows have the same keys."""
    rendering.failed.clear()


def person(username, public_name, **fields):
    email = f"{username}@example.org"
    return get_user_model().objects.create_user(username, email, PASSWORD, public_name=public_name, **fields)


@pytest.fixture
def editor(db):
    """The superuser."""
    return person("editor", "Edith Orwell", is_staff=True, is_superuser=True)


@pytest.fixture
def carol(db):
    """Staff, in the group Editors, and no more than that."""
    carol = person("carol", "Carol Danvers", is_staff=True)
    carol.groups.set(Group.objects.filter(name="Editors"))  # which goes with the live blog
    return carol


@pytest.fixture
def alice(db):
    return person("alice", "Alice Liddell")


@pytest.fixture
def bob(db):
    return person("bob", "Bob Cratchit")
