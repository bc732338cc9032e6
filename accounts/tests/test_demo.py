import pytest

from accounts import demo
from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_chosen_password(monkeypatch):
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)


def test_the_demo_makes_an_editor_whose_printed_password_works(client):
    [line] = demo.make()
    assert "{site}/admin/, user editor, password " in line
    assert client.login(username="editor", password=line.split()[-1])
    assert client.get("/admin/").status_code == 200


def test_a_second_run_keeps_the_password_and_says_so():
    [line] = demo.make()
    assert "password unchanged" in demo.make()[0]
    assert User.objects.get().check_password(line.split()[-1])


def test_demo_password_is_used_now_and_later(monkeypatch):
    for password in "first-horse", "second-horse":
        monkeypatch.setenv("DEMO_PASSWORD", password)
        assert demo.make()[0].endswith(f"user editor, password {password}")
        assert User.objects.get().check_password(password)


def test_the_same_demo_password_again_ends_no_session(client, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "first-horse")
    demo.make()
    client.login(username="editor", password="first-horse")
    demo.make()
    assert client.get("/admin/").status_code == 200


def test_a_stranger_who_took_the_name_is_not_made_superuser(monkeypatch):
    stranger = User.objects.create_user("editor", password="correct-horse")
    monkeypatch.setenv("DEMO_PASSWORD", "first-horse")
    assert "left as it is" in demo.make()[0]
    stranger.refresh_from_db()
    assert not stranger.is_superuser
    assert stranger.check_password("correct-horse")
