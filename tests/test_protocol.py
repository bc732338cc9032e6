"""docs/protocol.md against a real server: its frames are the ones that are sent, its client is one that works."""

import asyncio
import json
import re
import sys

from .readers import frame, open_socket
from .servers import ROOT, Process, Server, Site, wait_until
from .writer import Writer

DOC = (ROOT / "docs" / "protocol.md").read_text()
EXAMPLE = [json.loads(text) for text in re.findall(r"^← (\{.*\})$", DOC, re.MULTILINE)]


class Client:
    """The client that stands in the document, running."""

    def __init__(self, site: Site, server: Server, path: str) -> None:
        (source,) = re.findall(r"```python\n(.*?)```", DOC, re.DOTALL)
        self.process = Process([sys.executable, "-c", source, server.url, path], {"PYTHONUNBUFFERED": "1"})
        site.processes.append(self.process)

    @property
    def lines(self) -> list[str]:
        return self.process.output().splitlines()

    @property
    def shown(self) -> dict[str, int]:
        """The version of each item, as it printed them last."""
        printed = [line.partition(" ")[2] for line in self.lines if line.endswith("}")]
        return json.loads(printed[-1]) if printed else {}


def shown_on(server: Server, path: str) -> dict[str, int]:
    return {id: int(at) for id, at in re.findall(r' id="([^"]+)" data-version="(\d+)"', server.get(path))}


def test_the_client_in_the_document_ends_with_what_a_fresh_page_shows(site: Site, write: Writer) -> None:
    path = "/liveblog/demo/"
    server = site.start()
    client = Client(site, server, path)

    def in_step() -> bool:
        return client.shown == shown_on(server, path)

    wait_until(in_step, what="the page that the client begins with")
    first, second = (write("post", liveblog="demo", body=text)["id"] for text in ("One", "Two"))
    write("edit", liveblog="demo", entry=first, body="One, corrected")
    write("edit", liveblog="demo", entry=second, state="retracted")
    wait_until(in_step, what="the live changes")
    assert f"entry-{first}" in client.shown
    assert f"entry-{second}" not in client.shown

    server.kill()
    write("publish", liveblog="demo", entry=second)
    write("delete", liveblog="demo", entry=first)
    server = site.start(port=server.port)
    wait_until(in_step, what="what the client missed")
    assert f"entry-{second}" in client.shown

    write("change", liveblog="demo", state="ended")
    wait_until(lambda: client.process.popen.poll() is not None, what="the client's end")
    assert client.lines[-1] == "closed with 1000"
    assert in_step()


def test_the_client_in_the_document_takes_what_does_not_go_into_one_frame(site: Site, write: Writer) -> None:
    path = "/liveblog/demo/"
    server = site.start()
    client = Client(site, server, path)
    wait_until(lambda: client.shown == shown_on(server, path), what="the page that the client begins with")
    server.kill()
    posted = {f"entry-{write('post', liveblog='demo', body='x ' * 5_000)['id']}" for _ in range(60)}
    server = site.start(port=server.port)
    wait_until(lambda: posted <= client.shown.keys(), what="1.2 MB that the client missed")
    assert shown_on(server, path).items() <= client.shown.items()


def test_the_client_in_the_document_stops_where_there_is_no_stream(site: Site) -> None:
    client = Client(site, site.start(), "/liveblog/nowhere/")
    wait_until(lambda: client.process.popen.poll() is not None, what="the client's end")
    assert client.lines == ["closed with 4404"]


def keys(value: object) -> object:
    """A frame without its values."""
    if isinstance(value, dict):
        return {name: keys(inner) for name, inner in value.items() if name not in ("type", "html")}
    return [keys(inner) for inner in value] if isinstance(value, list) else None


async def test_the_example_in_the_document_is_what_a_socket_sends(site: Site, write: Writer) -> None:
    expected = [example for example in EXAMPLE if example["type"] != "heartbeat"]
    server = site.start()
    away = await asyncio.to_thread(write, "post", liveblog="demo", body="Before")
    await asyncio.to_thread(write, "delete", liveblog="demo", entry=away["id"])
    async with open_socket(server, f"/_ws/liveblog/demo?after={away['version']}") as socket:

        async def receive(count: int) -> None:
            """The next frames of the example, whenever heartbeats come."""
            while count:
                sent = await frame(socket)
                if sent["type"] != "heartbeat":
                    count -= 1
                    example = expected.pop(0)
                    assert (sent["type"], keys(sent)) == (example["type"], keys(example))

        await receive(2)
        entry = (await asyncio.to_thread(write, "post", liveblog="demo", body="They are *off*."))["id"]
        await receive(1)
        await asyncio.to_thread(write, "edit", liveblog="demo", entry=entry, state="retracted")
        await receive(1)
        await asyncio.to_thread(write, "change", liveblog="demo", state="ended")
        await receive(1)
        await socket.wait_closed()
        assert (expected, socket.close_code) == ([], 1000)


async def test_the_other_frames_in_the_document_are_what_sockets_send(site: Site) -> None:
    server = site.start()
    reset, error, ping, pong = map(json.loads, re.findall(r'`(\{"type":[^`]+\})`', DOC))
    async with open_socket(server, "/_ws/liveblog/demo?after=0") as socket:
        assert (await frame(socket))["type"] == "hello"
        assert (await frame(socket)).keys() == reset.keys()
        await socket.send("hello?")
        assert await frame(socket) == error
    async with open_socket(server, "/_ws/") as check:
        assert (await frame(check))["version"] == 0
        await check.send(json.dumps(ping))
        assert await frame(check) == pong
