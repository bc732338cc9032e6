"""The server that gets it all."""

import re
import shutil

import pytest

from ..readers import frame, open_socket
from ..servers import Site


@pytest.fixture(scope="module")
def server(tmp_path_factory, migrated, collected):
    """One server for all of this: each test leaves it as it was."""
    folder = shutil.copytree(migrated, tmp_path_factory.mktemp("bad") / "site")
    site = Site(folder, CSRF_TRUSTED_ORIGINS="https://www.example.com,https://*.example.org")
    yield site.start()
    site.end()


@pytest.fixture(autouse=True)
async def goes_on(server):
    """After each test: a reader is served, and nothing that it logged is more than a warning."""
    before = len(server.output())
    yield
    async with open_socket(server) as connection:
        assert (await frame(connection))["type"] == "hello"
    assert "Harbour regatta" in server.get("/liveblog/demo/")
    said = server.output()[before:]
    assert not re.search("Traceback|ERROR|CRITICAL|Exception|never", said), said
