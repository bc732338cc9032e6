"""Django's permissions hold; the group Editors has what a newsroom needs, and no more."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client

from liveblog.models import Entry
from realtime.tests.desk import Form, form_of, offered

from .newsroom import ENTRIES, run

ACTIONS = {"publish", "unpublish", "retract", "pin", "unpin", "mark_as_key_event", "unmark_as_key_event", "move"}


@pytest.fixture
def staff(alice):
    """`staff(*permissions)`: the browser of somebody on the staff who has these permissions of the live blog."""

    def staff(*permissions: str) -> Client:
        alice.is_staff = True
        alice.save()
        alice.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client = Client()
        client.force_login(alice)
        return client

    return staff


def test_editors_can_do_everything_with_live_blogs(client, carol, post):
    client.force_login(carol)
    entry = post()
    assert offered(client, ENTRIES) == ACTIONS | {"delete_selected"}
    assert Form(client, f"{ENTRIES}add/").save(body="New", state="published").status_code == 302
    assert form_of(client, entry).save(body="Edited").status_code == 302
    run(client, "retract", entry)
    run(client, "delete_selected", entry, post="yes")
    assert [entry.body for entry in Entry.objects.all()] == ["New"]
    form = Form(client, "/admin/liveblog/liveblog/add/")
    assert form.save(title="Another", slug="another").status_code == 302


def test_editors_can_do_nothing_else(client, carol):
    client.force_login(carol)
    for path in "/admin/accounts/user/", "/admin/auth/group/", "/admin/realtime/stream/":
        assert client.get(path).status_code in (403, 404)


def test_who_may_not_change_entries_sees_no_actions_and_can_run_none(staff, post):
    viewer, entry = staff("view_entry"), post()
    assert offered(viewer, ENTRIES) == set()
    for action in ACTIONS | {"delete_selected"}:
        run(viewer, action, entry, post="yes")
    stored = Entry.objects.get()
    assert stored.version == entry.version


def test_who_may_only_view_reads_the_form_and_cannot_save_it(staff, post):
    viewer, entry = staff("view_entry"), post()
    page = viewer.get(f"{ENTRIES}{entry.pk}/change/")
    assert page.status_code == 200
    assert 'name="_save"' not in page.text
    assert viewer.post(f"{ENTRIES}{entry.pk}/change/", {"body": "Mine"}).status_code == 403
    assert viewer.get(f"{ENTRIES}add/").status_code == 403


def test_who_may_only_add_posts_drafts_and_entries_and_changes_none(staff, post, liveblog):
    reporter, entry = staff("add_entry", "view_liveblog"), post()
    form = Form(reporter, f"{ENTRIES}add/")
    assert form.save(body="New", liveblog=liveblog.pk).status_code == 302
    assert Entry.objects.filter(body="New").exists()
    assert reporter.get(f"{ENTRIES}{entry.pk}/change/").status_code == 403


def test_who_may_not_add_learns_that_the_entry_is_gone(staff, post):
    changer, entry = staff("change_entry", "view_entry"), post()
    form = form_of(changer, entry)
    entry.delete()
    assert form.save(body="Mine").status_code == 302
    assert not Entry.objects.exists()


def test_readers_and_strangers_are_asked_to_sign_in(client, alice, post):
    entry = post()
    for _ in range(2):
        for path in ENTRIES, f"{ENTRIES}add/", f"{ENTRIES}{entry.pk}/change/":
            assert client.get(path)["Location"].startswith("/admin/login/")
        client.force_login(alice)


def test_the_group_keeps_what_it_was_given_by_hand(db):
    group = Group.objects.get(name="Editors")
    group.permissions.remove(Permission.objects.get(codename="delete_liveblog"))
    call_command("migrate", verbosity=0)
    assert not group.permissions.filter(codename="delete_liveblog").exists()
