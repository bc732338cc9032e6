"""Who posts entries in the tests, and how long each write takes: another process, or an editor in the admin."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from typing import NamedTuple

from .servers import ROOT, Server, Site


class Written(NamedTuple):
    text: str
    seconds: float
    at: float  # when it was done: time.monotonic, which all processes of a machine share


class Writer:
    """A process without sockets, like a command or a worker: it posts an entry for each line of its input."""

    def __init__(self, site: Site, slug: str = "demo") -> None:
        command = [sys.executable, "-m", "tests.writers", slug]
        pipe, env = subprocess.PIPE, {**os.environ, **site.env}
        self.popen = subprocess.Popen(command, env=env, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, bufsize=1)

    def __enter__(self) -> Writer:
        self.post("warm")
        return self

    def __exit__(self, *exc: object) -> None:
        self.popen.communicate()  # closes its input, which ends it

    def post(self, text: str, size: int = 0) -> Written:
        """Post an entry, padded to a size in bytes."""
        assert self.popen.stdin
        assert self.popen.stdout
        text = text.ljust(size, ".")
        self.popen.stdin.write(f"{text}\n")
        seconds, at = self.popen.stdout.readline().split()
        return Written(text, float(seconds), float(at))


class Editor:
    """The demo's superuser, signed in to the admin of one server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.cookies = CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.browser.open(f"{server.url}/admin/login/", timeout=10).close()
        self.submit("/admin/login/", username="editor", password="correct-horse", next="/admin/")

    def submit(self, path: str, **fields: str) -> float:
        """POST a form; the seconds that it took."""
        token = next(cookie.value for cookie in self.cookies if cookie.name == "csrftoken")
        data = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        began = time.monotonic()
        with self.browser.open(self.server.url + path, data, timeout=20) as response:
            page = response.read().decode()
        assert "errornote" not in page, page
        return time.monotonic() - began

    def post(self, text: str) -> Written:
        seconds = self.submit("/admin/liveblog/entry/add/", liveblog="1", body=text, state="published", _addanother="1")
        return Written(text, seconds, time.monotonic())


def main(slug: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
    import django

    django.setup()
    from liveblog.models import Entry, LiveBlog

    liveblog = LiveBlog.objects.get(slug=slug)
    for line in sys.stdin:
        began = time.monotonic()
        Entry.objects.create(liveblog=liveblog, body=line.rstrip("\n"), state=Entry.State.PUBLISHED)
        done = time.monotonic()
        print(done - began, done, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
