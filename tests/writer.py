"""A process that writes to the site's database as fast as it is told to: one JSON action a line, one JSON answer.

`{"do": "post", "liveblog": slug, "body": …}` answers `{"seconds": …, "id": …}`; other actions are below.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class Writer:
    """The test's end of the pipe."""

    def __init__(self, env: dict[str, str]) -> None:
        command = [sys.executable, "-m", "tests.writer"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, env={**os.environ, **env}, stdin=pipe, stdout=pipe, text=True, cwd=ROOT
        )

    def __call__(self, do: str, **fields: Any) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps({"do": do, **fields}), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        self.process.communicate(timeout=10)


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    django.setup()
    for line in sys.stdin:
        action = json.loads(line)
        started = time.monotonic()
        answer = carry_out(**action) or {}
        print(json.dumps({"seconds": time.monotonic() - started, **answer}), flush=True)


def carry_out(do: str, liveblog: str, entry: int = 0, **fields: Any) -> dict[str, Any] | None:
    from liveblog.models import Entry, LiveBlog

    rows = Entry.objects.filter(pk=entry)
    if do == "create":
        LiveBlog.objects.create(slug=liveblog, title=liveblog)
    elif do == "change":
        LiveBlog.objects.filter(slug=liveblog).update(**fields)
    elif do == "post":
        state = Entry.State.PUBLISHED
        created = Entry.objects.create(liveblog=LiveBlog.objects.get(slug=liveblog), **{"state": state, **fields})
        return {"id": created.pk, "version": created.version}
    elif do == "edit":
        rows.update(**fields)
    elif do == "publish":
        rows.publish()
    elif do == "delete":
        rows.delete()
    elif do == "head":
        from realtime.models import Stream

        return {"head": Stream.objects.get(name=LiveBlog.objects.get(slug=liveblog).stream).head}
    return None


if __name__ == "__main__":
    main()
