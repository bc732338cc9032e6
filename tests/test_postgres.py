"""Whatever the apps' own tests show on SQLite, they show on PostgreSQL, where writers do not wait for each other."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from .servers import ROOT

APPS = {"kernel": ["realtime"], "apps": ["liveblog", "chat", "accounts"]}  # side by side, each in its own database
NO_DATABASE = ["realtime/tests/test_client.py", "liveblog/tests/test_markdown.py"]  # the same on every one


def run_tests(url: str, apps: list[str]) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--create-db", "--reuse-db"]
    command += ["-m", "not server"]
    command += [app for app in apps if (ROOT / app).is_dir()]
    command += [f"--deselect={path}" for path in NO_DATABASE]
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=580)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_apps_pass_their_tests_on_postgresql(postgres):
    server = postgres.rpartition("/")[0]
    with ThreadPoolExecutor() as pool:
        runs = list(pool.map(run_tests, [f"{server}/{name}" for name in APPS], APPS.values()))
    for done in runs:
        assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    with psycopg.connect(f"{server}/test_kernel") as connection:  # --reuse-db keeps it: they did run here
        [(notes,)] = connection.execute("SELECT last_value FROM testboard_note_id_seq")
    assert notes > 1000
