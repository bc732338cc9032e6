"""Search: the newest messages first, and nothing for nonsense."""

import pytest

from chat.views.pages import FOUND


def test_search_finds_the_newest_messages_first(client, say):
    messages = [say(f"boat No. {number}") for number in range(FOUND + 1)]
    say("ship")
    page = client.get("/chat/search/", {"q": " BOAT "})
    assert [message.pk for message in page.context["messages"]] == [m.pk for m in reversed(messages[1:])]
    assert messages[-1].get_absolute_url() in page.text


def test_search_knows_the_capitals_of_all_letters(client, say):
    messages = [say("So ein Ärger!"), say("Какая ГРОЗА")]
    for q, found in ("ärger", 0), ("ÄRGER", 0), ("гроза", 1):
        assert list(client.get("/chat/search/", {"q": q}).context["messages"]) == [messages[found]]


@pytest.mark.parametrize("q", ["", " ", "%", "_", "\0", "x" * 5000, "'", "\\", "\ud7ff"])
def test_search_for_nothing_or_nonsense_finds_nothing(client, say, q):
    say("boat")
    page = client.get("/chat/search/", {"q": q})
    assert page.status_code == 200
    assert not page.context["messages"]
