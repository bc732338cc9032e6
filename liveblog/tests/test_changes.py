"""`changes/?after=N`: what the socket would say, over plain HTTP."""

import pytest

from liveblog.models import Entry, LiveBlog
from realtime.models import Stream
from realtime.streams.reading import MAX_CHANGES
from realtime.streams.wire import MAX_SENT


@pytest.fixture
def changes(client):
    """`changes(after)`: the live blog's changes, as (version, {id: item})."""

    def changes(after, path="/liveblog/regatta/changes/"):
        answer = client.get(path, {"after": after}).json()
        assert answer["type"] == "changes"
        assert answer["after"] == after
        return answer["version"], {item["id"]: item for item in answer["items"]}

    return changes


def test_it_brings_new_edited_and_removed_entries(changes, head, post):
    start = head()
    kept, edited, retracted, deleted = post("Kept"), post("Wrong"), post(), post()
    edited.body = "Right"
    edited.save()
    retracted.state = Entry.State.RETRACTED
    retracted.save()
    gone = deleted.item_id
    deleted.delete()
    version, items = changes(start)
    assert version == head()
    assert items[kept.item_id]["data"]["body"] == "Kept"
    assert items[edited.item_id]["data"]["body"] == "Right"
    assert items[retracted.item_id] == {"id": retracted.item_id, "version": retracted.version, "removed": True}
    assert items[gone]["removed"] is True
    assert list(items) == sorted(items, key=lambda id: items[id]["version"])


def test_it_never_shows_what_is_not_published(changes, head, post):
    start = head()
    post("Secret", state="draft")
    post("Secret", state="retracted")
    withdrawn = post("Secret")
    Entry.objects.filter(pk=withdrawn.pk).update(state=Entry.State.DRAFT, body="More secret")
    version, items = changes(start)
    assert items == {withdrawn.item_id: {"id": withdrawn.item_id, "version": version, "removed": True}}


def test_an_item_has_the_html_of_the_page(client, changes, head, post):
    start = head()
    entry = post(headline="Off", body="*They* are off.", key_event=True)
    item = changes(start)[1][entry.item_id]
    assert item["html"] in client.get("/liveblog/regatta/").text
    assert item["position"] == entry.position
    assert item["version"] == entry.version


def test_the_plain_fields_are_there_for_clients_that_are_no_browser(changes, head, post, carol):
    start = head()
    entry = post(headline="Off", body="*They* are off.", author=carol, pinned=True)
    data = changes(start)[1][entry.item_id]["data"]
    assert data == {
        "headline": "Off",
        "body": "*They* are off.",
        "byline": "Carol Danvers",
        "key_event": False,
        "pinned": True,
        "correction": "",
        "published_at": entry.published_at.isoformat().replace("+00:00", "Z"),
        "updated_at": None,
        "url": entry.get_absolute_url(),
        "image": None,
    }


def test_a_live_blog_tells_of_itself(changes, head, liveblog):
    start = head()
    liveblog.title, liveblog.state = "Regatta, day two", LiveBlog.State.ENDED
    liveblog.save()
    item = changes(start)[1][liveblog.item_id]
    assert item["position"] is None
    assert (item["data"]["title"], item["data"]["state"]) == ("Regatta, day two", "ended")


def test_the_index_has_its_changes_too(changes, liveblog):
    start = Stream.objects.get(name="liveblogs").head
    LiveBlog.objects.update(title="Regatta, day two")
    liveblog.refresh_from_db()
    item = changes(start, "/liveblog/changes/")[1][liveblog.item_id]
    assert item["position"] == liveblog.index_position
    assert item["version"] == liveblog.index_version
    assert "Regatta, day two" in item["html"]


def test_at_the_head_there_is_nothing(changes, head, post):
    post()
    assert changes(head()) == (head(), {})


@pytest.mark.parametrize("after", ["", "0", "-1", "1.5", "x", "9" * 15, "9" * 17, "9" * 4000, "٣", "1e3", "\x00"])
def test_a_cursor_that_cannot_resume_is_reset_and_not_cached(client, head, post, after):
    post()
    answer = client.get("/liveblog/regatta/changes/", {"after": after})
    assert answer.json() == {"type": "reset", "version": head()}
    assert answer["Cache-Control"] == "no-store"


def test_no_cursor_at_all_is_reset(client, head):
    assert client.get("/liveblog/regatta/changes/").json() == {"type": "reset", "version": head()}


def write(liveblog, count, body="Go"):
    """In versions of 50 entries each."""
    rows = [Entry(liveblog=liveblog, body=body, state=Entry.State.PUBLISHED) for _ in range(count)]
    for start in range(0, count, 50):
        Entry.objects.bulk_create(rows[start : start + 50])


def test_what_is_too_much_for_one_answer_comes_in_several(client, head, liveblog):
    """A reader asks on from each, and is told when there is no more."""
    start = version = head()
    write(liveblog, 450, body="x" * 1_000)
    found: dict[str, dict] = {}
    more = True
    while more:
        response = client.get("/liveblog/regatta/changes/", {"after": version})
        assert len(response.content) <= MAX_SENT
        answer = response.json()
        assert (answer["type"], answer["after"]) == ("changes", version)
        assert answer["version"] > version
        found |= {item["id"]: item for item in answer["items"]}
        version, more = answer["version"], answer.get("more", False)
    assert (version, len(found)) == (head(), 450)
    assert version == start + 9


def test_a_cursor_too_far_behind_is_reset(client, changes, head, liveblog):
    start = head()
    write(liveblog, MAX_CHANGES)
    assert changes(start)[1]
    Entry.objects.create(liveblog=liveblog, body="One more", state=Entry.State.PUBLISHED)
    assert client.get("/liveblog/regatta/changes/", {"after": start}).json()["type"] == "reset"


def test_answers_are_shared_by_all_for_a_second(client, head, post, editor):
    start = head()
    post()
    stranger = client.get("/liveblog/regatta/changes/", {"after": start})
    client.force_login(editor)
    signed_in = client.get("/liveblog/regatta/changes/", {"after": start})
    assert stranger.content == signed_in.content
    assert stranger.headers == signed_in.headers
    assert stranger["Content-Type"] == "application/json"
    assert set(stranger["Cache-Control"].split(", ")) == {"public", "max-age=1"}
    assert not signed_in.cookies
    assert "Vary" not in signed_in


def test_there_are_no_changes_of_what_does_not_exist(client, db):
    assert client.get("/liveblog/nowhere/changes/", {"after": 1}).status_code == 404


def test_a_deleted_live_blog_has_no_changes_left(client, liveblog, head):
    start = head()
    liveblog.delete()
    assert client.get("/liveblog/regatta/changes/", {"after": start}).status_code == 404


def test_corrections_come_after_the_end_too(changes, liveblog, post):
    liveblog.state = LiveBlog.State.ENDED
    liveblog.save()
    entry = post("A correction")
    version, items = changes(liveblog.version)
    assert (version, list(items)) == (entry.version, [entry.item_id])
