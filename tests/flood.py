"""A process that asks for one catch-up after another on many connections, each from another cursor, until it is ended.

`python -m tests.flood PORT PATH CONNECTIONS FIRST LAST`; it says when it is `refused` at first, and at its end
how often it got each status.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections import Counter
from itertools import cycle
from typing import Any


async def main(port: int, path: str, connections: int, first: int, last: int) -> None:
    cursors = cycle(range(first, last))
    statuses: Counter[str] = Counter()

    async def ask() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while True:
            target = f"{path}?after={next(cursors)}"
            writer.write(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            status = head.split()[1]
            statuses[status] += 1
            if statuses["503"] == 1 and status == "503":
                print("refused", flush=True)
            await reader.readexactly(int(head.partition("content-length: ")[2].split()[0]))

    flood: Any = asyncio.gather(*(ask() for _ in range(connections)), return_exceptions=True)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, flood.cancel)
    try:
        await flood
    except asyncio.CancelledError:
        print(json.dumps(statuses))


if __name__ == "__main__":
    port, path, *numbers = sys.argv[1:]
    asyncio.run(main(int(port), path, *map(int, numbers)))
