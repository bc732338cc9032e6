"""Who posts entries in the tests, and how long each write takes."""

from __future__ import annotations

import re
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from typing import NamedTuple

from .servers import Server, Site
from .writer import PASSWORD, Writer


class Written(NamedTuple):
    text: str
    seconds: float
    at: float  # when it was done, by time.monotonic


class Worker:
    """A process of its own that has no sockets."""

    def __init__(self, write: Writer) -> None:
        self.write = write

    def post(self, text: str, body: str = "") -> Written:
        """An entry with that text, or with a body below that headline."""
        fields = {"headline": text, "body": body} if body else {"body": text}
        seconds = self.write("post", liveblog="demo", **fields)["seconds"]
        return Written(text, seconds, time.monotonic())


class Command:
    """`manage.py post`; its time includes its start."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def post(self, text: str) -> Written:
        began = time.monotonic()
        self.site.manage("post", "demo", text)
        return Written(text, time.monotonic() - began, time.monotonic())


class SignedIn:
    """Somebody's browser, signed in at one server by the form at `path`; its cookies are good for all of them."""

    def __init__(self, server: Server, username: str, path: str = "/accounts/login/") -> None:
        self.server = server
        self.cookies = CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.browser.open(server.url + path, timeout=10).close()
        self.submit(path, username=username, password=PASSWORD)
        assert "sessionid" in self.cookie

    @property
    def cookie(self) -> str:
        """As a header."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)

    def submit(self, path: str, **fields: str) -> None:
        token = next(cookie.value for cookie in self.cookies if cookie.name == "csrftoken")
        data = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        with self.browser.open(self.server.url + path, data, timeout=20) as response:
            page = response.read().decode()
        assert not re.search("errornote|errorlist", page), page


class Editor(SignedIn):
    """The demo's superuser, signed in to the admin of one server: the entries are written in its process."""

    def __init__(self, server: Server) -> None:
        super().__init__(server, "editor", "/admin/login/")

    def post(self, text: str) -> Written:
        began = time.monotonic()
        self.submit("/admin/liveblog/entry/add/", liveblog="1", body=text, state="published", _addanother="1")
        return Written(text, time.monotonic() - began, time.monotonic())
