"""docs/architecture.md is true: the rooms import as its figure says, and each step of its ways is where it says."""

import importlib
import re
from functools import reduce

import grimp
import pytest

from .servers import ROOT

DOC = (ROOT / "docs/architecture.md").read_text()
ROOMS = ["server", "desk", "people", "pages", "sockets", "hub", "streams", "models", "text"]  # from the top
PLACES = re.findall(r"`([\w/-]+\.(?:py|js))` `([\w.#]+)`", DOC)


def imports():
    """Of each room, the others that its files import."""
    graph = grimp.build_graph("realtime", cache_dir=None)
    found: dict[str, set[str]] = {room: set() for room in ROOMS}
    for module in graph.modules:
        room = module.split(".")[1:2]
        for other in graph.find_modules_directly_imported_by(module):
            found.get("".join(room), set()).update(set(other.split(".")[1:2]) & set(ROOMS) - set(room))
    return {room: others for room, others in found.items() if others}


def test_the_figure_of_the_rooms_is_that_of_the_imports_and_has_no_arrow_upwards():
    arrows = re.findall(r"^  (\w+) --> (.+)$", DOC, re.MULTILINE)
    drawn = {room: set(others.split(" & ")) for room, others in arrows}
    assert drawn == imports()
    assert all(ROOMS.index(room) < ROOMS.index(other) for room, others in drawn.items() for other in others)


def test_every_room_is_described():
    described = set(re.findall(r"^\| `(\w+)(?:/|\.py)` \|", DOC, re.MULTILINE))
    folders = {path.parent.name for path in ROOT.glob("realtime/*/__init__.py")}
    assert described == {*ROOMS} == folders - {"tests", "migrations", "management", "templatetags"} | {"models"}


def test_it_can_be_read_at_a_sitting():
    assert len(DOC.splitlines()) <= 150


@pytest.mark.parametrize(("path", "name"), sorted(set(PLACES)))
def test_each_step_is_where_it_says(path, name):
    if path.endswith(".js"):
        assert re.search(rf"{re.escape(name)}\b", (ROOT / path).read_text())
    else:
        module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
        found = reduce(getattr, name.split("."), module)
        assert found.__module__ == module.__name__ or "." in name  # defined there, not passed on


def test_both_ways_have_their_steps():
    for way in re.split(r"^## The way of .*$", DOC, flags=re.MULTILINE)[1:]:
        numbers = [int(number) for number in re.findall(r"^(\d+)\. ", way, re.MULTILINE)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) >= 12
