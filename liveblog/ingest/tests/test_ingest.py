"""Scripts post by signed requests: created, edited and retracted once, however often they are sent."""

from django.core.management import call_command
from django.utils import timezone

from liveblog.ingest import views
from liveblog.ingest.models import Ingested, IngestKey
from liveblog.models import Entry, LiveBlog
from realtime.streams import versions_of

from .wire import Wire, refused


def test_what_is_sent_is_published_at_once_under_the_name_of_its_key(wire, client):
    answer = wire(id="a1", headline="Start", body="They *are* off.")
    entry = Entry.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": "a1",
        "action": "created",
        "entry": entry.pk,
        "url": f"http://testserver/liveblog/entries/{entry.pk}/",
    }
    assert (entry.state, entry.headline, entry.byline) == ("published", "Start", "Harbour radio")
    assert "<em>are</em>" in client.get("/liveblog/regatta/").text


def test_a_byline_of_its_own_counts(wire):
    wire(id="a1", body="They are off.", byline="Ann Lee")
    assert Entry.objects.get().byline == "Ann Lee"


def test_a_draft_is_seen_by_nobody_until_it_is_published(wire, client):
    wire(id="a1", body="They are off.", state="draft")
    assert "They are off." not in client.get("/liveblog/regatta/").text
    wire(id="a1", action="edit", state="published")
    assert "They are off." in client.get("/liveblog/regatta/").text


def test_an_edit_changes_what_it_gives_and_leaves_the_rest(wire):
    wire(id="a1", headline="Start", body="They are of.", byline="Ann Lee")
    answer = wire(id="a1", action="edit", body="They are off.", correction="A letter was missing.")
    entry = Entry.objects.get()
    assert (answer.status_code, answer.json()["action"]) == (200, "edited")
    assert (entry.headline, entry.body, entry.byline) == ("Start", "They are off.", "Ann Lee")
    assert entry.updated_at


def test_an_edit_that_changes_nothing_reaches_no_reader(wire, head):
    wire(id="a1", body="They are off.")
    before = head()
    assert wire(id="a1", action="edit", body="They are off.").status_code == 200
    assert head() == before


def test_what_is_retracted_is_gone_also_when_it_is_told_twice(wire, client, head):
    wire(id="a1", body="They are off.")
    first, before = wire(id="a1", action="retract"), head()
    second = Wire(IngestKey.objects.get()).send(b'{"action": "retract", "id": "a1"}')
    assert (first.status_code, second.json()) == (200, first.json())
    assert head() == before
    assert "They are off." not in client.get("/liveblog/regatta/").text


def test_the_history_says_that_a_script_wrote_it(wire):
    wire(id="a1", body="They are of.")
    wire(id="a1", action="edit", body="They are off.")
    versions = versions_of(Entry.objects.get())
    assert [(each.person, each.fields["body"]) for each in versions] == [
        (None, "They are off."),
        (None, "They are of."),
    ]


def test_a_key_for_all_live_blogs_posts_to_each_under_the_same_id(db):
    key = IngestKey.objects.create(name="Agency")
    for slug in "one", "two":
        LiveBlog.objects.create(title=slug, slug=slug)
        assert Wire(key, slug)(id="a1", body="They are off.").status_code == 201
    assert Entry.objects.count() == 2


def test_an_old_slug_leads_to_the_live_blog(wire, liveblog):
    liveblog.slug = "harbour"
    liveblog.save()
    assert wire(id="a1", body="They are off.").status_code == 201


def test_who_goes_too_fast_is_told_when_to_come_again(wire, monkeypatch):
    for kind in "address", "key":
        monkeypatch.setattr(views, "take", lambda rates, kind=kind: 3.2 if kind in next(iter(rates)) else 0.0)
        answer = wire(id="a1", body="They are off.")
        assert refused(answer) == (429, "too_fast")
        assert answer["Retry-After"] == "4"
    assert not Entry.objects.exists()


def test_who_cannot_sign_uses_up_the_rate_of_no_key(wire, key, monkeypatch):
    taken = []

    def take(rates):
        taken.extend(rates)
        return 0.0

    monkeypatch.setattr(views, "take", take)
    wire.send(b"{}", Ingest_Signature="0" * 64)
    assert [kind for _, kind, _ in taken] == ["address"]
    wire.send(b"{}")
    assert taken[-1] == ("ingest", "key", key.pk)


def test_a_revoked_key_posts_no_more_and_what_it_posted_stays(wire, key):
    wire(id="a1", body="They are off.")
    key.revoked_at = timezone.now()
    key.save()
    assert refused(wire(id="a2", body="Again")) == (403, "revoked")
    assert Entry.objects.get().state == "published"


def test_a_live_blog_goes_with_its_keys(wire, liveblog):
    wire(id="a1", body="They are off.")
    liveblog.delete()
    for model in Entry, IngestKey, Ingested:
        assert not model.objects.exists()


def test_the_system_checks_pass(db, settings):
    settings.DEBUG = True  # without it, they speak of the machine that tests run on
    call_command("check", fail_level="WARNING")
    call_command("makemigrations", "liveblog", check=True, dry_run=True)
