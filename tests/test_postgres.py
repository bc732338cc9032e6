"""Whatever the apps' own tests show on SQLite, they show on PostgreSQL, where writers do not wait for each other."""

import os
import subprocess
import sys

import psycopg
import pytest

from .servers import ROOT

APPS = [name for name in ("realtime", "liveblog", "chat", "accounts") if (ROOT / name).is_dir()]
NO_DATABASE = ["realtime/tests/test_client.py", "liveblog/tests/test_markdown.py"]  # the same on every one


@pytest.mark.timeout(300)
def test_the_apps_pass_their_tests_on_postgresql(postgres):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--create-db", "--reuse-db", *APPS]
    command += [f"--deselect={path}" for path in NO_DATABASE]
    env = {**os.environ, "DATABASE_URL": postgres, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    url, _, name = postgres.rpartition("/")
    with psycopg.connect(f"{url}/test_{name}") as connection:  # where they ran, kept by --reuse-db
        [(notes,)] = connection.execute("SELECT last_value FROM board_note_id_seq")
    assert notes > 1000
