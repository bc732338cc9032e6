"""A slug that is corrected redirects, and keeps its readers."""

import pytest
from django.core.exceptions import ValidationError

from liveblog.models import LiveBlog
from realtime.models import OldSlug


@pytest.fixture
def rename(liveblog):
    def rename(slug: str) -> None:
        liveblog.slug = slug
        liveblog.save()

    return rename


def test_the_old_address_leads_to_the_new_one(client, rename):
    rename("harbour-regatta")
    page = client.get("/liveblog/regatta/")
    assert (page.status_code, page["Location"]) == (302, "/liveblog/harbour-regatta/")
    assert client.get(page["Location"]).status_code == 200


def test_a_page_of_older_entries_is_found_under_the_old_address(client, rename, post):
    place = post().position
    rename("harbour-regatta")
    page = client.get("/liveblog/regatta/", {"before": place})
    assert page["Location"] == f"/liveblog/harbour-regatta/?before={place}"


def test_changes_go_on_under_the_old_address(client, rename, head, post):
    start = head()
    rename("harbour-regatta")
    post()
    old, new = (client.get(f"/liveblog/{slug}/changes/?after={start}") for slug in ("regatta", "harbour-regatta"))
    assert old.status_code == new.status_code == 200
    assert old.content == new.content


def test_every_slug_it_ever_had_leads_to_it(client, rename):
    for slug in "a", "b", "c":
        rename(slug)
    for slug in "regatta", "a", "b":
        assert client.get(f"/liveblog/{slug}/")["Location"] == "/liveblog/c/"


def test_a_slug_that_is_changed_back_leads_in_no_circles(client, rename):
    rename("typo")
    rename("regatta")
    assert client.get("/liveblog/regatta/").status_code == 200
    assert client.get("/liveblog/typo/")["Location"] == "/liveblog/regatta/"
    assert [old.slug for old in OldSlug.objects.all()] == ["typo"]


def test_a_slug_that_is_free_again_goes_to_who_takes_it(client, rename):
    rename("harbour-regatta")
    LiveBlog.objects.create(title="Regatta, next year", slug="regatta")
    assert "Regatta, next year" in client.get("/liveblog/regatta/").text


def test_a_deleted_live_blog_leaves_no_redirect(client, liveblog, rename):
    rename("harbour-regatta")
    liveblog.delete()
    assert client.get("/liveblog/regatta/").status_code == 404


def test_the_permalinks_of_entries_do_not_change(client, rename, post):
    entry = post()
    before = entry.get_absolute_url()
    rename("harbour-regatta")
    assert entry.get_absolute_url() == before
    assert 'href="/liveblog/harbour-regatta/"' in client.get(before).text


def test_the_address_of_the_index_changes_is_taken(liveblog):
    liveblog.slug = "changes"
    with pytest.raises(ValidationError) as error:
        liveblog.full_clean()
    assert "slug" in error.value.message_dict
