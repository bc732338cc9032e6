"""docs/protocol.md names the plain fields of the live blog's items."""

import re
from pathlib import Path

from django.conf import settings

from liveblog.models import LiveBlog

from .pictures import picture

DOC = (Path(settings.BASE_DIR) / "docs" / "protocol.md").read_text()


def fields() -> dict[str, list[str]]:
    """The table of plain fields: an item's name, and the fields of its data."""
    table = DOC.partition("| item | `data` |\n")[2].partition("\n\n")[0]
    rows = [row.strip("| ").split(" | ") for row in table.splitlines()[1:]]
    return {name: re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", cell)) for name, cell in rows}


def test_the_data_of_every_item_is_described(post, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    entry = post(image=picture(), image_alt="Sails")
    data = entry.as_item("liveblog")["data"]
    described = fields()
    assert described == {
        "`entry-…`": list(data),
        "its `image`, or null": list(data["image"]),
        "`liveblog-…`": list(entry.liveblog.as_item("liveblog")["data"]),
    }
    assert list(entry.liveblog.as_item("liveblogs")["data"]) == described["`liveblog-…`"]


def test_the_states_of_a_live_blog_are_described():
    assert f"`state` ({', '.join(f'`{state}`' for state in LiveBlog.State.values)})" in DOC
