"""The benchmark's harness works, and counts: no word here about how fast anything is."""

import json
import os
import subprocess
import sys

import pytest

from bench import plot, report
from bench.contestants import Place
from bench.load import Load, Reader
from bench.publish import Order
from bench.talk import Talk, Talker

from .servers import ROOT


@pytest.mark.long
@pytest.mark.usefixtures("redis")
def test_a_smoke_run_delivers_every_change_once_and_writes_its_results(tmp_path):
    contestants = ["serve-redis", "usual-uvicorn", "picows", "chat-serve-sqlite", "chat-usual-sqlite"]
    path = tmp_path / "results.json"
    command = [sys.executable, "-m", "bench", "smoke", "--only", ",".join(contestants), "--json", str(path)]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "project.settings"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads(path.read_text())
    assert results["valid"]
    assert results["missing"] == {}
    assert {record["contestant"] for record in results["records"]} == set(contestants)
    for record in results["records"]:
        if "deliveries" in record or record["work"] == "talk":
            assert (record["missing"], record["doubled"]) == (0, 0)
        if record["work"] == "talk":
            assert record["messages"] >= record["readers"]  # each said something
            assert record["per_second"] > 0
        if "deliveries" in record:
            assert record["deliveries"] == record["readers"] * record["entries"] > 0
            assert record["cpu_us"] > 0
    works = [row["work"] for row in results["medians"] if row["contestant"] == "serve-redis"]
    assert works == ["connect", "idle", "one at a time", "burst", "after burst", "resume", "resume after restart"]
    titles = ("this project, serve, Redis", "bare picows loop (the limit)", "this project, SQLite")
    assert all(f"| {title} " in done.stdout for title in titles)


@pytest.mark.long
@pytest.mark.usefixtures("redis", "postgres")
def test_the_room_in_which_everyone_writes_keeps_its_messages_in_postgresql(tmp_path):
    path = tmp_path / "results.json"
    command = [sys.executable, "-m", "bench", "smoke", "--only", "chat-serve-postgres,chat-usual-postgres"]
    done = subprocess.run([*command, "--json", str(path)], cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads(path.read_text())
    assert [record["valid"] for record in results["records"]] == [True, True]
    [reached] = [row["value"] for row in results["targets"] if "chat-serve-postgres" in row["text"]]
    assert reached > 0


@pytest.fixture
def load(tmp_path):
    """Two readers of four entries."""
    load = Load("picows", Place(str(tmp_path), port=0, redis=""))
    load.readers = {Reader(load, 0), Reader(load, 1)}
    load.expect(run=1, count=4)
    return load


def frames(run=1, count=4):
    found = []
    Order(run=run, count=count).carry_out(lambda channel, text: found.append(json.dumps({"message": text}).encode()))
    return found


def counted(load):
    result = load.result()
    return result["deliveries"], result["missing"], result["doubled"]


async def test_a_run_in_which_all_arrives_once_has_nothing_missing_or_doubled(load):
    for frame in frames():
        for reader in load.readers:
            load.arrived(reader, frame, now=0)
    assert counted(load) == (8, 0, 0)


async def test_a_change_that_a_reader_is_not_sent_is_missing(load):
    for reader, sent in zip(load.readers, (frames(), frames()[:3]), strict=True):
        for frame in sent:
            load.arrived(reader, frame, now=0)
    assert counted(load) == (7, 1, 0)


async def test_what_a_reader_missed_who_was_thrown_out_is_missing(load):
    next(iter(load.readers)).on_ws_disconnected(None)
    assert counted(load) == (0, 8, 0)


async def test_a_change_that_comes_twice_or_in_the_wrong_run_is_doubled(load):
    for frame in [*frames(), *frames(), *frames(run=2)]:
        for reader in load.readers:
            load.arrived(reader, frame, now=0)
    assert counted(load) == (8, 0, 16)


async def test_a_change_of_another_channel_is_doubled(load):
    load.expect(run=1, count=4, channels=2)  # entries 0 and 2 are the first reader's
    for frame in frames():
        for reader in load.readers:
            load.arrived(reader, frame, now=0)
    assert counted(load) == (8, 0, 4)


class Wire:
    """What a talker sends."""

    def __init__(self):
        self.sent = []

    def send(self, kind, frame):
        self.sent.append(json.loads(frame)["message"])


@pytest.fixture
def talk(tmp_path):
    """Two talkers of the usual consumer's room, each of whom has said a word."""
    talk = Talk("chat-usual-sqlite", Place(str(tmp_path), port=0, redis=""))
    talk.talkers = [Talker(talk, 0), Talker(talk, 1)]
    talk.begin(run=1, seconds=60)
    for talker in talk.talkers:
        talker.transport = Wire()
        talker.say()
    return talk


def hear(talker, *texts):
    for text in texts:
        talker.take(json.dumps({"message": text, "username": "member0"}).encode(), now=0)


def outcome(talk):
    result = talk.result()
    return result["said"], result["missing"], result["doubled"]


async def test_a_talker_waits_until_its_own_message_came_back(talk):
    one, other = talk.talkers
    hear(one, *other.transport.sent)
    assert [message[:6] for message in one.transport.sent] == ["1 0 0 "]
    hear(one, *one.transport.sent)
    assert [message[:6] for message in one.transport.sent] == ["1 0 0 ", "1 0 1 "]


async def test_a_talk_is_over_when_all_have_heard_everything(talk):
    said = [talker.transport.sent[0] for talker in talk.talkers]
    talk.deadline = 0
    hear(talk.talkers[0], *said)
    hear(talk.talkers[1], said[0])
    assert not talk.over.is_set()
    hear(talk.talkers[1], said[1])
    assert talk.over.is_set()
    assert outcome(talk) == ([1, 1], 0, 0)


async def test_a_message_that_a_talker_did_not_hear_or_that_nobody_answered_is_missing(talk):
    said = [talker.transport.sent[0] for talker in talk.talkers]
    talk.deadline = 0
    hear(talk.talkers[0], *said)
    hear(talk.talkers[1], said[0])
    assert outcome(talk) == ([1, 0], 1, 1)  # the second waits, and the first has heard what was not acknowledged


async def test_a_message_that_comes_twice_is_doubled(talk):
    said = [talker.transport.sent[0] for talker in talk.talkers]
    talk.deadline = 0
    for talker in talk.talkers:
        hear(talker, *said, said[0])
    assert outcome(talk) == ([1, 1], 0, 2)


async def test_a_talker_who_was_shown_out_is_missing(talk):
    talk.talkers[0].on_ws_disconnected(None)
    assert talk.over.is_set()
    assert outcome(talk)[1] == 3  # with the two words that nobody heard


def test_the_readmes_show_the_last_whole_run():
    results = json.loads((ROOT / "bench/results.json").read_text())
    assert results["valid"]
    assert report.headline(results) in (ROOT / "README.md").read_text()
    assert report.tables(results) in (ROOT / "bench/README.md").read_text()
    assert plot.growth(results) == (ROOT / "docs/growth.svg").read_text()
