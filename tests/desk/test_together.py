"""Two editors at one desk: they see each other, and neither overwrites what the other has written."""

from __future__ import annotations

import re

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page

from ..browser import expect
from ..readers import until
from .newsroom import CAROL, EDITH, Newsroom, composer, do, edit, editor, entry, said, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def both(newsroom: Newsroom) -> tuple[Page, Page]:
    """Carol's desk, and Edith's."""
    newsroom.post("They are off.", headline="Off")
    return await newsroom.sit(), await newsroom.sit("editor")


async def save(page: Page) -> None:
    await editor(page).get_by_role("button", name="Save", exact=True).click()


async def test_both_are_listed_and_who_edits_is_named_for_as_long_as_that_lasts(both):
    carol, edith = both
    for page in both:
        await expect(page.locator("[data-people]")).to_have_text(f"{CAROL}, {EDITH}")
    await do(carol, "They are off.", "Edit")
    mark = entry(edith, "They are off.").locator("[data-editing]")
    await expect(mark).to_have_text(f"{CAROL} is editing this")
    await expect(entry(carol, "They are off.").locator("[data-editing]")).to_be_empty()
    await carol.keyboard.press("Escape")
    await expect(mark).to_be_empty(timeout=15_000)
    await carol.close()
    await expect(edith.locator("[data-people]")).to_have_text(EDITH, timeout=10_000)


async def test_what_one_side_alone_changed_is_kept(newsroom, both):
    carol, edith = both
    await edit(carol, "They are off.", body="They are back.")
    await edit(edith, "They are off.", headline="Back")
    await save(edith)
    await expect(editor(edith)).to_have_count(0)
    await save(carol)
    await expect(said(carol)).to_contain_text("What they alone changed was kept: Headline.")
    [found] = newsroom.entries()
    assert (found["headline"], found["body"]) == ("Back", "They are back.")


async def collide(carol: Page, edith: Page) -> Locator:
    """Both change the text, and Edith is first: what Carol is shown."""
    await edit(carol, "They are off.", body="Carol's.")
    await edit(edith, "They are off.", body="Edith's.")
    await save(edith)
    await expect(entry(carol, "Edith's.")).to_be_visible()
    await save(carol)
    shown = editor(carol).locator("[data-conflicts]")
    await expect(shown).to_be_visible()
    return shown


@pytest.mark.parametrize(("choice", "body"), [("Keep mine", "Carol's."), ("Take theirs", "Edith's.")])
async def test_of_what_both_changed_one_is_chosen(newsroom, both, choice, body):
    carol, edith = both
    shown = await collide(carol, edith)
    await expect(shown).to_contain_text("Carol's.")
    await expect(shown).to_contain_text("Edith's.")
    await expect(shown).to_contain_text(re.compile(EDITH + r", \d\d:\d\d"))
    assert newsroom.bodies() == ["Edith's."]
    await shown.get_by_role("button", name=choice).click()
    await expect(shown).to_be_hidden()
    await expect(editor(carol).locator("[name=body]")).to_have_value(body)
    await expect(editor(carol).get_by_role("button", name="Save", exact=True)).to_be_focused()
    await carol.keyboard.press("Enter")
    await expect(editor(carol)).to_have_count(0)
    assert newsroom.bodies() == [body]


async def test_what_a_colleague_deletes_under_the_editor_is_said_and_the_text_is_kept(newsroom, both):
    carol, _ = both
    await edit(carol, "They are off.", body="They are back.")
    newsroom.write("delete", liveblog=newsroom.slug, entry=newsroom.entries()[0]["id"])
    await expect(editor(carol).get_by_role("alert")).to_contain_text("A colleague has deleted this.")
    await expect(editor(carol).locator("[name=body]")).to_be_focused()
    await carol.keyboard.insert_text(" All of them.")
    await save(carol)
    await expect(editor(carol)).to_have_count(0)
    await expect(composer(carol).get_by_role("alert")).to_contain_text("A colleague has deleted this meanwhile.")
    await expect(text(carol)).to_have_value("They are back. All of them.")
    await expect(composer(carol).locator("[name=headline]")).to_have_value("Off")
    await text(carol).press("Control+Enter")
    await until(lambda: newsroom.bodies() == ["They are back. All of them."], what="the new one")


@pytest.mark.parametrize("deleted", [False, True])
async def test_who_edits_goes_on_typing_while_the_page_is_taken_again(newsroom, both, deleted):
    carol, _ = both
    await edit(carol, "They are off.", body="They are")
    if deleted:
        newsroom.write("delete", liveblog=newsroom.slug, entry=newsroom.entries()[0]["id"])
    newsroom.post("Missed.")
    await expect(entry(carol, "Missed.")).to_be_visible()
    await carol.evaluate(
        """() => {
            const stream = document.querySelector("live-stream");
            const taken = new Promise((resume) => stream.addEventListener("changed", resume, { once: true }));
            const detail = { version: stream.version };
            stream.connection.dispatchEvent(new CustomEvent("reset", { detail }));
            return taken;
        }"""
    )
    await carol.keyboard.insert_text(" back.")
    await expect(editor(carol).locator("[name=body]")).to_have_value("They are back.")
    await expect(entry(carol, "Missed.")).to_be_visible()


async def test_who_edits_goes_on_typing_while_a_colleague_pins_the_entry_and_the_pin_is_kept(newsroom, both):
    carol, edith = both
    newsroom.post("Above.")
    await edit(carol, "They are off.", body="They are")
    await do(edith, "They are off.", "Pin")
    await expect(carol.locator("[data-items] .desk-entry").first).to_contain_text("They are off.")
    await carol.keyboard.insert_text(" back.")
    await expect(editor(carol).locator("[name=body]")).to_have_value("They are back.")
    await save(carol)
    await expect(editor(carol)).to_have_count(0)
    found = newsroom.entries()[0]
    assert (found["body"], found["pinned"]) == ("They are back.", True)
