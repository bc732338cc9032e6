"""Requests over HTTP/1.1 connections that are kept, each sending the next as soon as it has an answer.

They come as by a proxy, of a crowd: what one address may ask for is limited.
"""

from __future__ import annotations

import asyncio
import time
from itertools import count
from typing import Any


async def requests(
    port: int, path: str, headers: dict[str, str], status: int, seconds: float, connections: int = 4
) -> dict[str, Any]:
    """How many were answered, with this status, in so many seconds. Another status is an error."""
    fields = {"Host": f"127.0.0.1:{port}", **headers}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), ""]
    request = "\r\n".join(lines).encode() + b"X-Forwarded-For: 10.%d.%d.%d\r\n\r\n"
    crowd = count()
    began = time.monotonic()

    async def client() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answered = 0
        while time.monotonic() - began < seconds:
            one = next(crowd)
            writer.write(request % (one >> 16 & 255, one >> 8 & 255, one & 255))
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if int(head[9:12]) != status:
                raise RuntimeError(f"{path}: {head.splitlines()[0].decode()}")
            if b"content-length:" in head and status != 304:
                await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r")[0]))
            answered += 1
        writer.close()
        return answered

    counts = await asyncio.gather(*(client() for _ in range(connections)))
    return {"requests": sum(counts), "seconds": time.monotonic() - began}
