"""What is sent over a socket."""

import pytest

from ..readers import close_code, frame, knock, open_socket


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
