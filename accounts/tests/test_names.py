"""A name is one person's, however it is written."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Name, User
from accounts.names import keys
from conftest import person
from realtime.tests.desk import browser_of

pytestmark = pytest.mark.django_db

FILLER, BRAILLE, ZERO_WIDTH, OVERRIDE, TAG = "\u3164", "\u2800", "\u200b", "\u202e", "\U000e0041"


def sign_up(client, username="newcomer", public_name=""):
    words = {"password1": "correct-horse", "password2": "correct-horse"}
    answer = client.post("/accounts/signup/", {"username": username, "public_name": public_name, **words})
    return set(answer.context["form"].errors) if answer.status_code == 200 else set()


@pytest.mark.parametrize(
    "name",
    ["ALICE", "аlice", "alicе", "alice.", "a.lice", "_alice_", "alıce", "aIice", "a1ice", "ａｌｉｃｅ", "@alice"],
)
def test_what_looks_like_a_username_is_taken(client, alice, name):
    assert sign_up(client, name) == {"username"}
    assert sign_up(client, public_name=name) == {"public_name"}


@pytest.mark.parametrize("name", ["alise", "alice2", "álice", "Kai", "mara"])
def test_what_does_not_is_free(client, alice, name):
    person("kal", "Kal")
    assert sign_up(client, name) == set()


@pytest.mark.parametrize(
    "name",
    [
        "Edith Orwell",
        "edith  orwell",
        "Еdith Orwell",
        "Edith Orwell ✓",
        "Edith\u200dOrwell",
        "𝓔𝓭𝓲𝓽𝓱 𝓞𝓻𝔀𝓮𝓵𝓵",
        "editor",
        "Alice Liddell",
    ],
)
def test_nobody_takes_the_public_name_of_staff_or_of_others(client, editor, alice, bob, name):
    assert sign_up(client, public_name=name) == {"public_name"}
    answer = browser_of(bob).post("/accounts/", {"public_name": name, "email": bob.email})
    assert answer.context["form"].errors.keys() == {"public_name"}


def test_capitals_beyond_ascii_make_no_other_name(client):
    person("Édith", "")
    assert sign_up(client, "édith") == {"username"}
    assert sign_up(client, "edith") == set()


@pytest.mark.parametrize("hidden", [FILLER, BRAILLE, ZERO_WIDTH, OVERRIDE, TAG, "\u00ad", "\n\u2028", "\ufe0f"])
def test_a_name_hides_nothing(client, hidden):
    assert sign_up(client, public_name=hidden * 3) == ({"public_name"} if hidden.strip() else set())
    if hidden.strip() and hidden != "\ufe0f":
        assert sign_up(client, public_name=f"Bo{hidden}b") == {"public_name"}
    assert sign_up(client, username=f"bo{hidden}b") == {"username"}


def test_joiners_within_words_and_emoji_may_stay(client):
    for number, name in enumerate(["می‌خواهم", "👩‍🚀 Ada", "Grace ❤️"]):
        assert sign_up(client, f"person{number}x", name) == set()


def test_a_name_is_stored_as_it_is_read(client):
    sign_up(client, public_name=" Ｃａｒｏｌ \t Ⓢhaw ")
    assert User.objects.get().public_name == "Carol Shaw"


def test_people_write_their_own_names_as_they_like(alice):
    for name in "Alice", "ALICE LIDDELL", "":
        assert browser_of(alice).post("/accounts/", {"public_name": name, "email": alice.email}).status_code == 302


def test_a_name_that_is_given_up_is_free(client, alice):
    browser_of(alice).post("/accounts/", {"public_name": "Alice Hargreaves", "email": alice.email})
    assert sign_up(client, public_name="Alice Liddell") == set()


def test_of_two_who_take_a_name_at_once_one_is_refused(alice, bob, monkeypatch):
    taken = iter([False])
    monkeypatch.setattr(User, "may_take", lambda *args: not next(taken, True))
    answer = browser_of(bob).post("/accounts/", {"public_name": "Alice Liddell", "email": bob.email})
    assert answer.context["form"].errors.keys() == {"public_name"}
    bob.refresh_from_db()
    assert bob.public_name == "Bob Cratchit"


def test_the_admin_gives_nobody_the_name_of_another(editor, alice, bob):
    admin = browser_of(editor)
    words = {"usable_password": "true", "password1": "correct-horse", "password2": "correct-horse"}
    added = admin.post("/admin/accounts/user/add/", {"username": "alicе", **words})
    assert added.context["adminform"].form.errors.keys() == {"username"}
    page = admin.get(f"/admin/accounts/user/{bob.pk}/change/")
    fields = {name: value for name, value in page.context["adminform"].form.initial.items() if value}
    fields |= {"public_name": "Alice Liddell", "date_joined_0": "2026-11-27", "date_joined_1": "10:00"}
    changed = admin.post(f"/admin/accounts/user/{bob.pk}/change/", fields)
    assert changed.context["adminform"].form.errors.keys() == {"public_name"}


def test_who_shares_a_name_keeps_it_and_who_came_first_owns_it(editor):
    twin = User.objects.create_user("twin", public_name="Edith Orwell")  # as a script writes it
    assert Name.objects.get(key__in=keys("Edith Orwell")).person == editor
    answer = browser_of(twin).post("/accounts/", {"public_name": "Edith Orwell", "email": ""})
    assert answer.status_code == 302  # unchanged


def test_names_are_looked_at_only_when_they_may_have_changed(alice):
    with CaptureQueriesContext(connection) as queries:
        alice.save(update_fields=["email"])
    assert "accounts_name" not in str(queries.captured_queries)
    assert set(alice.names.values_list("key", flat=True)) >= {"alice", "aliceliddell"}
