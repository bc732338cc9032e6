import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group

from accounts.models import User
from accounts.throttle import BOTH
from realtime.tests.desk import Form, browser_of


def test_the_admin_creates_a_person_with_a_public_name(client, editor):
    client.force_login(editor)
    fields = {"username": "carol", "public_name": "Carol Shaw", "usable_password": "true"}
    fields |= {"password1": "correct-horse", "password2": "correct-horse"}
    assert client.post("/admin/accounts/user/add/", fields).status_code == 302
    assert User.objects.get(username="carol").get_public_name() == "Carol Shaw"


def test_the_admin_finds_people_by_their_public_name(client, editor, alice, bob):
    client.force_login(editor)
    User.objects.filter(pk=alice.pk).update(public_name="Queen of Hearts")
    found = client.get("/admin/accounts/user/", {"q": "hearts"}).context["cl"].queryset
    assert list(found) == [alice]


def test_the_admin_changes_a_public_name(client, editor, alice):
    client.force_login(editor)
    page = f"/admin/accounts/user/{alice.pk}/change/"
    fields = client.get(page).context["adminform"].form.initial
    fields = {name: fields[name] for name in ("username", "email", "is_active")}
    joined = {"date_joined_0": "2026-11-22", "date_joined_1": "14:05:00"}
    assert client.post(page, fields | joined | {"public_name": "Alice L."}).status_code == 302
    alice.refresh_from_db()
    assert alice.get_public_name() == "Alice L."


def test_the_admin_keeps_its_own_password_pages(client, editor):
    client.force_login(editor)
    assert "registration/password_change_form.html" in [t.name for t in client.get("/admin/password_change/").templates]


def test_the_admin_s_password_page_lets_nobody_guess_either(client, editor):
    client.force_login(editor)
    new = {"new_password1": "brand-new-horse", "new_password2": "brand-new-horse"}
    pages = [client.post("/admin/password_change/", {"old_password": f"{n}", **new}).text for n in range(8)]
    assert ["Too many attempts" in page for page in pages] == [False] * BOTH.free + [True] * (8 - BOTH.free)


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (User, {"username": "carol", "usable_password": "true", "password1": "Kx9-quay", "password2": "Kx9-quay"}),
        (Group, {"name": "Stringers"}),
    ],
)
def test_people_and_groups_are_added_once_however_often_the_form_is_sent(editor, model, fields):
    form = Form(browser_of(editor), f"/admin/{model._meta.app_label}/{model._meta.model_name}/add/")
    assert 'name="once"' in form.page.text
    before = model.objects.count()
    first, second = (form.save(**fields) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert model.objects.count() == before + 1
    assert LogEntry.objects.count() == 1
