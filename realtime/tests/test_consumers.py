"""The consumer base, over ASGI: what a socket is told by its first frames and its close code."""

import pytest
from channels.testing import WebsocketCommunicator
from django.db import close_old_connections

from realtime.hub import MALFORMED
from realtime.sockets import CheckConsumer, CloseSocket, StreamConsumer
from realtime.sockets.consumers import parse_after
from realtime.streams import Close
from realtime.streams.wire import MAX_FRAME

from .readers import in_thread, post


class BoardConsumer(StreamConsumer):
    """Any board by its key; the board `0` is nobody's business."""

    async def stream(self):
        name = self.scope["path"].strip("/")
        if name == "testboard.0":
            raise CloseSocket(Close.FORBIDDEN)
        return name


def connect(path):
    consumer = CheckConsumer if path == "/" else BoardConsumer
    return WebsocketCommunicator(consumer.as_asgi(), path)


@pytest.fixture(autouse=True)
def closed_connections(monkeypatch):
    """Channels' communicator would keep every thread's connection open, for tests that run in one transaction."""
    monkeypatch.setattr("channels.testing.application.no_op", close_old_connections)


@pytest.fixture
async def opened():
    """`opened(path)`: an accepted socket, disconnected at the end."""
    sockets = []

    async def opened(path):
        sockets.append(connect(path))
        assert (await sockets[-1].connect())[0]
        return sockets[-1]

    yield opened
    for socket in sockets:
        await socket.disconnect()


async def close_code(socket):
    message = await socket.receive_output()
    assert message["type"] == "websocket.close"
    return message["code"]


async def test_a_socket_is_greeted_and_caught_up_and_kept_so(hub, board, opened):
    head = await post(board, "one")
    socket = await opened(f"/{board.stream}?after={board.version}")
    assert (await socket.receive_json_from())["version"] == head
    assert [item["data"]["text"] for item in (await socket.receive_json_from())["items"]] == ["one"]
    await post(board, "two")
    assert [item["data"]["text"] for item in (await socket.receive_json_from())["items"]] == ["two"]


async def test_no_after_starts_at_the_head(hub, board, opened):
    await post(board, "one")
    socket = await opened(f"/{board.stream}")
    assert (await socket.receive_json_from())["type"] == "hello"
    assert await socket.receive_nothing()


@pytest.mark.parametrize("after", ["-1", "", "x", "1e3", "99999999999999999", "9" * 16, "1" * 5000, "١"])
async def test_a_cursor_that_cannot_be_is_a_reset(after, hub, board, opened):
    socket = await opened(f"/{board.stream}?after={after}")
    assert (await socket.receive_json_from())["type"] == "hello"
    assert await socket.receive_json_from() == {"type": "reset", "version": board.version}


async def test_an_unknown_stream_is_accepted_and_closed_with_4404(hub, db, opened):
    assert await close_code(await opened("/testboard.4711")) == 4404


async def test_a_stream_that_goes_closes_its_sockets_with_4410(hub, board, opened):
    socket = await opened(f"/{board.stream}")
    assert (await socket.receive_json_from())["type"] == "hello"
    await in_thread(board.delete)
    assert await close_code(socket) == 4410


async def test_a_refusal_says_why(hub, db, opened):
    assert await close_code(await opened("/testboard.0")) == 4403


async def test_too_many_sockets_come_back_later(hub, board, opened, settings):
    settings.MAX_SOCKETS = 1
    await opened(f"/{board.stream}")
    assert await close_code(await opened(f"/{board.stream}")) == 4029


async def test_a_draining_server_takes_no_new_sockets(hub, board):
    hub.draining = True
    assert await connect(f"/{board.stream}").connect() == (False, 1000)


async def test_who_disconnects_is_forgotten(hub, board, opened):
    socket = await opened(f"/{board.stream}")
    assert len(hub.readers.feed_of) == 1
    await socket.disconnect()
    assert hub.readers.feed_of == {}
    assert hub.pump.feeds[board.stream].readers == set()


async def test_frames_to_a_socket_that_takes_none_are_errors_and_then_a_close(hub, board, opened):
    socket = await opened(f"/{board.stream}")
    await socket.receive_json_from()
    for _ in range(20):
        await socket.send_to(text_data='{"type":"send"}')
        error = await socket.receive_json_from()
        assert (error["type"], error["code"]) == ("error", "read_only")
    await socket.send_to(text_data="{}")
    assert await close_code(socket) == 4400


async def test_the_answer_to_a_frame_that_is_refused_unread_names_its_id(hub, board, opened):
    socket = await opened(f"/{board.stream}")
    await socket.receive_json_from()
    for text, id in (
        ('{"type":"send","id":"5F0C2B1E-6A43-4A57-9D0C-3D6F2F0F9A51"}', "5F0C2B1E-6A43-4A57-9D0C-3D6F2F0F9A51"),
        ('{"type":"send","id":"no UUID"}', None),
        ('{"a":' * 10_000, None),
    ):
        await socket.send_to(text_data=text)
        error = await socket.receive_json_from()
        assert (error["code"], error["id"]) == ("read_only", id)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('{"type":"ping"}', {"type": "pong", "id": None}),
        ('{"type":"ping","id":null}', {"type": "pong", "id": None}),
        ('{"type":"ping","id":"a","more":"of a later release"}', {"type": "pong", "id": "a"}),
        ('{"id":7}', {"type": "error", "id": 7, "code": "malformed"}),
        ('{"type":"later","id":7}', {"type": "error", "id": 7, "code": "malformed"}),
        ("[]", {"type": "error", "id": None, "code": "malformed"}),
    ],
)
async def test_the_connection_check_answers_pings_and_what_is_none(hub, opened, text, answer):
    socket = await opened("/")
    await socket.receive_json_from()
    await socket.send_to(text_data=text)
    given = await socket.receive_json_from()
    assert {name: value for name, value in given.items() if name != "detail"} == answer


async def test_binary_frames_are_an_error(hub, board, opened):
    socket = await opened(f"/{board.stream}")
    await socket.receive_json_from()
    await socket.send_to(bytes_data=b"\x00")
    assert (await socket.receive_json_from())["code"] == "binary"


async def test_a_frame_over_the_limit_closes_the_socket(hub, board, opened):
    socket = await opened(f"/{board.stream}")
    await socket.receive_json_from()
    await socket.send_to(text_data="x" * (MAX_FRAME + 1))
    assert await close_code(socket) == 1009


@pytest.mark.parametrize(
    ("query", "after"),
    [
        (b"", None),
        (b"after=7", 7),
        (b"x=1&after=0", 0),
        (b"after=3&after=9", 9),
        (b"after=", MALFORMED),
        (b"after=\xff", MALFORMED),
    ],
)
def test_the_cursor_of_a_query_string(query, after):
    assert parse_after(query) == after
