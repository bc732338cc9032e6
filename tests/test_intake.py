"""Strangers who send too much, too fast, too slowly or nothing: they are told, and nobody else waits for them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from .readers import connected, frame, knock, memory, open_socket, until
from .servers import Server, Site

PING = b"\x89\x80\0\0\0\0"
PONG = b"\x8a\x80\0\0\0\0"
EMPTY = b"\x00\x80\0\0\0\0"  # a fragment of nothing
FLOODS = {"pings": PING, "pongs": PONG, "empty fragments": EMPTY, "empty messages": b"\x81\x80\0\0\0\0"}


@pytest.fixture
def server(site: Site) -> Server:
    return site.start()


def ask(server: Server, data: bytes, patience: float = 10) -> bytes:
    """What the server says to these bytes, until it closes or is silent for that long."""
    with connected(server) as plain:
        plain.settimeout(patience)
        with contextlib.suppress(ConnectionError):
            plain.sendall(data)
        return heard(plain)


def heard(plain: socket.socket) -> bytes:
    said = b""
    with contextlib.suppress(TimeoutError, ConnectionError):
        while chunk := plain.recv(65_536):
            said += chunk
    return said


def head(server: Server, path: str = "/cache-healthcheck", method: str = "GET", **headers: object) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


@contextlib.asynccontextmanager
async def checked(server: Server) -> AsyncIterator[list[float]]:
    """The seconds that health checks took, one after another, while the block runs."""
    took: list[float] = []

    async def check() -> None:
        while True:
            began = time.monotonic()
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            with contextlib.closing(writer):
                writer.write(head(server, Connection="close"))
                assert b" 200 OK" in await reader.read()
            took.append(time.monotonic() - began)

    task = asyncio.create_task(check())
    yield took
    await until(lambda: len(took) > 50)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def p99(took: list[float]) -> float:
    return statistics.quantiles(took, n=100)[98]


def pour(server: Server, frames: bytes, seconds: float) -> bytes:
    """Send them over and over on one socket: what it is told before it is closed."""
    with knock(server, b"/_ws/") as (status, plain):
        assert status == 101
        if frames.startswith(EMPTY):
            plain.sendall(b"\x01\x80\0\0\0\0")  # a message that never ends
        until = time.monotonic() + seconds
        with contextlib.suppress(ConnectionError, TimeoutError):
            while time.monotonic() < until:
                plain.sendall(frames)
        plain.settimeout(2)
        return heard(plain)


@pytest.mark.parametrize("kind", FLOODS)
async def test_a_socket_that_repeats_the_smallest_frames_is_closed_and_keeps_nobody_waiting(server, kind):
    async with checked(server) as quiet:
        pass
    async with checked(server) as took:
        said = await asyncio.to_thread(pour, server, FLOODS[kind] * 20_000, 3)
    # 1008, or 4400 for messages that are none; unless it was still sending when the connection went.
    assert b"\x88\x02\x03\xf0" in said or b"\x88\x02\x11\x30" in said or not said
    print(f"{kind}: p99 of {len(took)} health checks {p99(took) * 1000:.0f} ms, before {p99(quiet) * 1000:.0f} ms")
    assert p99(took) < max(0.1, 4 * p99(quiet))  # on a machine that does much else, they take their time anyway


async def test_one_who_sends_as_people_do_is_not_held_up(server):
    async with open_socket(server, "/_ws/") as connection:
        await frame(connection)
        for _ in range(40):
            await (await connection.ping())
            await connection.send('{"type":"ping","id":1}')
            assert (await frame(connection))["type"] == "pong"


async def test_one_who_goes_on_after_a_close_costs_nothing(server):
    async with checked(server) as quiet:
        pass
    async with checked(server) as took:
        said = await asyncio.to_thread(pour, server, b"\x82\x80\0\0\0\0" * 10_000, 3)  # binary ones, 20 too many
    assert b"\x88\x02" in said or not said
    assert p99(took) < max(0.1, 4 * p99(quiet))


# Requests


@pytest.mark.parametrize("scheme", ["http", "HTTP"])
def test_a_target_that_names_the_host_as_well_leads_to_the_same_page_and_socket(server, scheme):
    there = f"{scheme}://127.0.0.1:{server.port}"
    for path in ("/liveblog/demo/", "/liveblog/demo/?before=", "", "?x"):
        said = ask(server, head(server, f"{there}{path}", Connection="close"))
        assert said.split()[1] == (b"200" if path.startswith("/liveblog") else b"302")
    for path in ("/_ws/liveblog/demo", "/_ws/?after=1"):
        with knock(server, f"{there}{path}".encode()) as (status, plain):
            assert status == 101
            assert b'"type":"hello"' in plain.recv(1000)
    with knock(server, f"{there}/_ws/nowhere".encode()) as (status, _):
        assert status == 404


def test_the_host_that_a_target_names_is_the_one_that_counts(server):
    ours, other = f"127.0.0.1:{server.port}", "other.example"
    for target, host, page, handshake in ((ours, other, b"200", 101), (other, ours, b"400", 403)):
        request = head(server, f"http://{target}/liveblog/demo/", Connection="close").replace(
            f"Host: {ours}".encode(), f"Host: {host}".encode()
        )
        assert ask(server, request).split()[1] == page
        with knock(server, f"http://{target}/_ws/liveblog/demo".encode(), host=host.encode()) as (status, _):
            assert status == handshake


async def test_requests_sent_ahead_stay_with_their_client_and_are_answered_one_by_one(server):
    assert ask(server, head(server) * 49 + head(server, Connection="close")).count(b"HTTP/1.1 200 OK") == 50
    before = memory(server)

    def flood() -> int:
        request = head(server, "/liveblog/demo/", X="y" * 500)
        with connected(server) as plain:
            plain.settimeout(3)
            sent = 0
            with contextlib.suppress(TimeoutError):
                while sent < 40_000_000:
                    sent += plain.send(request * 200)
            return sent

    sent = await asyncio.to_thread(flood)
    assert sent < 40_000_000
    assert memory(server) - before < 30_000_000


@pytest.mark.parametrize(
    ("request_line", "headers", "status"),
    [
        ("/" + "x" * 8_000, {}, b"404"),
        ("/" + "x" * 9_000, {}, b"414"),
        ("/?" + "x" * 5_000_000, {}, b"414"),
        ("/cache-healthcheck", {"X": "y" * 8_000}, b"200"),
        ("/cache-healthcheck", {"X": "y" * 9_000}, b"431"),
        ("/cache-healthcheck", {f"X-{n}": "y" for n in range(98)}, b"200"),
        ("/cache-healthcheck", {f"X-{n}": "y" for n in range(101)}, b"431"),
        ("/cache-healthcheck", {f"X-{n}": "y" * 5_000 for n in range(14)}, b"431"),
        ("/_ws/", {"Upgrade": "websocket", "Connection": "Upgrade", "X": "y" * 9_000}, b"431"),
        ("/_ws/" + "x" * 9_000, {"Upgrade": "websocket", "Connection": "Upgrade"}, b"414"),
    ],
)
async def test_lines_and_heads_have_a_limit_on_handshakes_too(server, request_line, headers, status):
    said = ask(server, head(server, request_line, **{"Connection": "close", **headers}))
    assert said.startswith(b"HTTP/1.1 " + status), said[:200]


async def test_heads_without_an_end_hold_no_memory(server):
    before = memory(server)
    with contextlib.ExitStack() as stack:
        for _ in range(50):
            plain = stack.enter_context(connected(server))
            with contextlib.suppress(ConnectionError):
                plain.sendall(b"GET / HTTP/1.1\r\nX: " + b"y" * 2_000_000)
        assert memory(server) - before < 30_000_000


# Bodies


def test_a_body_over_a_megabyte_is_refused_before_it_is_read(server):
    said = ask(server, head(server, "/nowhere", "POST", Content_Length=400_000_000))
    assert said.startswith(b"HTTP/1.1 413 "), said[:200]
    chunks = b"%x\r\n%b\r\n" % (60_000, b"x" * 60_000) * 60
    said = ask(server, head(server, "/nowhere", "POST", Transfer_Encoding="chunked") + chunks)
    assert said.startswith(b"HTTP/1.1 413 "), said[:200]


def test_a_body_under_it_is_taken_in_either_way(server):
    length = 900_000
    plain = head(server, "/nowhere", "POST", Content_Length=length) + b"x" * length
    assert ask(server, plain, 3).startswith(b"HTTP/1.1 404 ")
    chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (length, b"x" * length)
    said = ask(server, head(server, "/nowhere", "POST", Transfer_Encoding="chunked") + chunk + head(server))
    assert said.startswith(b"HTTP/1.1 404 ")
    assert said.count(b"HTTP/1.1") == 1  # after chunks the connection ends with its answer


def test_more_is_taken_from_staff_alone_and_where_they_upload(server, write):
    write("open", room="upload-test")
    cookies = write("join", room="upload-test", people=["editor", "mallory"])["people"]
    boundary = b"--b\r\nContent-Disposition: form-data; name=image; filename=x.png\r\n\r\n"
    body = boundary + b"x" * 3_000_000 + b"\r\n--b--\r\n"

    def status(path: str, cookie: str = "") -> int:
        fields = {"Content_Length": len(body), "Content_Type": "multipart/form-data; boundary=b", "Cookie": cookie}
        return int(ask(server, head(server, path, "POST", Connection="close", **fields) + body).split()[1])

    editor, mallory = (cookies[name]["cookie"] for name in ("editor", "mallory"))
    assert status("/admin/liveblog/entry/add/", editor) == 403  # by the check of the form's token: it was read
    assert status("/admin/liveblog/entry/add/", mallory) == 413
    assert status("/admin/liveblog/entry/add/") == 413
    assert status("/liveblog/demo/", editor) == 413
    assert ask(server, head(server, "/admin/", "POST", Content_Length=20_000_000)).startswith(b"HTTP/1.1 413 ")


# Time: the figures are shortened here, in a server of the tests' own


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory, migrated: Any, collected: None) -> Iterator[Server]:
    """A server for which a tenth of a second is a second."""
    site = Site(migrated)
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'project.settings';"
        "from django.core.management import execute_from_command_line as run;"
        "import django; django.setup(); from realtime.server import intake;"
        "intake.HEAD_SECONDS, intake.BODY_SECONDS, intake.MAX_UNASKED = 1, 1, 50;"
        "run(['manage.py', 'serve', '--host', '127.0.0.1', '--port', sys.argv[1]])"
    )
    yield site.start(code=code)
    site.end()


BEGINNINGS = {
    "nothing": b"",
    "half a line": b"GET / HT",
    "half the headers": b"GET / HTTP/1.1\r\nHost: x\r\n",
    "half a body": b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nxxx",
    "half a handshake": b"GET /_ws/ HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
}


@pytest.mark.parametrize("kind", BEGINNINGS)
def test_who_begins_and_does_not_go_on_is_closed(hasty, kind):
    began = time.monotonic()
    said = ask(hasty, BEGINNINGS[kind])
    assert said.startswith(b"HTTP/1.1 408 ") or (kind == "nothing" and not said)
    assert time.monotonic() - began < 9


def test_who_sends_a_byte_at_a_time_is_closed_all_the_same(hasty):
    for beginning in (b"GET /", b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10000\r\n\r\n"):
        with connected(hasty) as plain:
            plain.sendall(beginning)
            plain.settimeout(0.1)
            said = b""
            for _ in range(80):
                with contextlib.suppress(TimeoutError):
                    said = plain.recv(100)
                    break
                plain.sendall(b"x")
            assert said.startswith(b"HTTP/1.1 408 ")


def test_many_who_ask_for_nothing_lock_nobody_out(hasty):
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(connected(hasty)) for _ in range(120)]
        assert ask(hasty, head(hasty, Connection="close")).startswith(b"HTTP/1.1 200 ")
        idle[0].settimeout(5)
        assert heard(idle[0]) == b""  # the oldest had to go
