"""Whatever a signed-in person's script sends: each frame is answered or closes its socket, and others chat on."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from random import Random
from typing import Any
from uuid import UUID

import psycopg
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from .members import Member
from .readers import open_socket, reading, until
from .servers import Server, Site
from .writer import Writer

SCRIPTS = 10  # each with an address of its own
FRAMES = 30  # on one socket
SOCKETS = 2  # of a script, one after the other
AT_ONCE, PATIENCE = 2, 20  # seconds
PAUSE = 0.002  # seconds between the frames of a flood
MAX_FRAME = 65_536
LAST = str(UUID(int=0))  # the id of the last action on a socket
ADDRESSES = (f"127.0.2.{number}" for number in itertools.count(1))

TOLD = {"hello", "heartbeat", "presence", "changes", "typing", "ack"}
REFUSED = {"malformed", "binary", "too_fast", "too_long", "empty", "not_found", "not_yours", "forbidden", "muted"}
CLOSED = {1007, 1009, 4400}  # not UTF-8, too big, too many errors

TEXTS = ["Hello.", "", " ", "\0", "a\0b", "\ud800", "\u202e\u2066", "\u0301" * 4_000, "x" * 4_000, "x" * 65_000]
TEXTS += ["@" * 999, "@member-1 " * 400, "https://" + "a" * 3_900, "<!--<script>", "%s%n{0}", "x" + "\r\n" * 2_000]
NUMBERS = [0, -1, 1, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, -(2**63), 10**30, 1.5, 1e308, float("inf"), float("nan")]
VALUES: list[Any] = [None, True, False, [], {}, [[[[]]]], {"type": "send"}, *NUMBERS, *TEXTS]

Action = dict[str, Any]


def an_action(dice: Random, messages: list[int], people: list[int]) -> Action:
    """As the protocol wants it."""
    id = str(UUID(int=dice.getrandbits(128), version=4))
    message = {"id": id, "message": dice.choice(messages)}
    person = {"id": id, "person": dice.choice(people)}
    return dice.choice(
        [
            {"type": "send", "id": id, "text": dice.choice(TEXTS)},
            {"type": "edit", **message, "text": dice.choice(TEXTS)},
            {"type": "delete", **message},
            {"type": "report", **message, "reason": dice.choice(TEXTS)},
            {"type": "mute", **person, "minutes": dice.choice([0, 1, 366 * 24 * 60])},
            {"type": "ban", **person, "banned": dice.random() < 0.5},
            {"type": "read", "number": dice.choice([0, 1, 2**63 - 1])},
            {"type": "typing"},
        ]
    )


def as_it_should_be(dice: Random, action: Action) -> str:
    return json.dumps(action)


def with_another_value(dice: Random, action: Action) -> str:
    return json.dumps({**action, dice.choice([*action]): dice.choice(VALUES)})


def with_another_field(dice: Random, action: Action) -> str:
    return json.dumps({**action, dice.choice(["room", "author", "__class__", *TEXTS]): dice.choice(VALUES)})


def without_a_field(dice: Random, action: Action) -> str:
    del action[dice.choice([*action])]
    return json.dumps(action)


def with_a_field_twice(dice: Random, action: Action) -> str:
    return json.dumps(action)[:-1] + "," + json.dumps({dice.choice([*action]): dice.choice(VALUES)})[1:]


def with_other_characters(dice: Random, action: Action) -> str:
    characters = [*json.dumps(action)]
    for _ in range(dice.randint(1, 4)):
        characters[dice.randrange(len(characters))] = dice.choice(['"', "\\", "{", "}", ",", "\0", "9", "😀", ""])
    return "".join(characters)


def cut_short(dice: Random, action: Action) -> str:
    text = json.dumps(action)
    return text[: dice.randrange(len(text))]


def nested(dice: Random, action: Action) -> str:
    opening, closing = dice.choice([("[", "]"), ('{"type":', "}")])
    depth = dice.choice([1, 500, 5_000])
    return opening * depth + json.dumps(action) + closing * dice.choice([0, depth])


def of_bytes(dice: Random, action: Action) -> bytes:
    return dice.choice([json.dumps(action).encode(), dice.randbytes(dice.choice([0, 9, 9_999]))])


def of_characters(dice: Random, action: Action) -> str:
    return dice.randbytes(dice.randrange(200)).decode("latin-1")


DECODED: list[Callable[[Random, Action], str]] = [as_it_should_be, as_it_should_be, with_another_value]
SPOILED: list[Callable[[Random, Action], str | bytes]] = [with_another_field, without_a_field, with_a_field_twice]
SPOILED += [with_other_characters, cut_short, nested, of_bytes, of_characters]
WAYS = [*DECODED * 5, *SPOILED]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, collected: None) -> Iterator[Site]:
    """With PostgreSQL, too, which takes no NUL in a text, and no number that is beyond its column."""
    site = Site(tmp_path_factory.mktemp("fuzz"))
    if request.param == "postgres":
        postgres = request.getfixturevalue("postgres")
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute("CREATE DATABASE fuzz")
        site.env["DATABASE_URL"] = postgres.rpartition("/")[0] + "/fuzz"
    site.manage("migrate", "--verbosity", "0")
    yield site
    site.end()


@pytest.fixture(scope="module")
def server(site: Site) -> Server:
    return site.start()


class Target:
    """A room with a few messages, in which two people chat; and a script for each of some others, half of whom
    moderate it."""

    def __init__(self, server: Server, write: Writer, room: str) -> None:
        self.server, self.path = server, f"/chat/{room}/"
        self.logged = len(server.output())
        write("open", room=room)
        people = write("join", room=room, people=[f"{room}-{name}" for name in ("anna", "ben", "clara")])["people"]
        self.victim = people[f"{room}-clara"]["id"]
        self.messages = write("say", room=room, people=[f"{room}-clara"], texts=["one", "two", "three"])["ids"]
        self.scripts: dict[str, dict[str, Any]] = {}
        for role in "member", "moderator":
            names = [f"{room}-{role}-{number}" for number in range(SCRIPTS // 2)]
            self.scripts |= write("join", room=room, people=names, role=role)["people"]
        cookies = [people[f"{room}-{name}"]["cookie"] for name in ("anna", "ben")]
        self.anna, self.ben = (Member(server, f"/_ws/chat/{room}", cookie, **address()) for cookie in cookies)

    @contextlib.asynccontextmanager
    async def chats_on(self) -> AsyncIterator[None]:
        """Both miss nothing, and chat afterwards; nothing that was logged is an error."""
        async with reading(self.anna, self.ben), asyncio.timeout(2 * PATIENCE):
            yield
            await self.anna.say("Still here.")
            await until(lambda: "Still here." in self.ben.arrived, what="the message")
        self.ben.check_order()
        said = self.server.output()[self.logged :]
        assert not re.search("Traceback|ERROR|CRITICAL|Exception|never", said), said[-5_000:]

    def actions(self, dice: Random, script: dict[str, Any], count: int) -> list[Action]:
        return [an_action(dice, self.messages, [self.victim, script["id"]]) for _ in range(count)]


def address() -> dict[str, Any]:
    return {"local_addr": (next(ADDRESSES), 0)}


async def play(server: Server, path: str, cookie: str, frames: list[str | bytes]) -> Counter[Any]:
    """Send frames over sockets, one after the other: the answers, by their type or error code, and the close codes."""
    heard: Counter[Any] = Counter()
    options = {"additional_headers": {"Cookie": cookie}, **address()}
    for some in itertools.batched(frames, FRAMES):
        async with open_socket(server, path, **options) as socket:
            listening = asyncio.create_task(listen(socket, heard))
            with contextlib.suppress(ConnectionClosed):
                for frame in (*some, json.dumps({"type": "report", "id": LAST, "message": 1})):
                    await socket.send(frame)
                    if len(frame) > MAX_FRAME:
                        break  # what came after it would reset the connection before its close code is read
            await asyncio.wait_for(listening, PATIENCE)
    return heard


async def listen(socket: ClientConnection, heard: Counter[Any]) -> None:
    """Until the last frame was answered, or the connection closed."""
    answer: dict[str, Any] = {}
    try:
        while answer.get("id") != LAST:
            answer = json.loads(await socket.recv())
            heard[answer.get("code", answer["type"])] += 1
    except ConnectionClosed:
        heard[socket.close_code] += 1


async def test_frames_of_every_kind_are_answered_in_a_room(server: Server, write: Writer) -> None:
    target = Target(server, write, "fuzz")
    async with target.chats_on():
        plays = []
        for name, script in target.scripts.items():
            dice = Random(name)
            actions = target.actions(dice, script, SOCKETS * FRAMES)
            frames = [dice.choice(WAYS)(dice, action) for action in actions]
            plays.append(play(server, "/_ws/chat/fuzz", script["cookie"], frames))
        heard = sum(await asyncio.gather(*plays), Counter())
    assert heard.keys() <= TOLD | REFUSED | CLOSED, heard
    timely = {"muted", "too_fast"}  # these depend on who comes first, and how soon the answers do
    assert heard.keys() >= {"ack", "typing", 1009, 4400} | REFUSED - timely, heard


async def test_a_persons_own_socket_takes_none_of_them(server: Server, write: Writer) -> None:
    target = Target(server, write, "own")
    async with target.chats_on():
        plays = []
        for name, script in target.scripts.items():
            dice = Random(name)
            frames = [dice.choice(WAYS)(dice, action) for action in target.actions(dice, script, FRAMES)]
            plays.append(play(server, f"/_ws/chat/user/{script['id']}", script["cookie"], frames))
        heard = sum(await asyncio.gather(*plays), Counter())
    assert heard.keys() - {"changes", "heartbeat"} == {"hello", "unread", "read_only", "binary", 1009, 4400}, heard


async def test_forms_of_every_kind_are_answered(server: Server, write: Writer) -> None:
    target = Target(server, write, "forms")

    def post(script: dict[str, Any], actions: list[Action]) -> Counter[int]:
        headers = {"Cookie": f"{script['cookie']}; csrftoken={'a' * 32}", "X-CSRFToken": "a" * 32}
        headers["Accept"] = "application/json"
        return Counter(status(urllib.request.Request(server.url + target.path, form(a), headers)) for a in actions)

    async with target.chats_on():
        plays = []
        for name, script in target.scripts.items():
            dice = Random(name)
            actions = [json.loads(with_another_value(dice, a)) for a in target.actions(dice, script, 15)]
            plays.append(asyncio.to_thread(post, script, actions))
        statuses = sum(await asyncio.gather(*plays), Counter())
    assert statuses.keys() <= {200, 400, 403, 404, 429}, statuses
    assert statuses.keys() >= {200, 400, 404}, statuses


def form(action: Action) -> bytes:
    return urllib.parse.urlencode(action, errors="surrogatepass").encode()


def status(request: urllib.request.Request) -> int:
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return response.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


async def test_a_flood_holds_up_nobody_else(server: Server, write: Writer) -> None:
    target = Target(server, write, "flood")
    waves: list[str | bytes] = ['{"type":"typing"}', '{"type":"read","number":3}', "{", b"x", "[" * MAX_FRAME]
    waves += [json.dumps({"type": "send", "id": str(UUID(int=number)), "text": "x" * 4_000}) for number in (1, 2)]

    async def flood(script: dict[str, Any], wave: str | bytes) -> None:
        options = {"additional_headers": {"Cookie": script["cookie"]}, **address()}
        while True:
            with contextlib.suppress(ConnectionClosed):
                async with open_socket(server, "/_ws/chat/flood", **options, close_timeout=0.1, max_queue=1) as socket:
                    while True:
                        await socket.send(wave)  # and never reads
                        await asyncio.sleep(PAUSE)

    async with target.chats_on():
        floods = [asyncio.create_task(flood(*each)) for each in zip(target.scripts.values(), waves, strict=False)]
        for number in range(5):
            async with asyncio.timeout(AT_ONCE):
                await target.anna.say(f"{number}")
        assert not any(task.done() for task in floods)
        for task in floods:
            task.cancel()
        await asyncio.gather(*floods, return_exceptions=True)
