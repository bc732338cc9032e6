"""Whatever strangers send: a clear refusal each, and the server goes on, without a traceback or an error in its log."""

import http.client
import json
import re
import shutil
import socket

import pytest
from websockets.exceptions import InvalidStatus

from .readers import close_code, connected, frame, knock, open_socket
from .servers import Site

HUGE = "9" * 400


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


def page(server, path, method="GET", **headers):
    """The status, the headers and the body; the path is sent as it is."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, body


# Paths


@pytest.mark.parametrize("path", ["/_ws/liveblog/nope", "/_ws/liveblog/nope/", "/_ws/liveblog/" + "x" * 300])
async def test_an_unknown_slug_is_told_so_in_a_way_that_browsers_can_read(server, path):
    async with open_socket(server, path) as connection:
        assert await close_code(connection) == 4404


@pytest.mark.parametrize(
    "path", ["/_ws/liveblog/demo", "/_ws/liveblog/demo/", "/_ws/liveblog", "/_ws/liveblog/", "/_ws/"]
)
async def test_a_socket_answers_with_and_without_its_last_slash(server, path):
    async with open_socket(server, path) as connection:
        assert (await frame(connection))["type"] == "hello"
    status, headers, body = page(server, path)
    assert status == 426
    assert headers["upgrade"] == "websocket"
    assert body == "This path is for WebSockets.\n"


NO_SOCKETS = ["/_ws", "/_ws/nope", "/_ws/liveblog/a/b", "/_ws/liveblog//", "/_ws//", "/", "/liveblog/demo/", "/_wsx/"]


@pytest.mark.parametrize("path", NO_SOCKETS)
async def test_an_unknown_socket_path_is_refused_with_404(server, path):
    with pytest.raises(InvalidStatus) as refused:
        await open_socket(server, path)
    assert refused.value.response.status_code == 404
    if path.startswith("/_ws"):
        assert page(server, path)[0] == 404


@pytest.mark.parametrize(
    "target", [b"/_ws/liveblog/d\xc3\xa9mo", b"/_ws/\xff", b"/_ws/liveblog/%ff%00%0d%0aX:", b"/_ws/liveblog/%2e%2e/"]
)
async def test_bytes_in_a_path_that_do_not_belong_there_are_refused(server, target):
    with knock(server, target) as (status, _):
        assert status in (400, 404)


# Cursors


@pytest.mark.parametrize(
    "after", ["", "-1", "x", "1.5", "1e9", HUGE, "9007199254740991", "9999999999999999", "%00", "%FF", "٣", "0", "7"]
)
async def test_a_cursor_that_is_none_gets_a_reset(server, after):
    async with open_socket(server, f"/_ws/liveblog/demo?after={after}") as connection:
        hello = await frame(connection)
        assert await frame(connection) == {"type": "reset", "version": hello["version"]}
    status, headers, body = page(server, f"/liveblog/demo/changes/?after={after.replace('٣', '%D9%A3')}")
    assert (status, json.loads(body)) == (200, {"type": "reset", "version": hello["version"]})
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("query", [b"after=\xff\xfe", b"after=\xc3\xa9", b"%", b"after", b"&&=&", b"after[]=1;after=2"])
async def test_bytes_in_a_query_that_do_not_belong_there_are_harmless(server, query):
    with knock(server, b"/_ws/liveblog/demo?" + query) as (status, _):
        assert status in (101, 400)


@pytest.mark.parametrize("charset", ["latin-1", "nonsense", "utf-16"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
async def test_a_form_in_another_encoding_is_a_bad_request(server, kind, charset):
    cookie = "csrftoken=" + "a" * 32
    headers = {"Content_Type": f"{kind}; charset={charset}", "Cookie": cookie, "Content_Length": "0"}
    assert page(server, "/accounts/login/", "POST", **headers)[0] == 400


# Origins


FOREIGN = [
    "https://evil.example",
    "null",
    "",
    "http://",
    "https://{host}",
    "http://{host}.evil.example",
    "http://evil-{host}",
    "http://{host}@evil.example",
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "http://127.0.0.1.evil.example:{port}",
    "http://localhost:{port}",
    "http://{host}/",
    "http://{host}, http://{host}",
    "//{host}",
    "file://{host}",
    "http://[{host}",
    "http://www.example.com",
    "https://www.example.com.evil.example",
    "https://evilwww.example.com",
    "https://evilexample.org",
    "https://www.example.com:444",
    "http://\xe9vil.example",
    "x" * 4000,
]


@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_foreign_origin_is_refused_and_the_reason_logged(server, origin):
    origin = origin.format(host=f"127.0.0.1:{server.port}", port=server.port)
    logged = len(server.output())
    with knock(server, origin=origin.encode("latin-1")) as (status, _):
        assert status == 403
    assert (
        f"refused: '/_ws/liveblog/demo' from {origin[:100]!r}, which is not '{server.url}'" in server.output()[logged:]
    )


async def test_a_missing_origin_is_refused_and_the_reason_logged(server):
    with knock(server, origin=None) as (status, _):
        assert status == 403
    assert "refused: '/_ws/liveblog/demo' without an Origin header" in server.output()


@pytest.mark.parametrize("host", [b"evil.example", b"", b"!", b"a" * 4000, b"\xff", None])
async def test_a_foreign_host_is_refused(server, host):
    with knock(server, host=host, origin=b"http://" + (host or b"")) as (status, _):
        assert status in (400, 403)


@pytest.mark.parametrize("origin", ["https://www.example.com", "https://news.example.org"])
async def test_a_trusted_origin_is_let_in(server, origin):
    async with open_socket(server, origin=origin) as connection:
        assert (await frame(connection))["type"] == "hello"


# Handshakes


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_websocket_key": None},
        {"sec_websocket_key": b"x"},
        {"connection": b"close"},
        {"cookie": b"x" * 100_000},
        {"cookie": b"x" * 10_000},
        {f"x-{number}": b"y" for number in range(200)},
        {"content_length": b"-1"},
        {"x": b"\x00"},
        {"method": b"POST"},
    ],
)
async def test_a_malformed_handshake_is_refused(server, headers):
    with knock(server, **headers) as (status, _):
        assert status in (400, 405, 426, 431)


@pytest.mark.parametrize("version", [b"8", b"0", b"12", b"x", b"", None])
async def test_another_version_of_the_protocol_is_told_which_one_is_spoken(server, version):
    with connected(server) as plain:
        line = b"" if version is None else b"Sec-WebSocket-Version: %b\r\n" % version
        host = b"Host: 127.0.0.1:%d\r\n" % server.port
        key = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        upgrade = b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
        plain.sendall(b"GET /_ws/ HTTP/1.1\r\n" + host + key + upgrade + line + b"\r\n")
        answer = plain.recv(1000)
    assert answer.startswith(b"HTTP/1.1 426 ")
    assert b"Sec-WebSocket-Version: 13\r\n" in answer


async def test_harmless_extras_in_a_handshake_do_not_matter(server):
    with knock(
        server,
        cookie=b"sessionid=\xff\xfe; csrftoken",
        authorization=b"\xe9",
        sec_websocket_protocol=b"a, b",
        sec_websocket_extensions=b"permessage-deflate",
    ) as (status, _):
        assert status == 101


@pytest.mark.parametrize(
    "first", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"\x00" * 100, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]
)
async def test_what_is_no_http_is_refused(server, first):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as plain:
        plain.sendall(first)
        assert plain.recv(100).startswith(b"HTTP/1.1 400")


# Frames


def encoded(opcode, payload, first=0x80, masked=True):
    """A client's frame, masked with zeros."""
    size = (
        bytes([len(payload) | 0x80 * masked])
        if len(payload) < 126
        else bytes([126 | 0x80 * masked]) + len(payload).to_bytes(2)
    )
    return bytes([first | opcode]) + size + b"\0\0\0\0" * masked + payload


