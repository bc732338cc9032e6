"""Whatever happens, in whatever order: the reader's page ends up as a page loaded afresh."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import strategies as st
from playwright.async_api import BrowserContext, Page

from .servers import Site
from .stories import CONNECTION, Story, number, tell, text
from .writer import Writer

actions = st.one_of(
    st.tuples(st.just("post"), text),
    st.tuples(st.just("draft"), text),
    st.tuples(st.just("body"), number, text),
    st.tuples(st.sampled_from(["retract", "unpublish", "schedule", "publish", "pin", "unpin", "delete"]), number),
    st.tuples(st.just("title"), text),
    CONNECTION,
)
CHANGES: dict[str, dict[str, Any]] = {
    "retract": {"state": "retracted"},
    "unpublish": {"state": "draft"},
    "schedule": {"state": "scheduled", "publish_at": "2099-01-01T12:00Z"},
    "pin": {"pinned": True},
    "unpin": {"pinned": False},
}


class LiveBlogStory(Story):
    """One live blog, and one reader."""

    def __init__(self, context: BrowserContext, write: Writer, site: str, slug: str) -> None:
        super().__init__(context, f"{site}/liveblog/{slug}/")
        self.write, self.slug = write, slug
        self.entries: list[int] = []
        self.pk = 0

    async def begin(self) -> None:
        self.pk = self.write("create", liveblog=self.slug)["id"]
        for body in ("one", "two"):
            self.post(body)

    async def happen(self, page: Page, do: str, *arguments: Any) -> None:
        if do in ("post", "draft"):
            self.post(arguments[0], state="draft" if do == "draft" else "published")
        elif do == "title":
            self.write("change", liveblog=self.slug, title=arguments[0])
        else:
            entry = self.entries[arguments[0] % len(self.entries)]
            fields: dict[str, Any] = {"body": arguments[1]} if do == "body" else CHANGES.get(do, {})
            self.write(do if do in ("publish", "delete") else "edit", liveblog=self.slug, entry=entry, **fields)

    def heads(self) -> list[int]:
        return self.write("heads", liveblog=self.slug)["heads"]

    def post(self, body: str, **fields: str) -> None:
        self.entries.append(self.write("post", liveblog=self.slug, body=body, **fields)["id"])


class DeskStory(LiveBlogStory):
    """The same, and an editor who follows it at the desk, in every state."""

    async def begin(self) -> None:
        await super().begin()
        origin = self.url.partition("/liveblog/")[0]
        cookie = self.write("sign in", liveblog=self.slug, username="editor")["cookie"]
        name, _, value = cookie.partition("=")
        await self.context.add_cookies([{"name": name, "value": value.partition(";")[0], "url": origin}])
        self.url = f"{origin}/admin/liveblog/liveblog/{self.pk}/desk/"

    def heads(self) -> list[int]:
        return self.write("desk", liveblog=self.slug)["heads"]


@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize("story", [LiveBlogStory, DeskStory])
def test_a_page_that_followed_the_stream_equals_a_page_loaded_afresh(site: Site, write: Writer, story: type) -> None:
    """With the shipped client, in Chromium."""
    server = site.start()
    slugs = (f"story-{count}" for count in itertools.count())
    tell(lambda context: story(context, write, server.url, next(slugs)), actions, examples=30)
