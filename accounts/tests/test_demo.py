import pytest
from django.core.management import CommandError, call_command

from accounts import demo
from accounts.checks import check_demo_people
from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_chosen_password(monkeypatch):
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)


def passwords():
    """Make the demo's people: the password that is printed for each."""
    words = [line.split() for line in demo.make()]
    return {line[line.index("user") + 1].strip(","): line[-1] for line in words}


def test_the_demo_makes_an_editor_whose_printed_password_works(client):
    line = demo.make()[0]
    assert "{site}/admin/, user editor, password " in line
    assert client.login(username="editor", password=line.split()[-1])
    assert client.get("/admin/").status_code == 200


def test_in_production_the_demos_people_are_warned_of(settings):
    demo.make()
    settings.DEBUG = True
    assert check_demo_people() == []
    settings.DEBUG = False
    [warning] = check_demo_people()
    assert (warning.id, "alice, bob, editor" in warning.msg) == ("accounts.W001", True)
    User.objects.all().delete()
    assert check_demo_people() == []


def test_alice_and_bob_have_the_same_password_and_no_more_than_members(client):
    found = passwords()
    assert found.keys() == {"editor", "alice", "bob"}
    assert len(set(found.values())) == 1
    for username in "alice", "bob":
        assert client.login(username=username, password=found[username])
        assert not User.objects.get(username=username).is_staff


def test_a_second_run_keeps_the_passwords_and_says_so():
    found = passwords()
    for line in demo.make():
        assert "password unchanged" in line
        assert found["editor"] not in line
    for person in User.objects.all():
        assert person.check_password(found["editor"])


def test_who_was_deleted_does_not_come_back(monkeypatch):
    passwords()
    User.objects.filter(username__in=["editor", "bob"]).delete()
    for password in "", "second-horse":
        monkeypatch.setenv("DEMO_PASSWORD", password)
        lines = demo.make()
        assert "user editor was deleted: left so" in lines[0]
        assert "user bob was deleted: left so" in lines[2]
        assert User.objects.get().username == "alice"


def test_a_site_that_is_in_use_is_no_place_for_a_demo(settings, carol):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="has people of its own"):
        call_command("demo")
    assert User.objects.get() == carol


def test_demo_password_is_used_now_and_later(monkeypatch):
    for password in "first-horse", "second-horse":
        monkeypatch.setenv("DEMO_PASSWORD", password)
        for username, line in zip(("editor", "alice", "bob"), demo.make(), strict=True):
            assert line.endswith(f"user {username}, password {password}")
            assert User.objects.get(username=username).check_password(password)


def test_the_same_demo_password_again_ends_no_session(client, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "first-horse")
    demo.make()
    client.login(username="editor", password="first-horse")
    demo.make()
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(("username", "number"), [("editor", 0), ("alice", 1), ("bob", 2)])
def test_a_stranger_who_took_the_name_keeps_their_password_and_gets_no_rights(monkeypatch, username, number):
    stranger = User.objects.create_user(username, f"{username}@example.org", "correct-horse")
    monkeypatch.setenv("DEMO_PASSWORD", "first-horse")
    assert "left as it was" in demo.make()[number]
    stranger.refresh_from_db()
    assert not stranger.is_superuser
    assert stranger.check_password("correct-horse")
