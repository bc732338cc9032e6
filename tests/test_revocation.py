"""Who loses the right to be there is shown out by every process: at once with Redis, within 2 s without."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from . import servers
from .members import Member, refused, status
from .posting import SignedIn
from .readers import reading, until
from .servers import Site
from .writer import PASSWORD, Writer

PRIVATE = "back-room"
ROOMS = ["lobby", PRIVATE]
SECONDS = {"up": 0.7, "killed": 2.5, "stalled": 2.5}  # until the last socket is closed, by what Redis is
STATUS = {None: 200, 4401: 403, 4403: 403, 4404: 404}  # of a page, where a socket is closed so


class Scene:
    """Two processes of a site: what happens `here`, or in a worker, closes sockets `there`."""

    def __init__(self, site: Site, write: Writer, seconds: float, away: Callable[[], None]) -> None:
        self.here, self.there = site.start(), site.start()
        self.write = write
        self.seconds = seconds
        self.away = away
        self.names = (f"person-{number}" for number in itertools.count(1))
        write("open", room=PRIVATE, access="private")
        self.join(PRIVATE, "editor", role="moderator")
        self.moderator = SignedIn(self.here, "editor")
        self.bystander = self.join(PRIVATE, "bob")

    def join(self, room: str, name: str, **fields: str) -> dict[str, Any]:
        return self.write("join", room=room, people=[name], **fields)["people"][name]

    def tabs(self, id: int, cookie: str) -> list[Member]:
        """There: one with each room and one with the person's own stream."""
        return [Member(self.there, f"/_ws/chat/{path}", cookie) for path in (*ROOMS, f"user/{id}")]


class Person(SignedIn):
    """A new member of both rooms, by a browser of their own."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.name = next(scene.names)
        for room in ROOMS:
            self.id = scene.join(room, self.name)["id"]
        super().__init__(scene.here, self.name)

    def moderated(self, type: str, **fields: str) -> None:
        """A moderator does that to them in both rooms."""
        for room in ROOMS:
            self.scene.moderator.submit(f"/chat/{room}/people/", type=type, person=str(self.id), **fields)

    # What ends the right to be there

    def is_banned(self) -> None:
        self.moderated("ban", banned="true")

    def is_removed(self) -> None:
        self.moderated("remove")

    def loses_the_memberships_in_a_worker(self) -> None:
        for room in ROOMS:
            self.scene.write("leave", room=room, people=[self.name])

    def signs_out(self) -> None:
        self.submit("/accounts/logout/")

    def changes_the_password(self) -> None:
        new = f"{PASSWORD}-and-another"
        self.submit("/accounts/password/", old_password=PASSWORD, new_password1=new, new_password2=new)

    def is_deactivated_in_a_worker(self) -> None:
        self.scene.write("deactivate", people=[self.name])


@pytest.fixture(scope="module", params=SECONDS)
def scene(
    request: pytest.FixtureRequest,
    redis_installed: None,
    migrated: Path,
    collected: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(migrated, folder, dirs_exist_ok=True)
    with ExitStack() as stack:
        redis = stack.enter_context(servers.redis())
        site = Site(folder, REDIS_URL=redis.url)
        stack.callback(site.end)
        write = Writer(site.env)
        stack.callback(write.end)
        away = {"up": lambda: None, "killed": redis.kill, "stalled": redis.stall}[request.param]
        yield Scene(site, write, SECONDS[request.param], away)


# Codes for the public room, the private one, and what is one's own; None: there one may be.
Codes = tuple[int | None, int | None, int | None]
BANNED: Codes = (4403, 4404, None)
NO_MEMBER: Codes = (None, 4404, None)
SIGNED_OUT: Codes = (4401, 4401, 4401)
NOBODY: Codes = (None, 4404, 4401)

CASES = [
    (Person.is_banned, BANNED, BANNED),
    (Person.is_removed, NO_MEMBER, NO_MEMBER),
    (Person.loses_the_memberships_in_a_worker, NO_MEMBER, NO_MEMBER),
    (Person.signs_out, SIGNED_OUT, NOBODY),
    (Person.changes_the_password, SIGNED_OUT, NOBODY),
    (Person.is_deactivated_in_a_worker, SIGNED_OUT, NOBODY),
]


@pytest.mark.parametrize(("what", "closed", "again"), CASES, ids=[what.__name__ for what, *_ in CASES])
async def test_sockets_in_another_process_are_closed_and_who_comes_again_is_refused(
    scene: Scene, what: Callable[[Person], None], closed: Codes, again: Codes
) -> None:
    person = await asyncio.to_thread(Person, scene)
    theirs, others = scene.tabs(person.id, person.cookie), scene.tabs(**scene.bystander)
    staying = [*others, *(tab for tab, code in zip(theirs, closed, strict=True) if code is None)]
    leaving = [tab for tab in theirs if tab not in staying]
    async with reading(*theirs, *others):
        await say("before", others, [*theirs, *others])
        await asyncio.to_thread(scene.away)
        await asyncio.to_thread(what, person)
        at = time.monotonic()
        await until(lambda: all(tab.closes for tab in leaving), what="the end of the sockets")
        await say("after", others, staying)
    assert max(tab.closes[0][0] for tab in leaving) - at < scene.seconds
    assert tuple(tab.closes[0][1] if tab.closes else None for tab in theirs) == closed
    assert not any(tab.closes for tab in others)
    assert not any("after" in tab.texts for tab in leaving)
    for tab, code in zip(theirs, again, strict=True):
        await comes_again(scene, tab, code)
    for server in scene.here, scene.there:
        assert "Traceback" not in server.output(), server.output()


async def say(text: str, speakers: list[Member], readers: list[Member]) -> None:
    """Said in both rooms, and heard by those of these tabs that are there."""
    await asyncio.gather(*(tab.say(text) for tab in speakers if not tab.is_own))
    await until(lambda: all(text in tab.texts for tab in readers if not tab.is_own), what=f"the message {text!r}")


async def comes_again(scene: Scene, tab: Member, code: int | None) -> None:
    """From where the tab was: by a socket, for what it missed, and for the page."""
    for server in scene.here, scene.there:
        assert await refused(server, f"{tab.path}?after={tab.version}", tab.cookie) == code
    path = tab.path.removeprefix("/_ws")
    pages = [f"{path}/changes/?after={tab.version}", *([] if tab.is_own else [f"{path}/"])]
    for page in pages:
        assert await asyncio.to_thread(status, scene.there, page, tab.cookie) == STATUS[code], page
