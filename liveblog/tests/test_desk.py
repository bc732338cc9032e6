"""The desk, as its scripts ask it: what an editor does there, and who may not."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone

from liveblog.models import Entry, LiveBlog
from realtime.streams import heads, read
from realtime.tests.desk import browser_of


@pytest.fixture
def desk(liveblog):
    return f"/admin/liveblog/liveblog/{liveblog.pk}/desk/"


@pytest.fixture
def carols(carol):
    return browser_of(carol)


def send(client, desk, **fields):
    return client.post(
        f"{desk}entries/", {"once": uuid4().hex, "state": "published", "body": "They are off.", **fields}
    )


def edit(client, desk, entry, **typed):
    """As the form is opened now, with what is typed into it; to be sent later."""
    fields = client.get(f"{desk}entries/{entry.pk}/").json()
    flags = {name: value for name, value in fields.items() if value is not False and name != "image"}
    sent = {**flags, "state": "", **typed}
    return lambda: client.post(f"{desk}entries/{entry.pk}/", sent)


def mark(client, desk, entry, name, value):
    return client.post(f"{desk}entries/{entry.pk}/mark/", {"name": name, "value": value})


def test_everything_of_the_live_blog_is_there_in_every_state(carols, desk, post):
    for state in Entry.State.values:
        post(f"It is {state}.", state=state)
    page = carols.get(desk).text
    assert all(f"It is {state}." in page for state in Entry.State.values)


def test_the_desk_is_linked_from_the_list_of_live_blogs_and_from_entries(carols, desk, post):
    entry = post()
    for page in (
        "liveblog/liveblog/",
        f"liveblog/liveblog/{entry.liveblog_id}/change/",
        f"liveblog/entry/{entry.pk}/change/",
        "",
    ):
        assert desk in carols.get(f"/admin/{page}").text, page


@pytest.mark.parametrize("state", ["published", "draft", "retracted"])
def test_what_is_posted_is_so_and_said_so(carols, desk, state):
    answer = send(carols, desk, state=state).json()
    entry = Entry.objects.get()
    assert (entry.state, entry.byline, answer["key"]) == (state, "Carol Danvers", entry.pk)
    words = {"published": "Published", "draft": "Saved as draft", "retracted": "Retracted"}
    assert answer["said"].startswith(words[state])
    assert bool(answer["url"]) == (state == "published")


def test_what_is_sent_twice_is_stored_once(carols, desk):
    once = uuid4().hex
    first, second = (send(carols, desk, once=once).json() for _ in range(2))
    assert Entry.objects.count() == 1
    assert first["key"] == second["key"]


def test_a_headline_alone_is_enough_and_nothing_is_not(carols, desk):
    assert send(carols, desk, body="", headline="Off").status_code == 200
    refused = send(carols, desk, body="", headline=" ")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["__all__"])


@pytest.mark.parametrize(("state", "doubt"), [("live", ""), ("upcoming", "not begun"), ("ended", "has ended")])
def test_who_posts_where_nobody_follows_is_told_so(carols, desk, state, doubt):
    LiveBlog.objects.update(state=state)
    note = send(carols, desk).json()["note"]
    assert (doubt in note) if doubt else not note


def test_an_unknown_live_blog_is_not_found(carols, desk):
    assert carols.get("/admin/liveblog/liveblog/999/desk/").status_code == 404
    assert send(carols, "/admin/liveblog/liveblog/999/desk/").status_code == 404


@pytest.mark.parametrize(
    ("name", "value"), [("pinned", "true"), ("key_event", "true"), ("state", "retracted"), ("state", "draft")]
)
def test_each_click_can_be_undone(carols, desk, post, name, value):
    entry = post()
    before = getattr(entry, name)
    undo = mark(carols, desk, entry, name, value).json()["undo"]
    assert str(getattr(Entry.objects.get(), name)).lower() == value
    assert mark(carols, desk, entry, **undo).status_code == 200
    assert getattr(Entry.objects.get(), name) == before


def test_an_edit_can_be_undone_all_of_it(carols, desk, post):
    entry = post("As it was.", state="draft")
    undo = edit(carols, desk, entry, body="As it is.", key_event="true", state="published")().json()["undo"]
    assert Entry.objects.get().state == "published"
    assert carols.post(f"{desk}entries/{entry.pk}/undo/", undo).json()["said"] == "Undone"
    stored = Entry.objects.get()
    assert (stored.body, stored.key_event, stored.state, stored.updated_at) == ("As it was.", False, "draft", None)


def test_an_edit_that_a_colleague_has_built_upon_is_not_undone(carols, client, editor, desk, post):
    entry = post("As it was.")
    undo = edit(carols, desk, entry, body="As it is.")().json()["undo"]
    client.force_login(editor)
    edit(client, desk, entry, body="As it is now.")()
    refused = carols.post(f"{desk}entries/{entry.pk}/undo/", undo)
    assert (refused.status_code, Entry.objects.get().body) == (409, "As it is now.")
    assert "changed since" in refused.json()["said"]


@pytest.mark.parametrize("sent", ["", "x", "x" * 9000])
def test_what_is_no_way_back_is_a_bad_request(carols, desk, post, sent):
    assert carols.post(f"{desk}entries/{post().pk}/undo/", {"sent": sent}).status_code == 400


def test_a_way_back_is_good_for_who_it_was_given_and_for_its_row_alone(carols, client, editor, desk, post):
    entry, other = post("As it was."), post("Another.")
    undo = edit(carols, desk, entry, body="As it is.")().json()["undo"]
    assert carols.post(f"{desk}entries/{other.pk}/undo/", undo).status_code == 400
    client.force_login(editor)
    assert client.post(f"{desk}entries/{entry.pk}/undo/", undo).status_code == 400


@pytest.mark.parametrize(("name", "value"), [("pinned", "maybe"), ("state", "gone"), ("headline", "x"), ("", "")])
def test_a_click_that_is_none_is_a_bad_request(carols, desk, post, name, value):
    assert mark(carols, desk, post(), name, value).status_code == 400


def test_what_one_side_alone_has_changed_is_taken(carols, client, editor, desk, post):
    entry = post("As it was.", headline="Off")
    client.force_login(editor)
    mine = edit(client, desk, entry, headline="They are off")
    edit(carols, desk, entry, body="As it is.")()
    answer = mine()
    assert answer.status_code == 200
    assert "kept" in answer.json()["note"]
    stored = Entry.objects.get()
    assert (stored.headline, stored.body) == ("They are off", "As it is.")


def test_what_both_have_changed_is_shown_twice_with_name_and_time_and_nothing_is_lost(
    carols, client, editor, desk, post
):
    entry = post("As it was.")
    client.force_login(editor)
    mine = edit(client, desk, entry, body="Mine.")
    edit(carols, desk, entry, body="Theirs.")()
    answer = mine()
    assert answer.status_code == 409
    [conflict] = answer.json()["conflicts"]
    assert (conflict["name"], conflict["theirs"], conflict["yours"]) == ("body", "Theirs.", "Mine.")
    assert "Carol Danvers" in answer.json()["by"]
    assert Entry.objects.get().body == "Theirs."
    assert edit(client, desk, entry, body="Mine.", seen=answer.json()["seen"])().status_code == 200
    assert Entry.objects.get().body == "Mine."


def test_a_quiet_fix_leaves_no_mark_and_a_correction_is_read(carols, client, desk, post):
    entry = post("They are of.")
    edit(carols, desk, entry, body="They are off.", quiet="true")()
    assert Entry.objects.get().updated_at is None
    edit(carols, desk, entry, body="They are not off.", correction="We wrote that they are off.")()
    page = Client().get("/liveblog/regatta/").text
    assert "We wrote that they are off." in page
    assert Entry.objects.get().updated_at


def test_the_history_has_every_version_and_brings_it_back(carols, desk, post):
    entry = post("First.")
    Entry.objects.filter(pk=entry.pk).update(body="Second.")
    edit(carols, desk, entry, body="Third.")()
    url = f"{desk}entries/{entry.pk}/history/"
    versions = carols.get(url).json()["versions"]
    assert [version["body"] for version in versions] == ["Third.", "Second.", "First."]
    assert [version["by"].partition(" ·")[0] for version in versions] == ["Carol Danvers", "a script", "a script"]
    assert carols.post(url, {"version": versions[-1]["version"]}).status_code == 200
    assert Entry.objects.get().body == "First."
    assert carols.post(url, {"version": "x"}).status_code == 404


def test_the_preview_is_what_readers_would_get(carols, desk):
    page = carols.post(f"{desk}preview/", {"headline": "Off", "body": "They are **off**.<script>"}).text
    assert "<strong>off</strong>" in page
    assert "<script>" not in page
    assert "By <bdi>Carol Danvers</bdi>" in page


def test_a_live_blog_is_ended_and_reopened_by_a_click(carols, desk):
    undo = carols.post(f"{desk}state/", {"name": "state", "value": "ended"}).json()["undo"]
    assert LiveBlog.objects.get().state == "ended"
    carols.post(f"{desk}state/", undo)
    assert (LiveBlog.objects.get().state, LiveBlog.objects.get().ended_at) == ("live", None)


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [("summary", "All boats.", "All boats."), ("ends_after", "2:00:00", timedelta(hours=2))],
)
def test_summary_and_end_are_set_and_unset_at_the_desk(carols, desk, name, value, stored):
    before = getattr(LiveBlog.objects.get(), name)
    undo = carols.post(f"{desk}state/", {"name": name, "value": value}).json()["undo"]
    assert getattr(LiveBlog.objects.get(), name) == stored
    assert carols.post(f"{desk}state/", undo).status_code == 200
    assert getattr(LiveBlog.objects.get(), name) == before


WRONG = [("state", "x"), ("title", "x"), ("ends_after", "x"), ("ends_after", "9:00"), ("summary", "\0"),
         ("summary", "x" * 5_001), ("ends_after", "9" * 20)]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_what_a_live_blog_cannot_be_is_refused(carols, desk, name, value):
    assert carols.post(f"{desk}state/", {"name": name, "value": value}).status_code == 400


def test_what_a_colleague_has_set_meanwhile_is_not_overwritten(carols, desk):
    LiveBlog.objects.update(summary="Theirs.")
    answer = carols.post(f"{desk}state/", {"name": "summary", "value": "Mine.", "was": "All the boats."})
    assert (answer.status_code, LiveBlog.objects.get().summary) == (409, "Theirs.")


MOMENTS = ["9999-12-31T23:59", "0001-01-01T00:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "never"]


@pytest.mark.parametrize("at", MOMENTS)
def test_what_is_no_time_to_publish_at_is_refused(carols, desk, settings, at):
    settings.TIME_ZONE = "Europe/Berlin"
    refused = send(carols, desk, state="scheduled", publish_at=at)
    assert (refused.status_code, next(iter(refused.json()["errors"]))) == (400, "publish_at")


def test_numbers_that_nothing_can_have_are_not_found(carols, desk, post):
    entry = post()
    for liveblog, key in ((10**30, entry.pk), (entry.liveblog_id, 10**30), (10**30, 10**30)):
        for deed in "", "mark/", "history/":
            path = f"/admin/liveblog/liveblog/{liveblog}/desk/entries/{key}/{deed}"
            assert carols.post(path, {"name": "pinned", "value": "true"}).status_code == 404, path
    assert carols.post(f"{desk}entries/{entry.pk}/history/", {"version": "9" * 5_000}).status_code == 404
    assert not Entry.objects.get().pinned


def test_a_version_that_would_say_nothing_is_not_brought_back(carols, desk, liveblog):
    entry = Entry.objects.create(liveblog=liveblog, state="published", image="x.png", image_width=1, image_height=1)
    Entry.objects.filter(pk=entry.pk).update(body="They are off.", image="")
    url = f"{desk}entries/{entry.pk}/history/"
    oldest = carols.get(url).json()["versions"][-1]
    assert carols.post(url, {"version": oldest["version"]}).status_code == 400
    assert Entry.objects.get().body == "They are off."


def test_a_time_that_was_planned_and_not_kept_spoils_no_later_one(carols, desk, post):
    entry = post(state="scheduled", publish_at=timezone.now() + timedelta(days=400))
    for state in "published", "scheduled", "published":
        mark(carols, desk, entry, "state", state)
    assert Entry.objects.get().published_at <= timezone.now()
    Entry.objects.update(state="scheduled", published_at=timezone.now() + timedelta(days=400))
    Entry.objects.publish()
    assert Entry.objects.get().published_at <= timezone.now()
    assert post().published_at < timezone.now() + timedelta(minutes=1)


def test_who_may_only_change_entries_adds_none_and_ends_nothing(carols, carol, desk, post):
    entry = post()
    carol.groups.clear()
    carol.user_permissions.set(Permission.objects.filter(codename="change_entry"))
    assert send(carols, desk).status_code == 403
    assert carols.post(f"{desk}state/", {"name": "state", "value": "ended"}).status_code == 403
    assert mark(carols, desk, entry, "pinned", "true").status_code == 200
    assert (Entry.objects.count(), LiveBlog.objects.get().state) == (1, "live")


def test_deleting_needs_the_right_to_delete(carols, client, carol, editor, desk, post):
    entry = post()
    carol.groups.clear()
    carol.user_permissions.set(
        [each for each in Group.objects.get(name="Editors").permissions.all() if "delete" not in each.codename]
    )
    assert carols.post(f"{desk}entries/{entry.pk}/delete/").status_code == 403
    client.force_login(editor)
    assert client.post(f"{desk}entries/{entry.pk}/delete/").status_code == 409  # it is published: somebody restored it
    mark(client, desk, entry, "state", "retracted")
    assert client.post(f"{desk}entries/{entry.pk}/delete/").status_code == 200
    assert not Entry.objects.exists()
    assert client.post(f"{desk}entries/{entry.pk}/delete/").status_code == 200  # sent again, it is gone


def test_a_schedule_is_edited_by_the_newsrooms_clock(carols, desk, post, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    at = datetime(2026, 7, 1, 10, 0, 30, tzinfo=UTC)
    entry = post(state="scheduled", publish_at=at)
    assert carols.get(f"{desk}entries/{entry.pk}/").json()["publish_at"] == "2026-07-01T12:00:30"
    assert edit(carols, desk, entry, body="Later.")().status_code == 200
    assert Entry.objects.get().publish_at == at


def test_what_is_gone_is_said_to_be(carols, desk, post):
    entry = post()
    save = edit(carols, desk, entry, body="Mine.")
    Entry.objects.all().delete()
    assert (save().status_code, save().json()["said"]) == (404, "A colleague has deleted this meanwhile.")


ASKED = [
    "entries/",
    "entries/{}/",
    "entries/{}/mark/",
    "entries/{}/delete/",
    "entries/{}/history/",
    "preview/",
    "state/",
]


@pytest.mark.parametrize("path", ASKED)
def test_who_is_no_editor_is_told_so_and_nothing_happens(client, alice, desk, post, path):
    entry = post("Not yet.", state="draft")
    url = desk + path.format(entry.pk)
    anonymous = client.post(url, {"name": "state", "value": "published", "body": "Evil."})
    assert anonymous.status_code == 401
    client.force_login(alice)
    stranger = client.post(url, {"name": "state", "value": "published", "body": "Evil."})
    assert (stranger.status_code, client.get(desk).status_code) == (403, 302)
    assert "Not yet." not in anonymous.text + stranger.text
    assert [(each.state, each.body) for each in Entry.objects.all()] == [("draft", "Not yet.")]


def test_readers_see_nothing_of_the_desk(client, alice, post, liveblog):
    start = heads([liveblog.stream])[liveblog.stream]
    for state in "draft", "scheduled", "retracted":
        post(f"Secret, {state}.", state=state)
    assert heads([liveblog.stream])[liveblog.stream] == start
    for path in (
        "/liveblog/regatta/",
        "/liveblog/",
        "/liveblog/regatta/changes/?after=0",
        f"/liveblog/regatta/changes/?after={start}",
    ):
        assert "Secret" not in client.get(path).text
    for person in None, alice:
        if person:
            client.force_login(person)
        assert client.get(f"/liveblog/regatta/desk/changes/?after={start}").status_code == 403


def test_the_desks_stream_tells_every_state(liveblog, post):
    name = f"desk.{liveblog.pk}"
    start = heads([name])[name]
    entry = post(state="draft")
    for state in "scheduled", "published", "retracted":
        entry.state = state
        entry.save()
        [item] = read({name: start})[name].items
        assert f'data-state="{state}"'.encode() in item.json.replace(b'\\"', b'"')
    entry.delete()
    [item] = read({name: start})[name].items
    assert b'"removed":true' in item.json
