"""On PostgreSQL writers pass each other: those of chat take their locks in one order, and none ends in a deadlock."""

import json
import os
import subprocess
import sys

import pytest

from .servers import ROOT


@pytest.fixture(scope="module")
def races(postgres):
    env = {**os.environ, "DATABASE_URL": postgres, "DJANGO_SETTINGS_MODULE": "tests.settings", "REDIS_URL": ""}

    def run(*arguments: str) -> str:
        command = [sys.executable, *arguments]
        done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=100)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("manage.py", "migrate", "--verbosity", "0")
    return json.loads(run("-m", "tests.races"))


@pytest.mark.parametrize(
    "writer",
    [
        "restore messages of two rooms",
        "delete a reported message",
        "delete a room",
        "delete rooms",
        "rename a room",
        "add people to a room",
    ],
)
def test_wherever_another_writer_comes_in_both_get_done(races, writer):
    race = races[writer]
    assert race["errors"] == []
    assert race["places"] > 1
