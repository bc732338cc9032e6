"""The newsroom, day by day: finding entries, posting them, editing them."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from liveblog.markdown import MAX_BODY
from liveblog.models import Entry, LiveBlog
from realtime.models import Stream
from realtime.tests.desk import Form, browser_of, form_of, queries
from realtime.tests.pages import found

from .newsroom import ENTRIES, listed


@pytest.fixture
def client(carol):
    """Carol's browser: she is in the group Editors, and no superuser."""
    return browser_of(carol)


@pytest.fixture
def new_entry(client, liveblog):
    return Form(client, f"{ENTRIES}add/")


def test_an_entry_is_posted_with_its_author_and_byline(client, new_entry, carol):
    assert new_entry.save(body="They *are* off.", state="published").status_code == 302
    entry = Entry.objects.get()
    assert (entry.author, entry.byline) == (carol, "Carol Danvers")
    assert "<em>are</em>" in client.get("/liveblog/regatta/").text


@pytest.mark.parametrize("body", ["\u3164", "\u2800\u200b", "&nbsp;&#x3164;", "[a]: https://example.org/"])
def test_an_entry_of_which_nothing_can_be_seen_is_refused(new_entry, body):
    assert new_entry.save(body=body).context["adminform"].form.errors.keys() == {"body"}
    assert not Entry.objects.exists()


def test_a_headline_or_title_of_invisible_characters_is_refused(client, new_entry):
    answer = new_entry.save(body="x", headline="\u3164", byline="\u200b", image_credit="\u2800")
    assert answer.context["adminform"].form.errors.keys() == {"headline", "byline", "image_credit"}
    answer = Form(client, "/admin/liveblog/liveblog/add/").save(title="\u3164", slug="x", summary="\u200b")
    assert answer.context["adminform"].form.errors.keys() == {"title", "summary"}


def test_a_byline_that_is_typed_is_kept(new_entry):
    new_entry.save(body="They are off.", byline="Our reporters")
    assert Entry.objects.get().byline == "Our reporters"


def test_an_edit_by_a_colleague_leaves_author_and_byline(client, post, editor):
    entry = post(author=editor)
    form_of(client, entry).save(body="Corrected.")
    entry.refresh_from_db()
    assert (entry.author, entry.byline, entry.body) == (editor, "Edith Orwell", "Corrected.")


def test_a_new_entry_is_a_draft_for_the_newest_live_blog(client, liveblog):
    LiveBlog.objects.create(title="Over", slug="over", state="ended")
    LiveBlog.objects.create(title="Not yet", slug="not-yet", state="upcoming")
    LiveBlog.objects.create(title="Older", slug="older", starts_at=timezone.now() - timedelta(days=1))
    fields = Form(client, f"{ENTRIES}add/").fields
    assert (fields["liveblog"], fields["state"]) == (liveblog.pk, "draft")


def test_the_next_entry_goes_where_this_editor_posted_last(client, liveblog, post, carol, editor):
    newest = LiveBlog.objects.create(title="Newest", slug="newest")
    post(author=carol)
    post(author=editor, liveblog=newest)
    assert Form(client, f"{ENTRIES}add/").fields["liveblog"] == liveblog.pk
    LiveBlog.objects.filter(pk=liveblog.pk).update(state="ended")
    assert Form(client, f"{ENTRIES}add/").fields["liveblog"] == newest.pk


def test_a_list_of_one_live_blog_leads_to_a_new_entry_of_that(client, liveblog, post, carol):
    other = LiveBlog.objects.create(title="Other", slug="other")
    post(author=carol)
    post(liveblog=other)
    page = client.get(f"{ENTRIES}?liveblog__id__exact={other.pk}&state__exact=draft")
    link = found(r'href="([^"]+\?_changelist_filters=[^"]+)" class="addlink"', page)
    form = Form(client, unescape(link))
    assert form.fields["liveblog"] == other.pk
    assert Form(client, form.save("_addanother", body="There.")["Location"]).fields["liveblog"] == other.pk
    assert Entry.objects.filter(liveblog=other).count() == 2


@pytest.mark.parametrize("value", ["x", "", "9" * 30, "\0"])
def test_a_filter_that_is_none_is_a_bad_request(client, liveblog, value):
    filters = urlencode({"_changelist_filters": urlencode({"liveblog__id__exact": value})})
    assert client.get(f"{ENTRIES}add/?{filters}").status_code == 400


def test_the_first_button_publishes_and_the_message_leads_to_the_page(client, new_entry):
    buttons = re.findall(r'<input type="submit" value="([^"]+)"', new_entry.page.text)
    assert buttons[:2] == ["Publish", "Save draft"]
    assert "Save" not in buttons
    page = client.get(new_entry.save("_publish", body="They are off.")["Location"])
    entry = Entry.objects.published().get()
    assert f'It is published: <a href="{entry.get_absolute_url()}">' in page.text


