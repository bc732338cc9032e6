"""What is asked of pages."""

import http.client

import pytest

from .asking import page

HUGE = "9" * 400


@pytest.mark.parametrize("path", ["/liveblog/demo/", "/liveblog/"])
@pytest.mark.parametrize("before", ["garbage", "%00", "%FF", "0.1", HUGE])
def test_a_page_before_nonsense_is_not_there(server, path, before):
    assert page(server, f"{path}?before={before}")[0] == 404


@pytest.mark.parametrize("before", ["", "0.9999999999999999.9999999999999999999", f"1.{0:016}.{0:019}"])
def test_a_page_before_the_ends_of_time_is_a_page(server, before):
    assert page(server, f"/liveblog/demo/?before={before}")[0] in (200, 404)


MISSING = [
    "/liveblog/nope/",
    "/liveblog/nope/changes/",
    "/liveblog/%00/",
    "/liveblog/%ff/",
    "/liveblog/entries/0/",
    f"/liveblog/entries/{HUGE}/",
    "/liveblog/entries/x/",
    "/media/",
    "/media/%00",
    f"/media/{HUGE}",
    "/static/../manage.py",
    "/static/%00",
    f"/static/{HUGE}",
    "//evil.example/",
]


@pytest.mark.parametrize("path", MISSING)
def test_a_page_that_is_not_there_is_not_found(server, path):
    assert page(server, path)[0] == 404


@pytest.mark.parametrize("path", ["/media/../manage.py", "/media/%2e%2e/%2e%2e/manage.py", "/media//etc/passwd"])
def test_a_file_outside_of_the_media_is_refused(server, path):
    assert page(server, path)[0] in (400, 404)


@pytest.mark.parametrize("path", ["/liveblog/", "/liveblog/demo/", "/liveblog/changes/", "/liveblog/demo/changes/"])
def test_public_pages_are_read_only(server, path):
    assert page(server, path, "HEAD")[::2] == (200, "")
    for method in ("POST", "PUT", "DELETE", "PATCH", "NONSENSE"):
        assert page(server, path, method, content_length="0")[0] in (400, 403, 405), method


@pytest.mark.parametrize("host", ["evil.example", "!", "127.0.0.1:x", "a" * 4000])
def test_a_page_of_a_foreign_host_is_refused_in_a_line_of_the_log(server, host):
    before = len(server.output())
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/liveblog/", headers={"host": host})
    assert connection.getresponse().status == 400
    connection.close()
    assert server.output()[before:].count("\n") == 1


def test_conditions_that_make_no_sense_are_ignored(server):
    for headers in (
        {"if_none_match": '"'},
        {"if_none_match": "W/x, y"},
        {"if_modified_since": "yesterday"},
        {"range": "bytes=9-1"},
    ):
        assert page(server, "/liveblog/demo/", **headers)[0] == 200
