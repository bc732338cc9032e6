"""A slug that is corrected leads to its row, until another row takes it or the row is gone."""

from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.urls import path

from realtime.models import OldSlug
from realtime.pages import to_current_slug
from realtime.streams import heads, stream_of_slug

from .board.models import Person, Place, Topic


@pytest.fixture
def topic(db):
    return Topic.objects.create(slug="regata", owner=Person.objects.create())


def rename(row, slug, **kwargs):
    row.slug = slug
    row.save(**kwargs)


def old_slugs():
    return set(OldSlug.objects.values_list("slug", flat=True))


def test_every_slug_it_had_leads_to_a_row(topic):
    for slug in "regatta", "the-regatta":
        rename(topic, slug)
    for slug in "regata", "regatta", "the-regatta":
        assert Topic.objects.by_slug(slug) == topic


def test_a_slug_that_nothing_had_leads_nowhere(topic):
    assert Topic.objects.by_slug("reggae") is None
    assert stream_of_slug(Topic, "reggae") is None


@pytest.mark.parametrize("slug", ["regata", "regatta"])
def test_the_stream_of_a_slug_is_the_same_before_and_after(slug, topic):
    rename(topic, "regatta")
    assert stream_of_slug(Topic, slug) == topic.stream == f"topic.{topic.pk}"


def test_a_slug_that_is_changed_back_is_no_old_one(topic):
    rename(topic, "typo")
    rename(topic, "regata")
    assert old_slugs() == {"typo"}


def test_a_new_row_takes_an_old_slug_for_good(topic):
    rename(topic, "regatta")
    new = Topic.objects.create(slug="regata")
    assert Topic.objects.by_slug("regata") == new
    new.delete()
    assert Topic.objects.by_slug("regata") is None


def test_a_row_that_is_renamed_takes_an_old_slug_and_leaves_its_own(topic):
    other = Topic.objects.create(slug="next-year")
    rename(topic, "regatta")
    rename(other, "regata")
    rename(other, "regata-2")
    assert {slug: Topic.objects.by_slug(slug) for slug in ("regata", "next-year", "regatta")} == {
        "regata": other,
        "next-year": other,
        "regatta": topic,
    }


def test_each_kind_has_slugs_of_its_own(topic):
    rename(topic, "regatta")
    place = Place.objects.create(pk=topic.pk + 1, slug="regata")
    assert Topic.objects.by_slug("regata") == topic
    rename(place, "quay")
    assert Topic.objects.by_slug("regata") == topic
    assert Place.objects.by_slug("regata") == place


REMOVALS = {
    "delete": lambda topic: topic.delete(),
    "queryset delete": lambda topic: Topic.objects.filter(slug="regatta").delete(),
    "cascade": lambda topic: topic.owner.delete(),
}


@pytest.mark.parametrize("remove", REMOVALS.values(), ids=REMOVALS)
def test_old_slugs_go_with_their_row(remove, topic):
    rename(topic, "regatta")
    rename(Topic.objects.create(slug="old"), "stays")
    remove(topic)
    assert old_slugs() == {"old"}


def test_a_row_that_was_never_shown_keeps_its_old_slugs(db):
    draft = Topic.objects.create(slug="draft", shown=False)
    rename(draft, "better")
    assert draft.version is None
    assert Topic.objects.by_slug("draft") == draft


def test_a_slug_that_a_save_leaves_out_is_not_changed(topic):
    rename(topic, "regatta", update_fields=["shown"])
    assert Topic.objects.by_slug("regata").slug == "regata"
    assert old_slugs() == set()


def test_a_slug_that_a_save_names_is_changed(topic):
    rename(topic, "regatta", update_fields=["slug"])
    assert Topic.objects.by_slug("regata").slug == "regatta"


def test_a_row_that_was_loaded_before_a_rename_keeps_the_slug_of_that_too(topic):
    stale = Topic.objects.get()
    rename(topic, "regatta")
    rename(stale, "the-regatta")
    assert old_slugs() == {"regata", "regatta"}


def test_renames_at_the_same_time_lose_no_slug(threads):
    topic = Topic.objects.create(slug="start")
    slugs = [f"slug-{number}" for number in range(4)]
    loaded = Barrier(len(slugs))

    def load_and_rename(slug):
        row = Topic.objects.get()
        loaded.wait(timeout=10)
        rename(row, slug)

    for writer in [threads(load_and_rename, slug) for slug in slugs]:
        writer.result()
    topic.refresh_from_db()
    assert old_slugs() == {"start", *slugs} - {topic.slug}


def test_a_rename_that_fails_leaves_no_redirect(topic):
    Topic.objects.create(slug="taken")
    with pytest.raises(IntegrityError), transaction.atomic():
        rename(topic, "taken")
    assert old_slugs() == set()


def test_a_rename_is_one_version(topic):
    before = heads([topic.stream])[topic.stream]
    rename(topic, "regatta")
    assert heads([topic.stream]) == {topic.stream: before + 1}


def test_what_an_update_does_to_a_slug_leaves_no_redirect(topic):
    rename(topic, "regatta")
    Topic.objects.update(slug="the-regatta")
    assert old_slugs() == {"regata"}
    assert Topic.objects.by_slug("regatta") is None
    assert Topic.objects.by_slug("regata").slug == "the-regatta"


def test_a_reserved_slug_is_refused(topic):
    topic.slug = "new"
    with pytest.raises(ValidationError) as error:
        topic.full_clean()
    assert error.value.message_dict == {"slug": ["This is the address of something else."]}


async def edit(request, part, slug):
    row = await Topic.objects.aget(slug="regatta")
    return to_current_slug(request, row) if row.slug != slug else HttpResponse(part)


urlpatterns = [path("topics/<slug>/<int:part>/", edit, name="edit")]


def test_it_redirects_to_the_same_page_and_query_for_now(client, topic, settings):
    settings.ROOT_URLCONF = __name__
    rename(topic, "regatta")
    answer = client.get("/topics/regata/3/?q=sail+boat&q=2")
    assert (answer.status_code, answer["Location"]) == (302, "/topics/regatta/3/?q=sail+boat&q=2")
    assert client.get(answer["Location"]).text == "3"
