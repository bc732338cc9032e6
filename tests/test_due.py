"""What was scheduled is published by itself: once, by whichever process is there, and by the database's clock."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from .readers import Reader, reading, until
from .servers import Redis, Site
from .writer import Writer

# A server whose own clock is an hour ahead.
FAST = """
import sys
from datetime import timedelta
from django.utils import timezone
now = timezone.now
timezone.now = lambda: now() + timedelta(hours=1)
sys.argv = ["manage.py", "serve", "--host", "127.0.0.1", "--port", sys.argv[1]]
exec(open("manage.py").read())
"""

# One that stops when it has written, and not committed.
STUCK = """
import os, sys, time
import django
from django.db import transaction
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
django.setup()
from liveblog.models import EntryQuerySet
publish = EntryQuerySet.publish

def stuck(self):
    with transaction.atomic():
        publish(self)
        print("claimed", flush=True)
        time.sleep(600)

EntryQuerySet.publish = stuck
sys.argv = ["manage.py", "serve", "--host", "127.0.0.1", "--port", sys.argv[1]]
exec(open("manage.py").read())
"""


def plan(write: Writer, seconds: float, text: str) -> int:
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    return write("post", liveblog="demo", body=text, state="scheduled", publish_at=at.isoformat())["id"]


@pytest.fixture
def two(site: Site, redis: Redis) -> Site:
    site.env["REDIS_URL"] = redis.url
    return site


async def test_of_two_processes_one_publishes_what_was_scheduled_and_readers_of_both_see_it_once(two, write):
    readers = [Reader(two.start()), Reader(two.start())]
    async with reading(*readers):
        await until(lambda: all(reader.version for reader in readers))
        (before,) = write("heads", liveblog="demo")["heads"]
        for number in range(5):
            plan(write, 0.5 + number / 2, f"No. {number}")
        expected = [f"No. {number}" for number in range(5)]
        await until(lambda: all(len(reader.texts) >= 5 for reader in readers))
    for reader in readers:
        reader.check(expected)
    (after,) = write("heads", liveblog="demo")["heads"]
    assert after <= before + 5  # what was due together may have been told together


async def test_when_the_process_that_does_it_is_killed_in_between_another_does(two, write):
    first, second = two.start(code=STUCK), two.start()
    reader = Reader(second)
    async with reading(reader):
        await until(lambda: reader.version)
        second.signal(signal.SIGSTOP)
        plan(write, -1, "Still there.")
        await until(lambda: "claimed" in first.output())
        second.signal(signal.SIGCONT)
        assert "Still there." not in await asyncio.to_thread(second.get, "/liveblog/demo/")
        first.kill()
        await until(lambda: reader.texts == ["Still there."])


async def test_what_fell_due_while_no_server_ran_is_published_when_one_starts(site, write):
    plan(write, -3600, "Late.")
    server = site.start()
    await until(lambda: "Late." in server.get("/liveblog/demo/"))


def test_where_no_server_runs_the_command_does_it(site, write):
    plan(write, -1, "By cron.")
    plan(write, 3600, "Not yet.")
    assert site.manage("due") == "Done: 1.\n"
    assert site.manage("due") == "Done: 0.\n"


async def test_a_process_whose_clock_is_fast_publishes_nothing_too_early(site, postgres):
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS due WITH (FORCE)")
        connection.execute("CREATE DATABASE due")
    site.env["DATABASE_URL"] = postgres.rpartition("/")[0] + "/due"
    site.manage("migrate", "--verbosity", "0")
    site.manage("demo", DEMO_PASSWORD="correct-horse")
    write = Writer(site.env)
    try:
        server = site.start(code=FAST)
        plan(write, 1800, "In half an hour.")
        plan(write, -1, "Now.")
        await until(lambda: "Now." in server.get("/liveblog/demo/"))
        assert "In half an hour." not in server.get("/liveblog/demo/")
    finally:
        write.end()
        site.end()