def test_a_draft_is_said_to_be_one_and_is_published_by_its_button(client, new_entry):
    page = client.get(new_entry.save("_draft", body="They are off.", state="published")["Location"])
    assert "It is a draft: readers don't see it." in page.text
    entry = Entry.objects.get(state="draft")
    form_of(client, entry).save("_publish", body="They are all off.")
    entry.refresh_from_db()
    assert (entry.is_shown, entry.body) == (True, "They are all off.")


@pytest.mark.parametrize("button", ["_save", "_schedule"])
def test_what_is_scheduled_needs_a_time_and_is_said_to_wait_for_it(client, new_entry, button):
    assert new_entry.save(button, body="Soon.", state="scheduled").status_code == 200
    assert new_entry.errors == {"publish_at": ["Say when it is to be published."]}
    time = {"publish_at_0": "2099-05-01", "publish_at_1": "10:30:00"}
    page = client.get(new_entry.save(button, **time)["Location"])
    assert "It is scheduled for May 1, 2099, 10:30 a.m.: readers don't see it yet." in unescape(page.text)
    entry = Entry.objects.get()
    assert (entry.state, entry.is_shown, entry.publish_at) == ("scheduled", False, entry.published_at)


def test_a_time_that_is_none_is_refused_beside_its_field(new_entry):
    new_entry.save("_schedule", body="Soon.", publish_at_0="2099-05-01", publish_at_1="soon")
    assert "publish_at" in new_entry.errors
    assert not Entry.objects.exists()


def test_what_readers_know_is_saved_by_a_plain_button(client, post):
    page = form_of(client, post()).page
    assert 'value="Save" class="default" name="_save"' in page.text
    assert 'name="_publish"' not in page.text


def test_to_publish_what_a_colleague_has_retracted_meanwhile_is_a_conflict(client, editor, post):
    form = form_of(client, entry := post(state="draft"))
    Entry.objects.update(state="retracted")
    assert form.save("_publish").status_code == 200
    assert form.conflicts == {"State": ("Retracted", "Published")}
    entry.refresh_from_db()
    assert not entry.is_shown


@pytest.mark.parametrize(("state", "words"), [("upcoming", "has not begun"), ("ended", "has ended"), ("live", None)])
def test_who_posts_where_nobody_follows_is_told_so(client, post, liveblog, state, words):
    LiveBlog.objects.update(state=state)
    form = Form(client, f"{ENTRIES}add/?liveblog={liveblog.pk}")
    page = client.get(form.save("_publish", body="They are off.")["Location"]).text
    assert ("is this the right live blog?" in page) is bool(words)
    assert f"“Harbour regatta” {words or ''}" in page or not words
    page = client.get(form_of(client, Entry.objects.get()).save(body="Corrected.")["Location"]).text
    assert "is this the right live blog?" not in page


def test_without_a_live_blog_the_form_opens_all_the_same(client):
    assert client.get(f"{ENTRIES}add/").status_code == 200


def test_an_entry_needs_text_and_a_live_blog(new_entry):
    new_entry.save(body=" ", liveblog="")
    assert new_entry.errors.keys() == {"__all__", "liveblog"}


def test_an_edit_of_what_readers_know_is_called_an_update(client, post):
    draft, entry = post(state="draft"), post()
    form_of(client, draft).save(body="Better", state="published")
    form_of(client, entry).save(pinned="on")
    assert not Entry.objects.exclude(updated_at=None).exists()
    form_of(client, entry).save(body="Better")
    assert Entry.objects.exclude(updated_at=None).get() == entry


def test_saving_without_a_change_is_no_update(client, post):
    entry = post()
    assert form_of(client, entry).save().status_code == 302
    entry.refresh_from_db()
    assert entry.updated_at is None


def test_an_entry_cannot_move_to_another_live_blog(client, post, liveblog):
    entry = post()
    other = LiveBlog.objects.create(title="Other", slug="other")
    form_of(client, entry).save(liveblog=other.pk)
    entry.refresh_from_db()
    assert entry.liveblog == liveblog


def test_entries_are_found_by_live_blog_state_and_emphasis(client, post, liveblog):
    other = LiveBlog.objects.create(title="Other", slug="other")
    plain, elsewhere, draft, key, pinned = (
        post(),
        post(liveblog=other),
        post(state="draft"),
        post(key_event=True),
        post(pinned=True),
    )
    assert listed(client) == [pinned, key, draft, elsewhere, plain]
    assert listed(client, liveblog__id__exact=other.pk) == [elsewhere]
    assert listed(client, state__exact="draft") == [draft]
    assert listed(client, key_event__exact=1) == [key]
    assert listed(client, pinned__exact=1) == [pinned]
    assert listed(client, liveblog__id__exact=liveblog.pk, state__exact="published") == [pinned, key, plain]


