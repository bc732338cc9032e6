"""Keys are made, shown once and revoked in the admin, by superusers alone."""

import re

import pytest

from liveblog.ingest.models import IngestKey
from liveblog.models import LiveBlog
from realtime.tests.desk import Form, browser_of, offered, run

from .wire import Wire, refused

KEYS = "/admin/ingest/ingestkey/"


@pytest.fixture
def mine(editor):
    return browser_of(editor)


def made(mine, **typed):
    """The page after a key was made, and the form that made it."""
    form = Form(mine, f"{KEYS}add/")
    form.fields |= {"name": "Harbour radio", "_save": "1", **typed}
    return mine.post(form.path, form.fields), form


def test_a_key_is_shown_when_it_is_made_and_signs(mine, liveblog):
    page, _form = made(mine)
    key = IngestKey.objects.get()
    handle, secret = re.findall(r"<code>(\w+)</code>", page.text)
    assert (page.status_code, handle, key.liveblog) == (200, key.handle, None)
    assert "no-store" in page["Cache-Control"]
    assert Wire(key, secret=secret)(id="a1", body="They are off.").status_code == 201


def test_it_is_shown_once(mine, liveblog):
    _page, form = made(mine)
    again = mine.post(form.path, form.fields, follow=True)
    key = IngestKey.objects.get()
    pages = [again, mine.get(KEYS), mine.get(f"{KEYS}{key.pk}/change/"), mine.get(f"{KEYS}{key.pk}/history/")]
    assert not [page for page in pages if key.secrets()[0] in page.text or key.salt in page.text]


def test_what_is_stored_is_not_what_is_shown(mine, liveblog):
    made(mine)
    key = IngestKey.objects.get()
    assert key.secrets()[0] not in {str(value) for value in vars(key).values()}


def test_a_revoked_key_stays_in_the_list_and_posts_no_more(mine, liveblog):
    made(mine)
    key = IngestKey.objects.get()
    assert offered(mine, KEYS) == {"revoke", "delete_selected"}
    assert 'class="undo"' not in run(mine, KEYS, "revoke", key).text  # there is no way back
    key.refresh_from_db()
    at = key.revoked_at
    assert at
    assert refused(Wire(key)(id="a1", body="They are off.")) == (403, "revoked")
    run(mine, KEYS, "revoke", key)
    key.refresh_from_db()
    assert key.revoked_at == at


def test_where_a_key_may_post_is_settled_when_it_is_made(mine, liveblog):
    made(mine, liveblog=liveblog.pk)
    key = IngestKey.objects.get()
    other = LiveBlog.objects.create(title="Other", slug="other")
    Form(mine, f"{KEYS}{key.pk}/change/").save(name="Radio", liveblog=other.pk)
    key.refresh_from_db()
    assert (key.name, key.liveblog) == ("Radio", liveblog)


def test_its_page_leads_to_no_desk(mine, key):
    assert "/desk/" not in mine.get(f"{KEYS}{key.pk}/change/").text


def test_editors_make_no_keys_and_see_none(carol, key):
    editors = browser_of(carol)
    for path in KEYS, f"{KEYS}add/", f"{KEYS}{key.pk}/change/":
        assert editors.get(path).status_code == 403
    assert "ngest" not in editors.get("/admin/").text


def test_editors_delete_a_live_blog_with_its_keys(carol, key, liveblog):
    editors = browser_of(carol)
    assert editors.post(f"/admin/liveblog/liveblog/{liveblog.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not IngestKey.objects.exists()
