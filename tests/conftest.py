"""Fixtures that start real servers. What is missing here is skipped, except with CI=true, where it fails."""

import os
import shutil
from collections.abc import Iterator
from glob import glob
from pathlib import Path

import pytest

from . import servers
from .servers import Redis, Site


def need(found: object, what: str) -> None:
    if not found:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{what} is missing, and with CI=true nothing is skipped: make test-deps")
        pytest.skip(f"{what} is missing: make test-deps")


@pytest.fixture
def redis() -> Iterator[Redis]:
    need(shutil.which("redis-server") or shutil.which("valkey-server"), "Redis")
    with servers.redis() as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    need(shutil.which("initdb") or glob("/usr/lib/postgresql/*/bin/initdb"), "PostgreSQL")
    with servers.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def collected() -> None:
    """Static files, which `serve` needs."""
    Site(Path("/nonexistent")).manage("collectstatic", "--no-input", "--verbosity", "0")


@pytest.fixture
def site(tmp_path: Path, collected: None) -> Iterator[Site]:
    """A migrated site with the demo content; start as many processes of it as you like."""
    site = Site(tmp_path, DEMO_PASSWORD="correct-horse")
    site.manage("migrate", "--verbosity", "0")
    site.manage("demo")
    yield site
    site.end()
