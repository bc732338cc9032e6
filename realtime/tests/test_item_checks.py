"""System checks of items: what a newcomer forgets is said before a reader misses it, with what to type."""

import sys
from typing import Any

import pytest
from django.core.checks import Error, Warning
from django.db import models
from django.template import engines
from django.test.utils import isolate_apps
from django.urls import path
from django.views.generic import RedirectView

from realtime.server import checks as server_checks
from realtime.sockets import CheckConsumer, StreamConsumer
from realtime.streams import Item, VersionField, checks
from realtime.streams.fields import version_fields


@pytest.fixture(autouse=True)
def own_apps():
    with isolate_apps("realtime.tests.board"):
        yield


def told(model):
    found = [*(message for field in version_fields(model) for message in checks.check_version_field(model, field))]
    return [(type(message), message.id) for message in found]


def test_a_version_on_what_is_no_item_is_an_error():
    class Plain(models.Model):  # noqa: DJ008
        version = VersionField("plain.{pk}")

    assert told(Plain) == [(Error, "realtime.E010")]


def test_a_column_that_is_not_there_is_an_error_that_names_those_there_are():
    class Entry(Item):
        room = models.IntegerField()
        version = VersionField("entries.{rooom_id}")

    [field] = version_fields(Entry)
    [error] = checks.check_version_field(Entry, field)
    assert (error.id, error.obj) == ("realtime.E011", field)
    assert "'rooom_id'" in error.msg
    assert "id, pk, room" in str(error.hint)


@pytest.mark.parametrize(
    ("stream", "options", "expected"),
    [
        ("rooms.{room}", {}, [(Warning, "realtime.W012")]),
        ("rooms.{room}", {"indexes": [models.Index(fields=["room", "version"], name="by_version")]}, []),
        ("rooms.{room}", {"indexes": [models.Index(fields=["version", "room"], name="by_version")]}, [
            (Warning, "realtime.W012")
        ]),
        ("rooms.{room}", {"constraints": [models.UniqueConstraint(fields=["room", "version"], name="once")]}, []),
        ("rooms", {}, [(Warning, "realtime.W012")]),
        ("rooms.{pk}", {}, []),
    ],
)  # fmt: skip
def test_what_every_push_looks_for_has_an_index(stream, options, expected):
    options = type("Meta", (Item.Meta,), {**options, "app_label": "testboard"})
    fields = {"room": models.IntegerField(), "version": VersionField(stream), "Meta": options}
    assert told(type("Found", (Item,), {**fields, "__module__": __name__})) == expected


def test_a_shared_stream_s_version_with_an_index_is_enough():
    class Listed(Item):
        version = VersionField("listed", db_index=True)

    assert told(Listed) == []


def test_an_item_that_says_nothing_of_its_looks_is_an_error():
    class Silent(Item):
        version = VersionField("silent.{pk}")

    class Told(Silent):
        item_data = ("pk",)

    class Shaped(Silent):
        def as_item(self, kind):
            return {"position": None, "html": "", "data": {}}

    assert [message.id for message in checks.check_rendering(Silent)] == ["realtime.E013"]
    assert [*checks.check_rendering(Told), *checks.check_rendering(Shaped)] == []


@pytest.fixture
def templates(settings):
    """`templates[name] = text`"""
    texts: dict[str, str] = {}
    loader = ("django.template.loaders.locmem.Loader", texts)
    settings.TEMPLATES = [{"BACKEND": settings.TEMPLATES[0]["BACKEND"], "OPTIONS": {"loaders": [loader]}}]
    yield texts
    engines.__dict__.pop("templates", None)


def rendered(place=None):
    """A model with that template; with a place, one that stands in a list."""

    class Rendered(Item):
        item_template = "rendered.html"
        version = VersionField("rendered.{pk}")

    if place:
        setattr(Rendered, "position", property(lambda self: place))  # noqa: B010
    return Rendered


@pytest.mark.parametrize("text", [None, "{% if %}"])
def test_a_template_that_is_missing_or_broken_is_an_error(text, templates):
    if text is not None:
        templates["rendered.html"] = text
    [error] = checks.check_rendering(rendered())
    assert (error.id, "rendered.html" in error.msg) == ("realtime.E014", True)


@pytest.mark.parametrize(
    ("text", "position", "missing"),
    [
        ('<p id="x" data-version="1">', False, None),
        ('<p id="x" data-version="1">', True, "data-position"),
        ('{# l > r #}<p {% if a > b %}hidden{% endif %} id="x" data-version="1" data-position="2">', True, None),
        ("<p><b id='x' data-version='1'></b></p>", False, "id, data-version"),
        ("no element", False, "id, data-version"),
    ],
)  # fmt: skip
def test_a_root_element_that_cannot_be_found_again_is_an_error_while_developing(
    text, position, missing, templates, settings
):
    templates["rendered.html"], model = text, rendered(position)
    assert [*checks.check_rendering(model)] == []
    settings.DEBUG = True
    found = [message.msg for message in checks.check_rendering(model)]
    assert found == ([f"The root element of rendered.html lacks {missing}."] if missing else [])


class Live(StreamConsumer):
    async def stream(self):
        return "live"


@pytest.mark.parametrize(
    ("pages", "warned"), [(["live/<slug:name>/changes/"], False), (["live/<slug:name>/"], True), ([], True)]
)
def test_a_socket_route_without_a_changes_url_is_a_warning(pages, warned, settings, monkeypatch):
    module: Any = type(server_checks)("urls_of_this_test")
    module.routes = [path("_ws/live/<slug:slug>/", Live.as_asgi()), path("_ws/", CheckConsumer.as_asgi())]
    module.urlpatterns = [path(page, RedirectView.as_view()) for page in pages]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    settings.ROOT_URLCONF = settings.SOCKET_URLCONF = module.__name__
    found = server_checks.check_fallbacks()
    assert [message.id for message in found] == (["realtime.W006"] if warned else [])
    assert all("live/<slug:slug>/changes/" in str(message.hint) for message in found)


def test_the_site_itself_has_nothing_to_be_told():
    assert checks.check_items() == []
    assert server_checks.check_fallbacks() == []