BROKEN = {
    "invalid UTF-8": (encoded(1, b"\xff\xfe"), 1007),
    "UTF-8 cut short": (encoded(1, b'{"type":"\xc3'), 1007),
    "an unknown opcode": (encoded(3, b""), 1002),
    "a reserved bit": (encoded(1, b"{}", first=0xC0), 1002),
    "no mask": (encoded(1, b"{}", masked=False), 1002),
    "a ping too long": (encoded(9, b"x" * 200), 1002),
    "a continuation of nothing": (encoded(0, b"x"), 1002),
    "a text inside of a text": (encoded(1, b"x", first=0) + encoded(1, b"x"), 1002),
    "more than 64 KiB": (b"\x81\xff" + (1 << 40).to_bytes(8) + b"\0\0\0\0", 1009),
    "more than 64 KiB in parts": (encoded(1, b"x" * 60_000, first=0) + encoded(0, b"x" * 60_000)[:8], 1009),
    "a negative length": (b"\x81\xff" + b"\xff" * 8 + b"\0\0\0\0", 1009),
    "a close frame with half a code": (encoded(8, b"\x03"), 1002),
    "a close frame with a forbidden code": (encoded(8, b"\x03\xed"), 1002),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_frame_closes_its_connection(server, name):
    sent, code = BROKEN[name]
    with knock(server, b"/_ws/") as (status, plain):
        assert status == 101
        plain.sendall(sent)
        received = b""
        while chunk := plain.recv(4096):
            received += chunk
        close = received[received.index(b"\x88") :]
        assert int.from_bytes(close[2:4]) == code


async def test_frames_over_64_kib_are_refused_and_those_of_64_are_not(server):
    async with open_socket(server, "/_ws/") as connection:
        await frame(connection)
        await connection.send("x" * 65_536)
        assert (await frame(connection))["code"] == "malformed"
        await connection.send("x" * 65_537)
        assert await close_code(connection) == 1009


WRONG = {
    "{": "malformed",
    "": "malformed",
    "[]": "malformed",
    "null": "malformed",
    '{"type":"nope"}': "malformed",
    '{"type":"ping","id":[]}': "malformed",
    '{"type":"ping","id":' + "[" * 60_000: "malformed",
    '{"a":' * 10_000: "malformed",
    '{"id":1}': "malformed",
    '{"type":"ping","id":"\\ud800"}': "malformed",
    '{"type":"ping","id":1e999}': "malformed",
    "\x00": "malformed",
}


async def test_wrong_frames_get_an_error_each_and_the_socket_stays_open(server):
    async with open_socket(server, "/_ws/") as connection:
        await frame(connection)
        for text, code in WRONG.items():
            await connection.send(text)
            answer = await frame(connection)
            assert (answer["type"], answer["code"]) == ("error", code), text
            assert answer["detail"]
        await connection.send(b"\xff\x00")
        assert (await frame(connection))["code"] == "binary"
        await connection.send('{"type":"ping","id":"after all of this"}')
        assert await frame(connection) == {"type": "pong", "id": "after all of this"}


async def test_a_socket_of_a_live_blog_takes_no_frames(server):
    async with open_socket(server) as connection:
        await frame(connection)
        await connection.send('{"type":"send","text":"hello"}')
        assert (await frame(connection))["code"] == "read_only"


@pytest.mark.parametrize("wrong", ["{", b"\xff"])
async def test_who_goes_on_sending_wrong_frames_is_shown_out(server, wrong):
    async with open_socket(server, "/_ws/") as connection:
        await frame(connection)
        for _ in range(20):
            await connection.send(wrong)
            assert (await frame(connection))["type"] == "error"
        await connection.send(wrong)
        assert await close_code(connection) == 4400


async def test_who_leaves_in_the_middle_of_something_leaves_no_trace(server):
    for sent in (b"", b"\x81", b"\x81\xfe\x10\x00\0\0\0\0half", encoded(8, b"\x03\xe8")):
        with knock(server) as (status, plain):
            assert status == 101
            plain.sendall(sent)


# Pages


@pytest.mark.parametrize("path", ["/liveblog/demo/", "/liveblog/"])
@pytest.mark.parametrize("before", ["garbage", "%00", "%FF", "0.1", HUGE])
def test_a_page_before_nonsense_is_not_there(server, path, before):
    assert page(server, f"{path}?before={before}")[0] == 404


@pytest.mark.parametrize("before", ["", "0.9999999999999999.9999999999999999999", f"1.{0:016}.{0:019}"])
def test_a_page_before_the_ends_of_time_is_a_page(server, before):
    assert page(server, f"/liveblog/demo/?before={before}")[0] in (200, 404)


MISSING = [
    "/liveblog/nope/",
    "/liveblog/nope/changes/",
    "/liveblog/%00/",
    "/liveblog/%ff/",
    "/liveblog/entries/0/",
    f"/liveblog/entries/{HUGE}/",
    "/liveblog/entries/x/",
    "/media/",
    "/media/%00",
    f"/media/{HUGE}",
    "/static/../manage.py",
    "/static/%00",
    f"/static/{HUGE}",
    "//evil.example/",
]


@pytest.mark.parametrize("path", MISSING)
def test_a_page_that_is_not_there_is_not_found(server, path):
    assert page(server, path)[0] == 404


@pytest.mark.parametrize("path", ["/media/../manage.py", "/media/%2e%2e/%2e%2e/manage.py", "/media//etc/passwd"])
def test_a_file_outside_of_the_media_is_refused(server, path):
    assert page(server, path)[0] in (400, 404)


@pytest.mark.parametrize("path", ["/liveblog/", "/liveblog/demo/", "/liveblog/changes/", "/liveblog/demo/changes/"])
def test_public_pages_are_read_only(server, path):
    assert page(server, path, "HEAD")[::2] == (200, "")
    for method in ("POST", "PUT", "DELETE", "PATCH", "NONSENSE"):
        assert page(server, path, method, content_length="0")[0] in (400, 403, 405), method


@pytest.mark.parametrize("host", ["evil.example", "!", "127.0.0.1:x", "a" * 4000])
def test_a_page_of_a_foreign_host_is_refused_in_a_line_of_the_log(server, host):
    before = len(server.output())
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/liveblog/", headers={"host": host})
    assert connection.getresponse().status == 400
    connection.close()
    assert server.output()[before:].count("\n") == 1


def test_conditions_that_make_no_sense_are_ignored(server):
    for headers in (
        {"if_none_match": '"'},
        {"if_none_match": "W/x, y"},
        {"if_modified_since": "yesterday"},
        {"range": "bytes=9-1"},
    ):
        assert page(server, "/liveblog/demo/", **headers)[0] == 200
