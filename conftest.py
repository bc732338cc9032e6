"""The cast: the people that all tests share. Their password is PASSWORD."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.color import no_style
from django.db import connection
from django.test import TransactionTestCase

from realtime.streams import rendering
from realtime.streams.items import create_shared_streams

PASSWORD = "correct-horse"
#: Fixtures that start real servers, or need what is not a part of Python: `make quick` leaves out who uses them.
SERVERS = {"site", "migrated", "collected", "redis", "redis_installed", "postgres", "chromium"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """With a test that failed comes what the servers that it started have logged."""
    report: Any = yield
    if report.failed and (servers := sys.modules.get("tests.servers")):
        report.sections += [(f"log of {each.popen.args}", each.output()[-10_000:]) for each in servers.running]
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker("server")
    items.sort(key=lambda item: "server" not in item.keywords)  # what takes long begins first


#: What `migrate` fills in. Django would empty these tables too, and fill them again: a tenth of a second for each test.
KEPT = {"auth_group", "auth_group_permissions", "auth_permission", "django_content_type", "django_migrations"}


@pytest.fixture(autouse=True, scope="session")
def flush_what_tests_write():
    """After a test whose transactions are real, empty the tables that it can have written to."""

    def flush(self):
        names = sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT)
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), names))
        create_shared_streams()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush)
        yield


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
