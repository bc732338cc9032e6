"""Who is here, over several processes with Redis: right within 5 s of any fault, and honest while it can't be."""

import asyncio
import contextlib
import json
import signal
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest

from .readers import open_socket, until

pytestmark = pytest.mark.alone  # how long things take is what it is about

LOBBY = "/_ws/chat/lobby"
ALICE, BOB, EDITOR = "Alice Liddell", "Bob Cratchit", "Edith Orwell"
RIGHT = 5.0  # seconds until a list is right again
AT_ONCE = 2.0  # sooner than a process can be missed


def sign_in(server, username):
    """The cookies of a person of the demo, which are good for all processes."""
    cookies = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    url = f"{server.url}/accounts/login/"
    browser.open(url, timeout=10).close()
    token = next(cookie.value for cookie in cookies if cookie.name == "csrftoken")
    fields = {"username": username, "password": "correct-horse", "csrfmiddlewaretoken": token}
    browser.open(url, urllib.parse.urlencode(fields).encode(), timeout=10).close()
    assert "sessionid" in {cookie.name for cookie in cookies}
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies)


class Tab:
    """A tab with the lobby: what its list says now."""

    def __init__(self, socket):
        self.socket = socket
        self.people = self.count = self.current = None
        self.task = asyncio.create_task(self.follow())

    async def follow(self):
        async for text in self.socket:
            frame = json.loads(text)
            if frame["type"] == "presence":
                self.people = [person["name"] for person in frame["people"]]
                self.count, self.current = frame["count"], frame["current"]

    def shows(self, *people, current=True):
        return (self.people, self.count, self.current) == (list(people), len(people), current)


@pytest.fixture
async def enter(site, redis):
    """`await enter(server, username)`: another tab of that person, or of a stranger, at that process."""
    site.env["REDIS_URL"] = redis.url
    cookies: dict[str, str] = {}
    async with contextlib.AsyncExitStack() as tabs:

        async def enter(server, username=None):
            if username and username not in cookies:
                cookies[username] = await asyncio.to_thread(sign_in, server, username)
            headers = {"Cookie": cookies[username]} if username else None
            tab = Tab(await tabs.enter_async_context(open_socket(server, LOBBY, additional_headers=headers)))
            tabs.callback(tab.task.cancel)
            return tab

        yield enter


async def all_show(tabs, *people, current=True, seconds=RIGHT):
    await until(lambda: all(tab.shows(*people, current=current) for tab in tabs), seconds, f"the list of {people}")


async def test_three_tabs_in_two_processes_are_one_person(site, enter):
    here, there = site.start(), site.start()
    tabs = [await enter(server, "alice") for server in (here, here, there)]
    readers = [await enter(there), await enter(here)]
    await all_show([*tabs, *readers], ALICE)
    bob = await enter(there, "bob")
    await all_show([*tabs, *readers, bob], ALICE, BOB)
    for tab in tabs[1:]:
        await tab.socket.close()
    await all_show([await enter(here), tabs[0], bob], ALICE, BOB)
    await tabs[0].socket.close()
    await all_show([*readers, bob], BOB, seconds=AT_ONCE)


async def test_people_of_a_process_that_was_killed_are_gone_within_5_seconds(site, enter):
    servers = [site.start() for _ in range(3)]
    names = ("alice", "bob", "editor")
    tabs = [await enter(server, name) for server, name in zip(servers, names, strict=True)]
    await all_show(tabs, ALICE, BOB, EDITOR)
    servers[1].kill()
    await all_show([tabs[0], tabs[2]], ALICE, EDITOR, seconds=RIGHT)
    back = await enter(servers[2], "bob")
    await all_show([tabs[0], tabs[2], back], ALICE, BOB, EDITOR, seconds=AT_ONCE)


async def test_people_of_a_process_that_stops_are_gone_at_once(site, enter):
    here, there = site.start(), site.start()
    tabs = [await enter(here, "alice"), await enter(there, "bob")]
    await all_show(tabs, ALICE, BOB)
    there.signal(signal.SIGTERM)
    await all_show(tabs[:1], ALICE, seconds=AT_ONCE)


@pytest.mark.parametrize("fault", ["killed", "stalled"])
async def test_while_redis_is_away_the_list_freezes_and_says_so_until_it_is_back(site, redis, enter, fault):
    away, back = (redis.kill, redis.start) if fault == "killed" else (redis.stall, redis.resume)
    here, there = site.start(), site.start()
    alice, bob, reader = await enter(here, "alice"), await enter(there, "bob"), await enter(here)
    await all_show([alice, bob, reader], ALICE, BOB)
    await asyncio.to_thread(away)
    await all_show([alice, bob, reader], ALICE, BOB, current=False)
    editor = await enter(here, "editor")
    await all_show([alice, editor, reader], ALICE, BOB, EDITOR, current=False, seconds=AT_ONCE)
    there.kill()
    await asyncio.sleep(RIGHT)  # in which bob would be forgotten, were the layer there
    assert alice.shows(ALICE, BOB, EDITOR, current=False)
    await asyncio.to_thread(back)
    await all_show([alice, editor, reader], ALICE, EDITOR, seconds=2 * RIGHT)
    assert "Traceback" not in here.output()
    assert here.output().count("layer is away") == here.output().count("layer is back") == 1


async def test_when_redis_is_back_nobody_who_stayed_was_missed_on_the_way(site, redis, enter):
    servers = site.start(), site.start()
    tabs = [await enter(server, name) for server, name in zip(servers, ("alice", "bob"), strict=True)]
    await all_show(tabs, ALICE, BOB)
    await asyncio.to_thread(redis.kill)
    await all_show(tabs, ALICE, BOB, current=False)
    await asyncio.to_thread(redis.start)
    deadline = time.monotonic() + 2 * RIGHT
    while not all(tab.shows(ALICE, BOB) for tab in tabs):
        assert all(tab.people == [ALICE, BOB] for tab in tabs)
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def test_without_redis_a_process_knows_its_people_and_says_that_there_may_be_others(site, redis, enter):
    server = site.start(REDIS_URL="")
    tabs = [await enter(server, "alice"), await enter(server, "alice"), await enter(server, "bob")]
    await all_show(tabs, ALICE, BOB, current=False, seconds=AT_ONCE)
    await asyncio.sleep(4)  # in which they would be forgotten, did it not hear itself
    assert all(tab.shows(ALICE, BOB, current=False) for tab in tabs)
    await tabs[2].socket.close()
    await all_show(tabs[:2], ALICE, current=False, seconds=AT_ONCE)
