"""The server of picows_loop.py: whatever the publisher sends goes to all readers of its channel."""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import Any

import uvloop
from picows import WSListener, WSMsgType, ws_create_server

readers: defaultdict[bytes, set[Any]] = defaultdict(set)


class Reader(WSListener):
    def on_ws_connected(self, transport: Any) -> None:
        self.readers = readers[transport.request.path[1:]]
        self.readers.add(transport)

    def on_ws_frame(self, transport: Any, frame: Any) -> None:
        transport.disconnect()  # a reader sends nothing but its close

    def on_ws_disconnected(self, transport: Any) -> None:
        self.readers.discard(transport)


class Publisher(WSListener):
    def on_ws_frame(self, transport: Any, frame: Any) -> None:
        channel, _, payload = frame.get_payload_as_bytes().partition(b" ")
        for reader in readers[channel]:
            reader.send(WSMsgType.TEXT, payload)


async def serve(port: int) -> None:
    def listener(request: Any) -> WSListener:
        return Publisher() if request.path == b"/publish" else Reader()

    server = await ws_create_server(listener, "127.0.0.1", port)
    await server.serve_forever()


uvloop.run(serve(int(sys.argv[1])))
