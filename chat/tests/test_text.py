"""What people write, as HTML: nothing of it is markup, and links and mentions can be followed."""

import time

import pytest
from django.utils.safestring import SafeString

from chat.models import MAX_TEXT
from chat.text import MAX_MENTIONS, mentioned, named, to_html

PEOPLE = {"alice": 5, "bob": 7, "b.b": 9, "zoë": 11}
ALICE = '<b class="mention" data-person="5">@alice</b>'
LINK = '<a href="https://example.org/" rel="nofollow noopener" target="_blank">https://example.org/</a>'


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "<b>@alice</b>", '"><img src=x onerror=alert(1)>', "&lt;b&gt;", "'\"<>&"]
)
def test_nothing_of_it_is_markup(text):
    html = to_html(text, {})
    assert isinstance(html, SafeString)
    assert not set(html) & set("<>\"'")
    assert html.count("&") == sum(text.count(mark) for mark in "<>&\"'")


def test_line_breaks_and_spaces_stay_as_they_were_typed():
    text = "  one\n\n\ttwo   three  "
    assert to_html(text, PEOPLE) == text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("https://example.org/", LINK),
        ("(see https://example.org/).", f"(see {LINK})."),
        ("https://example.org/\nhttps://example.org/", f"{LINK}\n{LINK}"),
        ("https://example.org/ @alice", f"{LINK} {ALICE}"),
        (
            "example.org/?a=1&b=2",
            '<a href="https://example.org/?a=1&amp;b=2" rel="nofollow noopener" target="_blank">'
            "example.org/?a=1&amp;b=2</a>",
        ),
        ("alice@example.org", '<a href="mailto:alice@example.org">alice@example.org</a>'),
    ],
)
def test_links_can_be_followed(text, html):
    assert to_html(text, PEOPLE) == html


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)//www.example.org",
        "javascript://www.example.org/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "http:alert(1)",
        "//example",
    ],
)
def test_only_addresses_of_pages_become_links(text):
    assert "href" not in to_html(text, {})


@pytest.mark.parametrize(
    "text",
    [
        'https://example.org/"onmouseover="alert(1)',
        "https://example.org/'onmouseover='alert(1)",
        "https://example.org/<script>",
        "https://[::1",
        "https://ａ℀.example/",
        'https://example.org/" rel="nofollow">',
        "x@y.z\"onmouseover='alert(1)'.org",
    ],
)
def test_a_link_brings_no_attribute_of_its_own(text):
    html = to_html(text, PEOPLE)
    tags = [piece.partition(">")[0] for piece in html.split("<")[1:]]
    for tag in tags:
        assert tag == "/a" or tag.startswith('a href="https://') or tag.startswith('a href="mailto:')
        assert tag.count('"') in (0, 2, 6)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("@alice", ALICE),
        ("Hello @alice.", f"Hello {ALICE}."),
        ("@alice, @alice!", f"{ALICE}, {ALICE}!"),
        ("(@alice)", f"({ALICE})"),
        ("@alice's turn", f"{ALICE}&#x27;s turn"),
        ("@alice…", f"{ALICE}…"),
        ("@b.b.", '<b class="mention" data-person="9">@b.b</b>.'),
        ("@zoë", '<b class="mention" data-person="11">@zoë</b>'),
        ("<@alice>", f"&lt;{ALICE}&gt;"),
    ],
)
def test_people_in_the_room_are_marked(text, html):
    assert to_html(text, PEOPLE) == html


@pytest.mark.parametrize(
    "text",
    ["alice", "@clara", "@Alice", "@alice-liddell", "@@alice", "alice@alice", "me+@alice", "a/@alice", "@ alice"],
)
def test_who_is_not_named_is_not_marked(text):
    assert to_html(text, PEOPLE) == text
    assert named(text, PEOPLE) == {}


def test_a_name_within_an_address_is_part_of_the_address():
    html = to_html("https://example.org/@alice alice@bob.org", PEOPLE)
    assert "mention" not in html
    assert html.count("<a ") == 2


@pytest.mark.parametrize(
    "text",
    ["https://example.org/?user=@alice&tab=2", "example.org/?user=@alice", "www.example.org/?q=(@alice)"],
)
def test_a_name_within_an_address_mentions_nobody_and_the_address_is_whole(text):
    assert mentioned(text) == set()
    html = to_html(text, PEOPLE)
    assert html.endswith(f">{text.replace('&', '&amp;')}</a>")
    assert named(f"{text} @alice", PEOPLE) == {"alice": 5}


def test_an_address_needs_no_spaces_where_a_script_has_none():
    assert to_html("见https://example.org/。谢谢", {}) == f"见{LINK}。谢谢"
    assert to_html("（https://example.org/）", {}) == f"（{LINK}）"


def test_who_has_a_name_with_a_full_stop_comes_before_who_has_it_without():
    people = {"bob": 1, "bob.": 2}
    assert mentioned("I saw @bob.") == {"bob", "bob."}
    assert named("I saw @bob.", people) == {"bob.": 2}
    assert 'data-person="2"' in to_html("I saw @bob.", people)
    assert named("I saw @bob!", people) == {"bob": 1}


def test_one_text_names_no_more_people_than_the_limit():
    text = " ".join(f"@p{number}" for number in range(MAX_MENTIONS + 10))
    people = {f"p{number}": number for number in range(MAX_MENTIONS + 10)}
    assert mentioned(text) == {f"p{number}" for number in range(MAX_MENTIONS)}
    assert len(named(text, people)) == to_html(text, people).count("<b ") == MAX_MENTIONS


def test_what_cannot_be_seen_stays_harmless_text():
    for text in "\u202e\u2066txt.exe", "a" + "\u0301" * (MAX_TEXT - 1), "\u200f@alice\u200e":
        html = to_html(text, PEOPLE)
        assert html.replace(ALICE, "@alice") == text
        assert "<" not in html.replace(ALICE, "")


HOSTILE = [
    "a@b.co ",
    "a.b;",
    "&amp;",
    "a.b" + "]).;&",
    "(",
    "()",
    "@",
    "@a ",
    "@.",
    "a.",
    "a-",
    "http://",
    "https://ü.de/ü?ü=ü ",
    "<script>",
    "\u0301",
    "\u202e.",
    "'\"<>",
]


@pytest.mark.parametrize("piece", HOSTILE, ids=ascii)
@pytest.mark.parametrize("start", ["", "http://a.b/", "www.a.com/?"])
def test_hostile_text_takes_no_time(start, piece):
    text = (start + piece * MAX_TEXT)[:MAX_TEXT]
    began = time.process_time()
    to_html(text, PEOPLE)
    named(text, PEOPLE)
    assert time.process_time() - began < 2  # 50 ms on the machine that this was written on
