"""Real parts for the tests: Redis, PostgreSQL and the site, each a process of its own on a free port."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from glob import glob
from pathlib import Path
from typing import Any, ClassVar

import psycopg

ROOT = Path(__file__).resolve().parent.parent


def copy_project(folder: Path) -> None:
    """The project as a clone has it, but with what is not committed yet."""
    gone = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "staticfiles", "media", "*.sqlite3*")
    shutil.copytree(ROOT, folder, ignore=gone, dirs_exist_ok=True)


def free_port() -> int:
    """A port of this worker's own, below those that systems give to outgoing connections: nobody takes it meanwhile."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 12
    while True:
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", random.randrange(20_000 + 1_000 * worker, 21_000 + 1_000 * worker)))
            return probe.getsockname()[1]


def wait_until(condition: Callable[[], Any], timeout: float = 15, what: str = "the condition") -> Any:
    """The first true value of `condition`, asked again and again; AssertionError after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what} did not come true within {timeout} s")


def accepts(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def answers(database: str) -> bool:
    """A PostgreSQL that starts accepts connections, and refuses them."""
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(database):
        return True
    return False


#: What tests have started and not ended yet: when one fails, their logs are shown.
running: list[Process] = []


class Process:
    """A child process with its log in a file, ended with its test and nothing else with it."""

    def __init__(self, command: list[str], env: dict[str, str] | None = None, cwd: Path = ROOT, **options: Any) -> None:
        self.log = Path(tempfile.mkstemp(suffix=".log")[1])
        with self.log.open("wb") as log:
            self.popen = subprocess.Popen(
                command, env={**os.environ, **(env or {})}, stdout=log, stderr=log, cwd=cwd, **options
            )
        running.append(self)

    def signal(self, number: int) -> None:
        self.popen.send_signal(number)

    def kill(self) -> None:
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGCONT)
            self.popen.kill()
        self.popen.wait()

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def end(self) -> None:
        self.kill()
        self.log.unlink(missing_ok=True)
        if self in running:
            running.remove(self)


class Redis:
    """A Redis without persistence, to be killed, stalled and started again on the same port."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        binary = shutil.which("redis-server") or shutil.which("valkey-server") or "redis-server"
        self.process = Process([binary, "--port", str(self.port), "--save", "", "--bind", "127.0.0.1"])
        wait_until(lambda: accepts(self.port), what="Redis")

    def kill(self) -> None:
        self.process.kill()

    def stall(self) -> None:
        self.process.signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.signal(signal.SIGCONT)


@contextlib.contextmanager
def redis() -> Iterator[Redis]:
    server = Redis()
    try:
        yield server
    finally:
        server.process.end()


class Postgres:
    """A PostgreSQL cluster in a temporary folder, to be stopped and started again; `durable`: by fsync.

    `url` is that of an empty database.
    """

    # The server refuses to run as root.
    user: ClassVar[dict[str, Any]] = (
        {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    )

    def __init__(self, folder: str, durable: bool = False) -> None:
        found = shutil.which("initdb") or max(glob("/usr/lib/postgresql/*/bin/initdb"))
        self.binaries = Path(found).parent
        os.chmod(folder, 0o777)
        self.data, port = f"{folder}/data", free_port()
        make = [str(self.binaries / "initdb"), "-D", self.data, "-U", "site", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd="/", **self.user)
        fsync = "on" if durable else "off"
        self.options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync={fsync}".split()
        self.url = f"postgres://site@127.0.0.1:{port}/postgres"

    def start(self) -> None:
        self.process = Process([str(self.binaries / "postgres"), "-D", self.data, *self.options], **self.user)
        wait_until(lambda: answers(self.url), what="PostgreSQL")

    def stop(self) -> None:
        """By a fast shutdown, which cuts all connections: SIGKILL would leave its shared memory."""
        self.process.signal(signal.SIGINT)
        self.process.popen.wait(20)
        self.process.end()


@contextlib.contextmanager
def postgres(durable: bool = False) -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory() as folder:
        server = Postgres(folder, durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()


class Site:
    """The site as its own process, with a database of its own; `env` is what the environment sets on top."""

    def __init__(self, folder: Path, root: Path = ROOT, **env: str) -> None:
        self.root = root  # where its code is
        self.env = {
            "DEBUG": "0",
            "SECRET_KEY": "a-key-for-tests-alone-that-is-long-enough-to-pass-every-check",
            "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
            "REDIS_URL": "",
            "MEDIA_ROOT": f"{folder}/media",
            "DRAIN_SECONDS": "0",
            "LOG_LEVEL": "INFO",
            "PYTHONUNBUFFERED": "1",
            **env,
        }
        self.processes: list[Process] = []

    def manage(self, *arguments: str, timeout: float = 60, **env: str) -> str:
        """The output of a management command."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command,
            env={**os.environ, **self.env, **env},
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *, daphne: bool = False, port: int | None = None, code: str = "", **env: str) -> Server:
        """Another process of it; several may run at once. Daphne stands for the development server.

        `code` starts `serve` in its own way, on the port that is its argument.
        """
        port = port or free_port()
        if daphne:
            where = ["-b", "127.0.0.1", "-p", str(port)]
            command = [sys.executable, "-m", "daphne", *where, "project.asgi:application"]
        elif code:
            command = [sys.executable, "-c", code, str(port)]
        else:
            command = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", str(port)]
        server = Server(command, port, {**self.env, **env}, self.root)
        self.processes.append(server)
        wait_until(lambda: accepts(port) or server.popen.poll() is not None, 60, "the site")
        assert server.popen.poll() is None, server.output()
        return server

    def end(self) -> None:
        for process in self.processes:
            process.end()


class Server(Process):
    """One running process of the site."""

    def __init__(self, command: list[str], port: int, env: dict[str, str], root: Path = ROOT) -> None:
        super().__init__(command, env, root)
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.socket_url = f"ws://127.0.0.1:{port}"

    def get(self, path: str, **headers: str) -> str:
        request = urllib.request.Request(self.url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.read().decode()
