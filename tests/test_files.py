"""Uploads: sent in pieces and in parts, to who may see them, whatever stands in the address."""

import asyncio
import re
import threading
import urllib.error
import urllib.request
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

from realtime.pages import files

from .readers import connected, memory
from .servers import wait_until

SIZE = 9_500_000
ADD = "/admin/liveblog/entry/add/"


@pytest.fixture
def upload(site):
    """`upload(name, content)`: a file among the uploads."""

    def upload(name: str, content: bytes) -> str:
        path = Path(site.env["MEDIA_ROOT"]) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return f"/media/{name}"

    return upload


def get(server, path, method="GET", **headers):
    request = urllib.request.Request(server.url + path, headers=headers, method=method)
    try:
        return urllib.request.urlopen(request, timeout=10)
    except urllib.error.HTTPError as error:
        return error


async def test_slow_readers_of_a_large_file_hold_no_memory_and_no_turn(site, upload):
    path = upload("large.jpg", bytes(SIZE))
    server = site.start()
    with get(server, path) as whole:
        assert len(whole.read()) == SIZE
    before = memory(server)
    readers = [connected(server, buffer=4_096) for _ in range(60)]
    for reader in readers:
        reader.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert reader.recv(100).startswith(b"HTTP/1.1 200")
    page = await asyncio.to_thread(server.get, "/liveblog/demo/")
    assert memory(server) - before < 50 * 2**20
    for reader in readers:
        reader.close()
    [style] = re.findall(r'href="(/static/[^"]*site[^"]*css)"', page)
    assert "body" in server.get(style)
    assert "Warning" not in server.output()
    assert "ERROR" not in server.output()


def test_a_file_comes_with_what_browsers_ask_for(site, upload):
    content = bytes(range(256)) * 1_000
    path = upload("some.png", content)
    server = site.start()
    with get(server, path) as whole:
        assert whole.read() == content
        said = whole.headers
    assert said["Content-Type"] == "image/png"
    assert said["Content-Length"] == str(len(content))
    assert said["Accept-Ranges"] == "bytes"
    assert "no-cache" in said["Cache-Control"]
    assert get(server, path, "HEAD").headers["Content-Length"] == str(len(content))
    assert get(server, path, **{"If-None-Match": said["ETag"]}).status == 304
    assert get(server, path, **{"If-Modified-Since": said["Last-Modified"]}).status == 304


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-0", 206, slice(0, 1)),
        ("bytes=10-99", 206, slice(10, 100)),
        ("bytes=990-5000", 206, slice(990, 1000)),
        ("bytes=500-", 206, slice(500, 1000)),
        ("bytes=-10", 206, slice(990, 1000)),
        ("bytes=-5000", 200, slice(0, 1000)),
        ("bytes=0-1,5-6", 200, slice(0, 1000)),
        ("bytes=9-3", 200, slice(0, 1000)),
        ("bytes=-", 200, slice(0, 1000)),
        ("lines=1-2", 200, slice(0, 1000)),
        ("bytes=1000-", 416, slice(0, 0)),
        ("bytes=-0", 416, slice(0, 0)),
        pytest.param(f"bytes={'9' * 5_000}-", 200, slice(0, 1000), id="no number"),
    ],
)
async def test_a_part_is_sent_as_it_was_asked_for(async_client, settings, tmp_path, asked, status, part):
    settings.MEDIA_ROOT = tmp_path
    content = bytes(n % 251 for n in range(1000))
    (tmp_path / "a.gif").write_bytes(content)
    response = await async_client.get("/media/a.gif", headers={"range": asked})
    assert response.status_code == status
    sent = b"".join([each async for each in response]) if response.streaming else response.content
    assert sent == content[part]
    if status == 206:
        assert response["Content-Range"] == f"bytes {part.start}-{part.stop - 1}/1000"


async def test_a_head_is_that_of_the_whole(async_client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "a.gif").write_bytes(b"0123456789")
    response = await async_client.head("/media/a.gif", headers={"range": "bytes=1-2"})
    assert (response.status_code, response["Content-Length"]) == (200, "10")


async def test_who_leaves_while_the_disk_is_read_leaves_no_error(monkeypatch):
    reading, read = threading.Event(), threading.Event()

    class Slow(BytesIO):
        def read(self, *size: Any) -> bytes:
            reading.set()
            read.wait()
            return super().read(*size)

    file = Slow(b"0123456789")
    monkeypatch.setattr(files, "open", lambda *args: file, raising=False)
    task: Any = asyncio.ensure_future(anext(files.apieces("any", range(10))))
    await asyncio.to_thread(reading.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    read.set()
    await asyncio.to_thread(wait_until, lambda: file.closed)


async def test_of_a_file_that_changed_meanwhile_the_whole_is_sent(async_client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "a.gif").write_bytes(b"0123456789")
    headers = {"range": "bytes=1-2", "if-range": '"another"'}
    assert (await async_client.get("/media/a.gif", headers=headers)).status_code == 200


async def test_what_could_act_in_our_name_is_saved_and_not_shown(async_client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for name in "a.svg", "a.html", "a.unknown":
        (tmp_path / name).write_text("<script>alert(1)</script>")
        response = await async_client.get(f"/media/{name}")
        assert response["Content-Disposition"] == "attachment"
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["../manage.py", "folder", "folder/", "%00", "x" * 5_000, "nothing.png", "/etc/passwd"]
)
async def test_what_is_no_upload_is_not_found(async_client, settings, tmp_path, path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "folder").mkdir()
    assert (await async_client.get(f"/media/{path}")).status_code == 404


async def test_a_large_picture_is_published_where_only_uploads_can_be_written(site, write):
    """As in a container. While it is decoded, others are answered."""
    start = "import sys, tempfile; tempfile.tempdir = '/nonexistent'; "
    start += "sys.argv = ['manage.py', 'serve', '--host', '127.0.0.1', '--port', sys.argv[1]]; "
    server = site.start(code=start + "exec(open('manage.py').read())")
    write("open", room="upload-test")
    cookie = write("join", room="upload-test", people=["editor"])["people"]["editor"]["cookie"]
    form = get(server, ADD, Cookie=cookie)
    token = form.headers["Set-Cookie"].partition(";")[0]
    page = form.read().decode()
    fields = dict(re.findall(r'name="(csrfmiddlewaretoken|once|seen)" value="([^"]*)"', page))
    fields["liveblog"] = re.findall(r'<option value="(\d+)" selected', page)[0]
    fields |= {"body": "Look", "state": "published", "image_alt": "Noise"}
    picture = BytesIO()
    Image.effect_noise((1_200, 1_200), 90).convert("RGB").resize((6_800, 6_800)).save(picture, "JPEG", quality=75)
    assert picture.tell() > 9_000_000
    body = encode_multipart(BOUNDARY, {**fields, "image": SimpleUploadedFile("a.jpg", picture.getvalue())})
    headers = {"Cookie": f"{cookie}; {token}", "Content-Type": MULTIPART_CONTENT}
    request = urllib.request.Request(server.url + ADD, body, headers)
    upload = asyncio.ensure_future(asyncio.to_thread(urllib.request.urlopen, request, timeout=60))
    checks = 0
    while not upload.done():
        await asyncio.to_thread(server.get, "/cache-healthcheck")
        checks += 1
    assert (await upload).status == 200
    assert checks > 10
    shown = re.findall(r'src="(/media/[^"]+)" width="(\d+)" height="(\d+)" alt="Noise"', server.get("/liveblog/demo/"))
    [(address, *sides)] = shown
    assert sides == ["2560", "2560"]
    assert get(server, address).headers["Content-Type"] == "image/jpeg"
