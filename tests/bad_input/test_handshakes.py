"""Origins, hosts and handshakes."""

import socket

import pytest

from ..readers import connected, frame, knock, open_socket

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
