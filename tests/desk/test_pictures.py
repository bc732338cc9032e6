"""Pictures are picked, dropped or pasted, shown at once, and not published without their text."""

from __future__ import annotations

import base64
from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import FilePayload, Locator, Page

from ..browser import expect
from ..readers import until
from .newsroom import composer, do, editor, entry, post, said, shows, text, waiting

pytestmark = pytest.mark.asyncio(loop_scope="module")


def picture(colour: str = "navy") -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "PNG")
    return file.getvalue()


async def pick(page: Page, *names: str) -> None:
    await composer(page).locator("[name=image]").set_input_files([payload(name) for name in names])


def payload(name: str) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": picture(name[:-4])}


async def hand_over(page: Page, how: str, *names: str) -> None:
    """Paste or drop: what the browser's events carry then."""
    files = [[name, base64.b64encode(picture(name[:-4])).decode()] for name in names]
    await text(page).evaluate(
        """(field, [how, files]) => {
            const transfer = new DataTransfer();
            for (const [name, data] of files) {
                const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
                transfer.items.add(new File([bytes], name, { type: "image/png" }));
            }
            const options = { bubbles: true, cancelable: true };
            field.dispatchEvent(how === "paste"
                ? new ClipboardEvent("paste", { ...options, clipboardData: transfer })
                : new DragEvent("drop", { ...options, dataTransfer: transfer }));
        }""",
        [how, files],
    )


def alt(page: Page) -> Locator:
    return composer(page).locator("[name=image_alt]")


def shown(page: Page) -> Locator:
    return composer(page).locator("[data-shown]")


@pytest.mark.parametrize("how", ["pick", "paste", "drop"])
async def test_a_picture_is_shown_at_once_needs_its_text_and_is_seen_by_readers(newsroom, how):
    desk, reader = await newsroom.sit(), await newsroom.read()
    await (pick(desk, "navy.png") if how == "pick" else hand_over(desk, how, "navy.png"))
    await expect(shown(desk)).to_be_visible()
    await until_loaded(desk)
    await expect(alt(desk)).to_be_focused()
    await post(desk, "From the quay.")
    await expect(composer(desk).get_by_role("alert")).to_have_text(
        "Say what the picture shows, for readers who can’t see it."
    )
    await expect(alt(desk)).to_be_focused()
    assert newsroom.entries() == []
    await expect(shown(desk)).to_be_visible()
    await desk.keyboard.insert_text("The sea at night")
    await desk.keyboard.press("Control+Enter")
    await shows(reader, "From the quay.")
    await expect(reader.get_by_alt_text("The sea at night")).to_be_visible()
    await expect(entry(desk, "From the quay.").locator("img")).to_be_visible()
    await expect(shown(desk)).to_be_hidden()
    await reader.wait_for_function("document.querySelector('[data-items] img').naturalWidth > 0")


async def until_loaded(page: Page) -> None:
    await page.wait_for_function("document.querySelector('.desk-write [data-shown]').naturalWidth > 0")


@pytest.mark.parametrize("how", ["pick", "paste", "drop"])
async def test_of_several_pictures_each_becomes_a_post(newsroom, how):
    desk, reader = await newsroom.sit(), await newsroom.read()
    names = ["navy.png", "teal.png", "plum.png"]
    await (pick(desk, *names) if how == "pick" else hand_over(desk, how, *names))
    for left, name in enumerate(names):
        await expect(composer(desk).locator("[data-queue] img")).to_have_count(2 - left)
        await expect(alt(desk)).to_be_focused()
        await desk.keyboard.insert_text(name)
        await desk.keyboard.press("Control+Enter")
        await expect(reader.get_by_alt_text(name)).to_be_visible()
    await expect(shown(desk)).to_be_hidden()
    assert len(newsroom.entries()) == 3


async def test_a_picture_is_taken_out_again(newsroom):
    desk = await newsroom.sit()
    await pick(desk, "navy.png")
    await composer(desk).get_by_role("button", name="Take it out").click()
    await expect(shown(desk)).to_be_hidden()
    await post(desk, "Without.")
    await until(lambda: [each["image"] for each in newsroom.entries()] == [""], what="the post")


async def test_a_picture_that_waits_goes_out_when_the_network_is_back_and_after_a_reload_is_picked_again(newsroom):
    desk = await newsroom.sit()
    await desk.context.set_offline(True)
    await pick(desk, "navy.png")
    await alt(desk).fill("The sea")
    await post(desk, "One.")
    await expect(waiting(desk)).to_contain_text("One.")
    await desk.context.set_offline(False)
    await until(lambda: [bool(each["image"]) for each in newsroom.entries()] == [True], what="the post")
    await desk.route("**/entries/", lambda route: route.abort())
    await pick(desk, "teal.png")
    await alt(desk).fill("The lake")
    await post(desk, "Two.")
    await expect(waiting(desk)).to_contain_text("Two.")
    await desk.unroute("**/entries/")
    desk.once("dialog", lambda dialog: dialog.accept())
    await desk.reload()
    await expect(waiting(desk)).to_contain_text("Its picture has to be picked again.")
    await waiting(desk).get_by_role("button", name="Edit").click()
    await expect(text(desk)).to_have_value("Two.")
    await pick(desk, "teal.png")
    await expect(alt(desk)).to_have_value("The lake")
    await text(desk).press("Control+Enter")
    await until(lambda: [bool(each["image"]) for each in newsroom.entries()] == [True, True], what="the post")


async def test_the_picture_of_an_entry_is_changed_and_taken_out_where_it_is_edited(newsroom):
    desk = await newsroom.sit()
    await pick(desk, "navy.png")
    await alt(desk).fill("The sea")
    await post(desk, "One.")
    await expect(entry(desk, "One.").locator("img")).to_be_visible()
    before = newsroom.entries()[0]["image"]
    await do(desk, "One.", "Edit")
    await expect(editor(desk).locator("[data-shown]")).to_be_visible()
    await editor(desk).locator("[name=image]").set_input_files(payload("teal.png"))
    await editor(desk).get_by_role("button", name="Save", exact=True).click()
    await expect(editor(desk)).to_have_count(0)
    assert newsroom.entries()[0]["image"] not in (before, "")
    await do(desk, "One.", "Edit")
    await editor(desk).get_by_label("Take it out").check()
    await editor(desk).get_by_role("button", name="Save", exact=True).click()
    await expect(entry(desk, "One.").locator("img")).to_have_count(0)
    assert newsroom.entries()[0]["image"] == ""
    await expect(said(desk)).to_contain_text("Saved")
