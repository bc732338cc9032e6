"""How `manage.py serve` starts, and what it says when it can't: lines for people, never a traceback."""

import os
import shutil
import socket
import subprocess
import sys

from project.settings import DEVELOPMENT_SECRET_KEY

from .readers import close_code, frame, open_socket
from .servers import ROOT


def refused(site, *arguments, folder=ROOT, **env):
    """What a start that must fail says."""
    command = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", *arguments]
    env = {**os.environ, **site.env, **env}
    done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, timeout=20)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_without_collected_static_files_it_does_not_start_and_names_the_command(site, tmp_path):
    ours = shutil.ignore_patterns(".*", "staticfiles", "media", "db.sqlite3*", "__pycache__", "node_modules")
    copy = shutil.copytree(ROOT, tmp_path / "copy", ignore=ours)
    said = refused(site, folder=copy)
    assert f"no collected static files in {copy}/staticfiles" in said
    assert "Run: python manage.py collectstatic --no-input" in said


def test_a_port_that_is_taken_is_said(site):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"Cannot listen on 127.0.0.1 port {port}: Address already in use" in refused(site, "--port", str(port))


def test_an_address_that_is_none_of_ours_is_said(site):
    said = refused(site, "--port", "1234", "--host", "192.0.2.1")
    assert "Cannot listen on 192.0.2.1 port 1234: Cannot assign requested address" in said


WRONG = {
    "DEBUG": "maybe",
    "REDIS_URL": "foo",
    "DATABASE_URL": "nonsense",
    "DRAIN_SECONDS": "-1",
    "MAX_SOCKETS": "many",
    "LOG_LEVEL": "LOUD",
    "HTTPS": "2",
    "PORT": "http",
    "SECRET_KEY": "",
    "EMAIL_URL": "foo",
}


def test_each_wrong_setting_is_a_line_that_names_it(site):
    lines = refused(site, **WRONG).strip().splitlines()
    assert sorted(line.partition(":")[0] for line in lines) == sorted(WRONG)


def test_a_port_beyond_65535_is_said(site):
    assert "Cannot listen on 127.0.0.1 port 65536: bind(): port must be 0-65535." in refused(site, "--port", "65536")


def test_the_development_key_is_none_for_production(site):
    said = refused(site, SECRET_KEY=DEVELOPMENT_SECRET_KEY)
    assert "realtime.E001" in said
    assert "SECRET_KEY=$(python -c" in said


def test_it_says_where_it_serves_and_tells_what_could_be_better(site):
    server = site.start()
    said = server.output()
    assert f"Serving on {server.url}/ (Ctrl-C stops)" in said
    assert "realtime.W002" in said  # SQLite
    assert "realtime.W003" in said  # no Redis


async def test_the_socket_above_the_limit_is_told_to_come_back_later(site):
    server = site.start(MAX_SOCKETS="3")
    async with open_socket(server) as first, open_socket(server) as second:
        async with open_socket(server) as third:
            for connection in (first, second, third):
                assert (await frame(connection))["type"] == "hello"
            async with open_socket(server) as fourth:
                assert await close_code(fourth) == 4029
        async with open_socket(server) as fifth:  # there is room again
            assert (await frame(fifth))["type"] == "hello"
