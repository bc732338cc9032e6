"""`manage.py demo`, `post` and `simulate`: a live blog without the admin."""

import re
from io import BytesIO, TextIOWrapper

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from liveblog.management.commands import simulate
from liveblog.models import Entry, LiveBlog


@pytest.fixture
def run(capsys):
    """`run(command, …)`: what it prints."""

    def run(*command: str) -> str:
        call_command(*command)
        return capsys.readouterr().out

    return run


@pytest.fixture
def demo(db, settings, tmp_path, monkeypatch):
    """The environment of the demo, without a password in it."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    monkeypatch.setenv("PORT", "8123")


def test_the_demo_is_a_live_blog_that_its_editor_signed(client, demo, run):
    printed = run("demo")
    assert "http://localhost:8123/liveblog/demo/" in printed
    page = client.get("/liveblog/demo/").text
    assert page.count("<article") == Entry.objects.count() > 2
    assert "By <bdi>Edith Orwell</bdi>" in page
    image = Entry.objects.exclude(image="").get()
    assert image.image_alt
    image.full_clean()


def test_the_size_of_the_demos_picture_is_in_its_row(demo, run):
    run("demo")
    sizes = Entry.objects.exclude(image="").values_list("image_width", "image_height")
    assert list(sizes) == [(1200, 600)]  # without it, Django would open the file whenever the row is loaded


def test_the_demo_prints_a_password_once_that_opens_the_admin(client, demo, run):
    (password,) = re.findall(r"user editor, password (\S+)", run("demo"))
    assert client.login(username="editor", password=password)
    assert client.get("/admin/liveblog/entry/").status_code == 200
    assert password not in run("demo")
    assert client.login(username="editor", password=password)


def test_the_demo_takes_its_password_from_the_environment(client, demo, run, monkeypatch):
    run("demo")
    monkeypatch.setenv("DEMO_PASSWORD", "{chosen} by me")
    assert "{chosen} by me" in run("demo")
    assert client.login(username="editor", password="{chosen} by me")


def test_the_demo_is_made_once_however_often_it_runs(demo, run):
    run("demo")
    LiveBlog.objects.update(title="Made my own")
    Entry.objects.all()[0].delete()
    before = Entry.objects.count(), LiveBlog.objects.count(), get_user_model().objects.count()
    run("demo")
    assert (Entry.objects.count(), LiveBlog.objects.count(), get_user_model().objects.count()) == before
    assert LiveBlog.objects.get().title == "Made my own"


def test_post_publishes_an_entry(client, liveblog, run):
    printed = run("post", "regatta", "They *are* off", "--headline", "Start")
    entry = Entry.objects.get()
    assert printed == f"entry-{entry.pk} at {entry.version}\n"
    assert (entry.state, entry.headline) == ("published", "Start")
    assert "<em>are</em>" in client.get("/liveblog/regatta/").text


def test_post_knows_a_live_blog_by_its_old_slug_too(liveblog, run):
    liveblog.slug = "harbour-regatta"
    liveblog.save()
    run("post", "regatta", "Still here")
    assert Entry.objects.get().liveblog == liveblog


@pytest.mark.parametrize("command", [["post", "regata", "Hello"], ["simulate", "regata"]])
def test_a_wrong_slug_is_answered_with_the_right_ones(liveblog, command):
    with pytest.raises(CommandError, match=r"no live blog 'regata'\. There is: regatta\."):
        call_command(*command)


def test_without_a_live_blog_the_command_that_makes_one_is_named(db):
    with pytest.raises(CommandError, match=r"manage\.py demo"):
        call_command("post", "demo", "Hello")


@pytest.mark.parametrize("text", ["", "  \n"])
def test_post_wants_some_text(liveblog, text):
    with pytest.raises(CommandError, match="text"):
        call_command("post", "regatta", text)
    assert not Entry.objects.exists()


@pytest.fixture
def pipe(monkeypatch):
    """`pipe(bytes)`: what the next command finds on its standard input."""

    def pipe(content: bytes) -> None:
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(content), "utf-8"))

    return pipe


def test_post_takes_its_text_from_a_pipe(liveblog, run, pipe):
    pipe("They *are* off.\n\nAll — of them.\n".encode())
    run("post", "regatta", "-", "--headline", "Start")
    entry = Entry.objects.get()
    assert (entry.headline, entry.body) == ("Start", "They *are* off.\n\nAll — of them.")


def test_what_is_posted_as_a_draft_is_seen_by_nobody(client, liveblog, run, pipe):
    pipe(b"They are off.")
    printed = run("post", "regatta", "-", "--draft")
    entry = Entry.objects.get()
    assert (entry.state, printed) == ("draft", f"entry-{entry.pk}, a draft\n")
    assert "They are off." not in client.get("/liveblog/regatta/").text


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "text"), (b" \n", "text"), (b"\xff\xfe", "utf-8"), (b"x" * 20_001, "20000"), (b"a\0b", "null")],
    ids=["nothing", "blanks", "no text", "a long text", "a NUL"],
)
def test_a_pipe_that_brings_no_entry_is_refused_in_a_sentence(liveblog, pipe, content, said):
    pipe(content)
    with pytest.raises(CommandError, match=said):
        call_command("post", "regatta", "-")
    assert not Entry.objects.exists()


def test_simulate_posts_edits_and_retracts(head, liveblog, run, monkeypatch):
    kinds = iter(["post", "edit", "retract", "post"])  # the first is always a post
    monkeypatch.setattr(simulate.random, "choices", lambda *args: [next(kinds)])
    start = head()
    printed = run("simulate", "regatta", "--every", "0", "--count", "5").splitlines()
    assert [line.partition(":")[0] for line in printed] == ["post", "post", "edit", "retract", "post"]
    assert head() == start + 5
    assert sorted(Entry.objects.values_list("state", flat=True)) == ["published", "published", "retracted"]
    assert "**Update:**" in Entry.objects.get(state="retracted").body


def test_simulate_begins_with_a_post_and_makes_as_many_changes_as_it_is_told(head, liveblog, run, monkeypatch):
    monkeypatch.setattr(simulate.random, "choices", lambda *args: ["retract"])
    start = head()
    printed = run("simulate", "regatta", "--every", "0", "--count", "3").splitlines()
    assert [line.partition(":")[0] for line in printed] == ["post", "retract", "post"]
    assert head() == start + 3


def test_simulate_leaves_alone_what_others_have_written(liveblog, run, post, monkeypatch):
    entry = post("Written by hand.")
    kinds = iter(["edit", "post", "edit", "retract", "edit"])
    monkeypatch.setattr(simulate.random, "choices", lambda *args: [next(kinds)])
    run("simulate", "regatta", "--every", "0", "--count", "5")
    entry.refresh_from_db()
    assert (entry.body, entry.state, entry.updated_at) == ("Written by hand.", "published", None)


def test_simulate_keeps_its_pace(liveblog, run, monkeypatch):
    pauses: list[float] = []
    monkeypatch.setattr(simulate.time, "sleep", pauses.append)
    run("simulate", "regatta", "--every", "1.5", "--count", "3")
    assert pauses == [1.5, 1.5]


def test_simulate_stops_at_ctrl_c_without_a_traceback(liveblog, run, monkeypatch):
    def interrupt(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(simulate.time, "sleep", interrupt)
    assert run("simulate", "regatta").splitlines()[-1] == "Stopped."


@pytest.mark.parametrize("option", [["--every", "-1"], ["--count", "-1"]])
def test_simulate_refuses_what_makes_no_sense(liveblog, option):
    with pytest.raises(CommandError, match="negative"):
        call_command("simulate", "regatta", *option)
