"""Addresses, cursors and the encodings of forms."""

import json

import pytest
from websockets.exceptions import InvalidStatus

from ..readers import close_code, frame, knock, open_socket
from .asking import page

HUGE = "9" * 400


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
