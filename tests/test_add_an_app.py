"""Who types in docs/add-an-app.md has a page that is live."""

import re
from pathlib import Path

import pytest

from .browser import browser, expect
from .servers import ROOT, Site, copy_project

DOC = (ROOT / "docs/add-an-app.md").read_text()


def type_in(folder: Path) -> None:
    """What the page says, into a copy of the project."""
    copy_project(folder)
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
@pytest.mark.usefixtures("chromium")
async def test_the_app_that_the_page_describes_is_live(tmp_path):
    type_in(tmp_path / "copy")
    (tmp_path / "data").mkdir()
    site = Site(tmp_path / "data", root=tmp_path / "copy")

    def run(code: str) -> None:
        site.manage("shell", "-c", f"from board.models import *; {code}")

    try:
        site.manage("makemigrations", "board")
        site.manage("migrate", "--verbosity", "0")
        assert "realtime." not in site.manage("check", DEBUG="true")
        site.manage("collectstatic", "--no-input", "--verbosity", "0")
        run("Board.objects.create(title='Harbour')")
        server = site.start()
        async with browser() as window:
            page = await window.new_page()
            problems: list[str] = []
            page.on("console", lambda message: problems.append(message.text))
            await page.goto(f"{server.url}/board/1/")
            await expect(page.get_by_role("heading", name="Harbour")).to_be_visible()
            run("Note.objects.create(board_id=1, text='Ahoy')")
            await expect(page.locator("[data-items] p")).to_have_text(["Ahoy"])
            run("Note.objects.create(board_id=1, text='Again')")
            await expect(page.locator("[data-items] p")).to_have_text(["Again", "Ahoy"])
            run("Note.objects.filter(pk=1).update(hidden=True)")
            await expect(page.locator("[data-items] p")).to_have_text(["Again"])
            assert problems == []
    finally:
        site.end()
