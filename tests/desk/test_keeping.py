"""Text is never lost, and what is sent again is stored once: reloads, no network, no session, no server."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, Route

from ..browser import expect, is_live
from ..readers import until
from ..writer import PASSWORD
from .newsroom import Newsroom, composer, do, edit, editor, entry, post, said, text, waiting

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def reload(page: Page) -> None:
    page.once("dialog", lambda dialog: dialog.accept())
    await page.reload()
    await is_live(page)


async def stored(newsroom: Newsroom, *bodies: str) -> None:
    await until(lambda: newsroom.bodies() == [*bodies], seconds=20, what=f"{bodies}, each once")


async def test_what_is_typed_is_there_after_a_reload_which_asks_first(newsroom):
    desk = await newsroom.sit()
    await text(desk).fill("They are")
    asked: list[str] = []
    desk.on("dialog", lambda dialog: asked.append(dialog.type))
    await reload(desk)
    assert asked == ["beforeunload"]
    await expect(text(desk)).to_have_value("They are")


async def test_a_page_on_which_nothing_was_typed_is_left_without_a_question(newsroom):
    newsroom.post("They are off.")
    desk = await newsroom.sit()
    asked: list[str] = []
    desk.on("dialog", lambda dialog: asked.append(dialog.type))
    await do(desk, "They are off.", "Edit")
    await expect(editor(desk).locator("[name=body]")).to_have_value("They are off.")
    await reload(desk)
    assert asked == []


async def test_posts_wait_for_the_network_while_the_next_is_written_and_are_stored_once(newsroom):
    desk = await newsroom.sit()
    await desk.context.set_offline(True)
    await post(desk, "One.")
    await expect(text(desk)).to_have_value("")
    await expect(text(desk)).to_be_focused()
    await expect(said(desk)).to_have_text("Kept here. It is sent as soon as the network is back.")
    await post(desk, "Two.", "Control+s")
    await text(desk).fill("Three")
    await expect(waiting(desk)).to_have_count(2)
    await expect(waiting(desk).first).to_contain_text("One.")
    assert newsroom.entries() == []
    await desk.context.set_offline(False)
    await stored(newsroom, "One.", "Two.")
    await expect(waiting(desk)).to_have_count(0)
    await expect(text(desk)).to_have_value("Three")
    assert [each["state"] for each in newsroom.entries()] == ["published", "draft"]


async def test_posts_that_wait_survive_the_page_and_are_stored_once(newsroom):
    desk = await newsroom.sit()
    await desk.route("**/entries/", lambda route: route.abort())
    await post(desk, "One.")
    await post(desk, "Two.")
    await expect(waiting(desk)).to_have_count(2)
    await desk.unroute("**/entries/")
    await reload(desk)
    await stored(newsroom, "One.", "Two.")
    await expect(waiting(desk)).to_have_count(0)
    kept = await desk.evaluate("Object.keys(localStorage)")
    assert [key for key in kept if key != "theme"] == []  # which is the admin's


async def test_a_post_whose_answer_was_lost_is_stored_once(newsroom):
    desk = await newsroom.sit()
    answers: list[int] = []

    async def lose(route: Route) -> None:
        answers.append((await route.fetch()).status)
        await route.abort()

    await desk.route("**/entries/", lose)
    await post(desk, "Once.")
    await until(lambda: answers, what="an answer")
    other = await desk.context.new_page()  # the same editor's other tab sends what is kept
    await other.goto(desk.url)
    await is_live(other)
    await desk.unroute("**/entries/")
    for page in desk, other:
        await expect(waiting(page)).to_have_count(0, timeout=15_000)
    await stored(newsroom, "Once.")


async def test_a_post_that_is_refused_comes_back_with_what_is_wrong(newsroom):
    desk = await newsroom.sit()
    await post(desk, "x" * 20_001)
    await expect(composer(desk).get_by_role("alert")).to_contain_text("at most 20")
    await expect(text(desk)).to_have_value("x" * 20_001)
    await post(desk, "Shorter.")
    await stored(newsroom, "Shorter.")
    await expect(composer(desk).get_by_role("alert")).to_be_hidden()


async def test_a_post_that_is_refused_waits_while_another_is_written_and_is_edited_then(newsroom):
    desk = await newsroom.sit()
    await desk.context.set_offline(True)
    await post(desk, "x" * 20_001)
    await text(desk).fill("Meanwhile.")
    await desk.context.set_offline(False)
    await expect(waiting(desk)).to_contain_text("at most 20")
    await expect(text(desk)).to_have_value("Meanwhile.")
    await reload(desk)
    await waiting(desk).get_by_role("button", name="Edit").click()
    await expect(text(desk)).to_have_value("x" * 20_001)
    await expect(waiting(desk)).to_contain_text("Meanwhile.")
    await post(desk, "Shorter.")
    await stored(newsroom, "Shorter.")
    await waiting(desk).get_by_role("button", name="Edit").click()
    await expect(text(desk)).to_have_value("Meanwhile.")
    await expect(waiting(desk)).to_have_count(0)


async def test_who_was_signed_out_signs_in_in_place_and_the_post_is_stored_once(newsroom):
    desk = await newsroom.sit()
    await desk.context.clear_cookies(name="sessionid")
    await post(desk, "They are off.")
    dialog = desk.get_by_role("dialog", name="Sign in again")
    await dialog.get_by_label("Username").fill(newsroom.carol)
    await dialog.get_by_label("Password").fill("wrong")
    await dialog.get_by_label("Password").press("Enter")
    await expect(dialog.get_by_role("alert")).to_contain_text("correct username and password")
    await dialog.get_by_label("Password").fill(PASSWORD)
    await dialog.get_by_label("Password").press("Enter")
    await expect(dialog).to_be_hidden()
    await stored(newsroom, "They are off.")
    await edit(desk, "They are off.", body="They are back.")  # with the new session's token
    await editor(desk).locator("[name=body]").press("Control+Enter")
    await stored(newsroom, "They are back.")


async def test_who_does_not_sign_in_has_the_text_back(newsroom):
    desk = await newsroom.sit()
    newsroom.write("sign_out", liveblog=newsroom.slug)
    await post(desk, "They are off.")
    await desk.get_by_role("button", name="Not now").click()
    await expect(text(desk)).to_have_value("They are off.")
    await expect(composer(desk).get_by_role("alert")).to_contain_text("You are signed out.")
    assert newsroom.entries() == []


async def test_who_signed_in_again_in_another_tab_goes_on(newsroom):
    desk = await newsroom.sit()
    other = await desk.context.new_page()
    await desk.context.clear_cookies()
    await other.goto(f"{newsroom.server.url}/admin/login/")
    await other.get_by_label("Username").fill(newsroom.carol)
    await other.get_by_label("Password").fill(PASSWORD)
    await other.get_by_role("button", name="Log in").click()
    await expect(other.get_by_role("heading", name="Site administration")).to_be_visible()
    await post(desk, "They are off.")
    await stored(newsroom, "They are off.")
    await expect(waiting(desk)).to_have_count(0)


async def test_a_server_that_is_killed_under_a_post_has_it_once_in_the_end(newsroom, site, server):
    desk = await newsroom.sit()
    answers: list[int] = []

    async def kill(route: Route) -> None:
        answers.append((await route.fetch()).status)
        server.kill()  # it is stored, and nobody hears of that
        await route.abort()

    await desk.route("**/entries/", kill, times=1)
    try:
        await post(desk, "One.")
        await until(lambda: answers, what="an answer")
        await is_live(desk, "reconnecting")
        await post(desk, "Two.")
        await expect(waiting(desk)).to_have_count(2)
    finally:
        site.start(port=server.port)
    await stored(newsroom, "One.", "Two.")
    await is_live(desk, seconds=60)
    await expect(entry(desk, "Two.")).to_be_visible()
    await expect(waiting(desk)).to_have_count(0)


async def test_esc_leaves_the_editor_and_keeps_the_text_and_cancel_does_not(newsroom):
    newsroom.post("They are off.")
    desk = await newsroom.sit()
    await edit(desk, "They are off.", body="They are back.")
    await desk.keyboard.press("Escape")
    await expect(editor(desk)).to_have_count(0)
    await expect(entry(desk, "They are off.")).to_be_focused()
    await do(desk, "They are off.", "Edit")
    await expect(editor(desk).locator("[name=body]")).to_have_value("They are back.")
    await editor(desk).get_by_role("button", name="Cancel").click()
    await do(desk, "They are off.", "Edit")
    await expect(editor(desk).locator("[name=body]")).to_have_value("They are off.")


async def test_an_edit_that_was_kept_takes_nothing_back_that_a_colleague_saved_meanwhile(newsroom):
    number = newsroom.post("They are off.", headline="Off")
    desk = await newsroom.sit()
    await edit(desk, "They are off.", body="They are back.")
    await reload(desk)
    newsroom.edit(number, headline="Off they go")
    await expect(entry(desk, "Off they go")).to_be_visible()
    await do(desk, "They are off.", "Edit")
    await editor(desk).locator("[name=body]").press("Control+Enter")
    await expect(said(desk)).to_contain_text("What they alone changed was kept: Headline.")
    [found] = newsroom.entries()
    assert (found["headline"], found["body"]) == ("Off they go", "They are back.")
