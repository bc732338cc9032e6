"""Fixtures that start real servers. What is missing here is skipped, except with CI=true, where it fails."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from glob import glob
from pathlib import Path

import pytest

from . import servers
from .servers import Redis, Site
from .writer import Writer


def need(found: object, what: str) -> None:
    if not found:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{what} is missing, and with CI=true nothing is skipped: make test-deps")
        pytest.skip(f"{what} is missing: make test-deps")


@pytest.fixture(scope="session")
def redis_installed() -> None:
    need(shutil.which("redis-server") or shutil.which("valkey-server"), "Redis")


@pytest.fixture
def redis(redis_installed: None) -> Iterator[Redis]:
    with servers.redis() as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    need(shutil.which("initdb") or glob("/usr/lib/postgresql/*/bin/initdb"), "PostgreSQL")
    with servers.postgres() as server:
        yield server.url


@pytest.fixture(scope="session")
def chromium() -> None:
    browsers = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    names = ("chromium", "chromium-browser", "google-chrome")
    need(any(map(shutil.which, names)) or list(browsers.glob("chromium-*")), "Chromium")


@pytest.fixture
def write(site: Site) -> Iterator[Writer]:
    """Writes to the site's database, in a process of its own without a hub."""
    writer = Writer(site.env)
    yield writer
    writer.end()


def by_one_worker(run: pytest.TempPathFactory, uid: str, name: str, make: Callable[[Path], None]) -> Path:
    """A folder of this run, filled by the first worker that comes, while the others wait."""
    base = run.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"{name}-{uid}"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            (making := folder.with_suffix(".making")).mkdir(exist_ok=True)
            make(making)
            making.rename(folder)
    return folder


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> None:
    """Static files, which `serve` needs."""

    def make(folder: Path) -> None:
        Site(folder).manage("collectstatic", "--no-input", "--verbosity", "0")

    by_one_worker(tmp_path_factory, testrun_uid, "collected", make)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> Path:
    """A folder with a migrated SQLite database and the demo content, to be copied."""

    def make(folder: Path) -> None:
        site = Site(folder, DEMO_PASSWORD="correct-horse")
        site.manage("migrate", "--verbosity", "0")
        site.manage("demo")

    return by_one_worker(tmp_path_factory, testrun_uid, "migrated", make)


@pytest.fixture
def site(tmp_path: Path, migrated: Path, collected: None) -> Iterator[Site]:
    """A migrated site with the demo content; start as many processes of it as you like."""
    shutil.copytree(migrated, tmp_path, dirs_exist_ok=True)
    site = Site(tmp_path)
    yield site
    site.end()
