"""`make shots`: pictures of every page, on a phone and on a desk, light, dark, and from right to left, to be looked at.

They are made of the site with its demo and a few live blogs for the eye, and go into shots/, with an index.html of all.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from itertools import product
from pathlib import Path

from playwright.async_api import Browser, Page

from .browser import browser, sign_in
from .servers import ROOT, Site
from .writer import PASSWORD

FOLDER = ROOT / "shots"
PAGES = {
    "index": "/liveblog/",
    "live": "/liveblog/demo/",
    "many": "/liveblog/many/",
    "three": "/liveblog/three/",
    "upcoming": "/liveblog/upcoming/",
    "permalink": "/liveblog/entries/{middle}/",
    "search": "/liveblog/many/search/?q=harbour",
    "embed": "/liveblog/demo/embed/",
    "rooms": "/chat/",
    "room": "/chat/lobby/",
    "sign-in": "/accounts/login/",
    "sign-up": "/accounts/signup/",
    "not-found": "/nothing/",
}
STAFF_PAGES = {"desk": "/admin/liveblog/liveblog/1/desk/", "entries": "/admin/liveblog/entry/", "admin": "/admin/"}
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1360, "height": 900}}
SCHEMES = ("light", "dark")
CONTENT = """
import json
from datetime import timedelta
from django.utils import timezone
from liveblog.models import Entry, LiveBlog
now = timezone.now()
three, many = (LiveBlog.objects.create(title=title, slug=slug, summary="What fell, and who helps.") for title, slug in
    (("Storm over the coast", "three"), ("Donaudampfschifffahrtsgesellschaftskapitänswitwe erzählt", "many")))
soon = now + timedelta(hours=3)
LiveBlog.objects.create(title="The vote on the bridge", slug="upcoming", state="upcoming", starts_at=soon)
for blog, count in ((three, 3), (many, 300)):
    for n in range(count):
        Entry.objects.create(
            liveblog=blog, state="published", byline=("Ann Ames", "Ben Ode")[n % 3 == 0], key_event=n % 40 == 2,
            headline="Ferries stop" if n % 20 == 2 else "",
            body=f"Report {n}: the wind turns, and the ferries wait in the harbour.",
        )
for n, entry in enumerate(many.entries.order_by("pk")):
    Entry.objects.filter(pk=entry.pk).update(published_at=now - timedelta(minutes=12 * (300 - n)))
LiveBlog.objects.filter(slug="three").update(state="ended")
print(json.dumps({"middle": many.entries.order_by("pk")[150].pk}))
"""


async def shoot(window: Browser, url: str, paths: dict[str, str], staff: bool) -> list[str]:
    """One picture for each page, size and scheme; and of each from right to left on a phone."""
    kinds = [*product(SIZES, SCHEMES, ("ltr",)), *([] if staff else [("phone", "light", "rtl")])]
    names = []
    for size, scheme, direction in kinds:
        context = await window.new_context(viewport=SIZES[size], color_scheme=scheme)  # type: ignore[arg-type]
        page = await context.new_page()
        if staff:
            await sign_in(page, url, "editor", PASSWORD)
        for name, path in paths.items():
            names.append(f"{name}-{size}-{scheme}-{direction}.png")
            await picture(page, url + path, direction, FOLDER / names[-1])
            print(names[-1], flush=True)
        await context.close()
    return names


async def picture(page: Page, url: str, direction: str, target: Path) -> None:
    await page.goto(url)
    if direction == "rtl":
        await page.evaluate("document.documentElement.dir = 'rtl'")
    await page.wait_for_load_state("networkidle")
    await page.screenshot(path=target, full_page=True)


async def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder), DEMO_PASSWORD=PASSWORD)
        for command in (["migrate"], ["demo"], ["collectstatic", "--no-input"]):
            site.manage(*command, "--verbosity", "0")
        known = json.loads(site.manage("shell", "--verbosity", "0", "--command", CONTENT).splitlines()[-1])
        url = site.start().url
        try:
            async with browser() as window:
                paths = {name: path.format(**known) for name, path in PAGES.items()}
                names = await shoot(window, url, paths, staff=False) + await shoot(window, url, STAFF_PAGES, staff=True)
        finally:
            site.end()
    pictures = "".join(f'<figure><img src="{name}"><figcaption>{name}</figcaption></figure>' for name in sorted(names))
    style = "body{display:flex;flex-wrap:wrap;gap:1rem}img{max-height:40rem;max-width:40rem}"
    (FOLDER / "index.html").write_text(f"<!doctype html><title>Shots</title><style>{style}</style>{pictures}")
    print(f"{len(names)} pictures: {FOLDER.name}/index.html")


if __name__ == "__main__":
    asyncio.run(main())
