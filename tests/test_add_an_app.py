"""Who types in docs/add-an-app.md has a page that is live."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser

from .browser import browser, expect, sign_in
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


async def in_the_admin(window: Browser, url: str) -> None:
    """Two forms of one note see each other, and what is changed in the list, or by an action, is undone."""
    first, second = [await (await window.new_context()).new_page() for _ in range(2)]
    for page, username in ((first, "ann"), (second, "ben")):
        await sign_in(page, url, username, "correct-horse")
        await page.goto(f"{url}/admin/board/note/2/change/")
    await expect(first.locator("[data-colleagues]")).to_have_text("ben is editing this, too")
    await first.locator("[name=text]").fill("Once more")
    await first.get_by_role("button", name="Save", exact=True).click()
    await expect(first.get_by_role("link", name="Once more").last).to_be_visible()
    await first.locator("[name=form-0-hidden]").check()
    await first.get_by_role("button", name="Save", exact=True).click()
    await first.get_by_role("button", name="Undo").click()
    await expect(first.locator("[name=form-0-hidden]")).not_to_be_checked()


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
        people = "from accounts.models import User; [User.objects.create_superuser(n, password='correct-horse')"
        run(f"{people} for n in ('ann', 'ben')]")
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
            await in_the_admin(window, server.url)
            history = "from realtime.streams import versions_of; [_, was] = versions_of(Note.objects.get(pk=2))"
            run(f"{history}; assert was.fields == {{'text': 'Again'}}")
    finally:
        site.end()
