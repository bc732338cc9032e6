from accounts.models import User


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
