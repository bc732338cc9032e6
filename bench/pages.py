"""Requests over HTTP/1.1 connections that are kept, each sending the next as soon as it has an answer."""

from __future__ import annotations

import asyncio
import time
from typing import Any


async def requests(
    port: int, path: str, headers: dict[str, str], status: int, seconds: float, connections: int = 4
) -> dict[str, Any]:
    """How many were answered, with this status, in so many seconds. Another status is an error."""
    fields = {"Host": f"127.0.0.1:{port}", **headers}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    request = "\r\n".join(lines).encode()
    began = time.monotonic()

    async def client() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        count = 0
        while time.monotonic() - began < seconds:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if int(head[9:12]) != status:
                raise RuntimeError(f"{path}: {head.splitlines()[0].decode()}")
            if b"content-length:" in head and status != 304:
                await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r")[0]))
            count += 1
        writer.close()
        return count

    counts = await asyncio.gather(*(client() for _ in range(connections)))
    return {"requests": sum(counts), "seconds": time.monotonic() - began}
