"""Every answer, whoever gives it, says to browsers what they must not do with it."""

from __future__ import annotations

import shutil

import pytest

from realtime.server.headers import UNUSED
from realtime.server.intake import MAX_LINE

from .readers import connected
from .servers import Server, Site

UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
SOCKET = {**UPGRADE, "Sec-WebSocket-Version": "13"}
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "3"}

ANSWERS: dict[str, tuple[int, str, dict[str, str]]] = {
    "a page": (200, "GET /liveblog/demo/", {}),
    "changes": (200, "GET /liveblog/demo/changes/?after=0", {}),
    "the admin": (302, "GET /admin/", {}),
    "a form": (200, "GET /accounts/login/", {}),
    "a redirect": (301, "GET /liveblog/demo", {}),
    "nothing": (404, "GET /nowhere/", {}),
    "no file": (404, "GET /static/nope.js", {}),
    "no picture": (404, "GET /media/nope.png", {}),
    "a form without its token": (403, "POST /accounts/login/", FORM),
    "the wrong method": (405, "GET /chat/lobby/join/", {}),
    "a foreign host": (400, "GET /", {"Host": "foreign.example"}),
    "the process": (200, "GET /cache-healthcheck", {}),
    "readiness": (200, "GET /readyz", {}),
    "a socket by plain HTTP": (426, "GET /_ws/", {}),
    "no socket": (404, "GET /_ws/nope", {}),
    "a socket": (101, "GET /_ws/liveblog/demo", SOCKET),
    "no socket, asked for as one": (404, "GET /_ws/nope", SOCKET),
    "a foreign page's socket": (403, "GET /_ws/liveblog/demo", {**SOCKET, "Origin": "https://foreign.example"}),
    "a socket of another version": (426, "GET /_ws/liveblog/demo", {**SOCKET, "Sec-WebSocket-Version": "12"}),
    "a socket without a key": (400, "GET /_ws/liveblog/demo", {**SOCKET, "Sec-WebSocket-Key": "x"}),
    "a long line": (414, f"GET /{'x' * MAX_LINE}", {}),
    "a long header": (431, "GET /", {"X": "x" * MAX_LINE}),
    "a large body": (413, "POST /accounts/login/", {"Content-Length": "2000000"}),
    "no HTTP": (400, "G=ET /", {}),
}


def ask(server: Server, line: str, headers: dict[str, str]) -> list[str]:
    """The head of the answer: its lines."""
    origin = {"Host": f"127.0.0.1:{server.port}", "X-Forwarded-Proto": "https"}
    fields = {**origin, "Origin": f"https://127.0.0.1:{server.port}", **headers}
    lines = [f"{line} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    with connected(server) as plain:
        plain.sendall("\r\n".join(lines).encode() + b"a=b" * ("Content-Type" in headers))
        head = b""
        while b"\r\n\r\n" not in head and (chunk := plain.recv(65_536)):
            head += chunk
    return head.partition(b"\r\n\r\n")[0].decode().split("\r\n")


@pytest.fixture(scope="module")
def servers(tmp_path_factory, migrated, collected):
    folder = tmp_path_factory.mktemp("headers")
    shutil.copytree(migrated, folder, dirs_exist_ok=True)
    site = Site(folder)
    yield {https: site.start(HTTPS="1" if https else "0") for https in (True, False)}
    site.end()


@pytest.mark.parametrize("https", [True, False])
@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_has_the_headers_that_browsers_go_by(answer, https, servers):
    status, line, headers = ANSWERS[answer]
    first, *rest = ask(servers[https], line, headers)
    assert int(first.split()[1]) == status, first
    said = [tuple(each.lower().split(": ", 1)) for each in rest]
    assert said.count(("x-content-type-options", "nosniff")) == 1
    assert [name for name, _ in said].count("permissions-policy") == 1
    hsts = ("strict-transport-security", "max-age=31536000")
    assert said.count(hsts) == [name for name, _ in said].count(hsts[0]) == https


BROKEN = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
django.setup()
from realtime.server import SecurityHeaders
from realtime.server.server import listen, run
async def broken(scope, receive, send):
    raise ValueError
run(SecurityHeaders(broken), listen("127.0.0.1", int(sys.argv[1])), 0)
"""


@pytest.mark.server
@pytest.mark.parametrize("headers", [{}, SOCKET], ids=["a page", "a socket"])
def test_an_error_below_django_has_them_as_well(headers, tmp_path):
    site = Site(tmp_path)
    try:
        first, *rest = ask(site.start(code=BROKEN, HTTPS="1"), "GET /", headers)
    finally:
        site.end()
    assert int(first.split()[1]) == 500
    names = {line.lower().split(": ")[0] for line in rest}
    assert {"x-content-type-options", "permissions-policy", "strict-transport-security"} <= names


def test_pages_ask_for_nothing_of_the_device(servers):
    [policy] = [line for line in ask(servers[False], "GET /", {}) if line.lower().startswith("permissions-policy")]
    assert {"camera=()", "geolocation=()", "microphone=()", "payment=()"} <= set(policy.split(": ")[1].split(", "))
    assert len(UNUSED) == policy.count("=()")
