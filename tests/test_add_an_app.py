"""Who types in docs/add-an-app.md has a page that is live."""

import re
import shutil
from pathlib import Path

import pytest

from .browser import browser, expect
from .servers import ROOT, Site

DOC = (ROOT / "docs/add-an-app.md").read_text()
GONE = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "staticfiles", "media", "*.sqlite3*")


def type_in(folder: Path) -> None:
    """What the page says, into a copy of the project."""
    shutil.copytree(ROOT, folder, ignore=GONE)
    files = re.findall(r"^\*\*`(board/[\w/.]+)`\*\*.*?^```\w+\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL)
    for name, text in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "board/__init__.py").touch()
    for name, below, line in re.findall(r"^\| `(project/\w+\.py)` \| `(.+?)` \| `(.+?)` \|$", DOC, re.MULTILINE):
        text = (folder / name).read_text()
        [found] = re.findall(rf"^( *){re.escape(below)}(.*)$", text, re.MULTILINE)
        whole = f"{found[0]}{below}{found[1]}"
        (folder / name).write_text(text.replace(whole, f"{whole}\n{found[0]}{line}", 1))


@pytest.mark.timeout(300)
async def test_the_app_that_the_page_describes_is_live(tmp_path, chromium):
    type_in(tmp_path / "copy")
    (tmp_path / "data").mkdir()
    site = Site(tmp_path / "data", root=tmp_path / "copy")
    try:
        site.manage("makemigrations", "board")
        site.manage("migrate", "--verbosity", "0")
        assert "realtime." not in site.manage("check", DEBUG="true")
        site.manage("collectstatic", "--no-input", "--verbosity", "0")
        site.manage("shell", "-c", "from board.models import *; Board.objects.create(title='Harbour')")
        server = site.start()
        async with browser() as chromium:
            page = await chromium.new_page()
            problems: list[str] = []
            page.on("console", lambda message: problems.append(message.text))
            await page.goto(f"{server.url}/board/1/")
            await expect(page.get_by_role("heading", name="Harbour")).to_be_visible()
            site.manage("shell", "-c", "from board.models import *; Note.objects.create(board_id=1, text='Ahoy')")
            await expect(page.locator("[data-items] p")).to_have_text(["Ahoy"])
            site.manage("shell", "-c", "from board.models import *; Note.objects.create(board_id=1, text='Again')")
            await expect(page.locator("[data-items] p")).to_have_text(["Again", "Ahoy"])
            site.manage("shell", "-c", "from board.models import *; Note.objects.filter(pk=1).update(hidden=True)")
            await expect(page.locator("[data-items] p")).to_have_text(["Again"])
            assert problems == []
    finally:
        site.end()