def test_entries_are_found_by_their_words(client, post):
    headline, body, byline = post(headline="Regatta"), post("The regatta"), post(byline="Reggie Atta")
    post("Something else")
    assert listed(client, q="regatta") == [body, headline]
    assert listed(client, q="reggie") == [byline]


def test_the_list_leads_from_a_live_blog_to_its_entries(client, liveblog):
    page = client.get("/admin/liveblog/liveblog/").text
    assert f'<a href="{ENTRIES}?liveblog__id__exact={liveblog.pk}">' in page


def test_only_what_was_seen_has_a_time_of_publication(client, post):
    draft, entry = post(state="draft"), post()
    admin = client.get(ENTRIES).context["cl"].model_admin
    assert admin.published(draft) is None
    assert admin.published(entry) == entry.published_at


@pytest.mark.parametrize(("state", "offered"), [("published", True), ("draft", False), ("retracted", False)])
def test_view_on_site_is_offered_for_what_is_on_the_site(client, post, state, offered):
    entry = post(state=state)
    page = form_of(client, entry).page
    assert ("View on site" in page.text) is offered
    if offered:
        answer = client.get(page.context["absolute_url"], follow=True)
        assert answer.redirect_chain[-1][0].endswith(entry.get_absolute_url())


def test_what_was_done_to_an_entry_stands_in_its_history(client, new_entry, carol):
    new_entry.save(body="They are off.")
    entry = Entry.objects.get()
    form_of(client, entry).save(state="published")
    history = client.get(f"{ENTRIES}{entry.pk}/history/").text
    assert "Changed State." in history
    assert {log.user for log in LogEntry.objects.all()} == {carol}


def test_the_list_takes_the_same_queries_however_many_entries(client, post):
    other = LiveBlog.objects.create(title="Other", slug="other")
    post()
    post(liveblog=other)
    few = queries(client, ENTRIES)
    for _ in range(20):
        post(byline="Somebody")
        post(liveblog=other, pinned=True)
    assert queries(client, ENTRIES) == few


def test_saving_an_entry_is_one_change_for_its_readers(client, post, head):
    entry = post()
    form = form_of(client, entry)
    before = head()
    form.save(body="Corrected.")
    assert head() == before + 1


def test_deleting_a_live_blog_deletes_its_entries_and_its_stream(client, liveblog, post):
    post()
    page = f"/admin/liveblog/liveblog/{liveblog.pk}/delete/"
    assert dict(client.get(page).context["model_count"])["entries"] == 1
    assert client.post(page, {"post": "yes"}).status_code == 302
    assert not LiveBlog.objects.exists()
    assert not Entry.objects.exists()
    assert not Stream.objects.filter(name=liveblog.stream).exists()


def test_a_live_blog_is_made_and_ended_in_the_admin(client):
    form = Form(client, "/admin/liveblog/liveblog/add/")
    assert form.save(title="Harbour regatta", slug="regatta").status_code == 302
    liveblog = LiveBlog.objects.get()
    assert form_of(client, liveblog).save(state="ended").status_code == 302
    liveblog.refresh_from_db()
    assert liveblog.ended_at


@pytest.mark.parametrize("slug", ["changes", "not a slug", "", "ünïcode"])
def test_a_slug_that_leads_nowhere_is_refused(client, slug):
    form = Form(client, "/admin/liveblog/liveblog/add/")
    form.save(title="Harbour regatta", slug=slug)
    assert "slug" in form.errors


def test_a_body_that_is_too_long_is_refused(new_entry):
    page = new_entry.save(body="x" * (MAX_BODY + 1), state="published")
    assert b"at most 20000 characters" in page.content
    assert not Entry.objects.exists()


def test_the_picker_of_live_blogs_says_their_states_and_lists_first_what_is_live(client, liveblog):
    now = timezone.now()
    for title, state, days in [
        ("Over", "ended", 9),
        ("Just over", "ended", 2),
        ("Next week", "upcoming", -7),
        ("Tomorrow", "upcoming", -1),
        ("Long one", "live", 30),
    ]:
        starts_at = now - timedelta(days=days)
        LiveBlog.objects.create(title=title, slug=title.lower().replace(" ", "-"), state=state, starts_at=starts_at)
    lines = ["Harbour regatta · live", "Long one · live", "Tomorrow · upcoming", "Next week · upcoming"]
    assert offered_to_pick(client, "") == [*lines, "Just over · ended", "Over · ended"]
    assert offered_to_pick(client, "over") == ["Just over · ended", "Over · ended"]
    form = Form(client, f"{ENTRIES}add/?liveblog={liveblog.pk}")
    assert f'<option value="{liveblog.pk}" selected>Harbour regatta · live</option>' in form.page.text


def offered_to_pick(client, term):
    asked = {"term": term, "app_label": "liveblog", "model_name": "entry", "field_name": "liveblog"}
    return [line["text"] for line in client.get("/admin/autocomplete/", asked).json()["results"]]
