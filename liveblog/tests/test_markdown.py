"""Entry text is Markdown, and whatever comes in is safe when it comes out."""

import re
import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError

from liveblog.markdown import MAX_BODY, MAX_HTML, TAGS, to_html, validate_shows
from realtime.tests.pages import INLINE


class Audit(HTMLParser):
    """Collects what a browser would act upon."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name: value or "" for name, value in attrs}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("They *are* **off**.", "<p>They <em>are</em> <strong>off</strong>.</p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("~~Gone~~", "<p><s>Gone</s></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("> Quote", "<blockquote>\n<p>Quote</p>\n</blockquote>"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>"),
        ("Åse & Bjørn <3", "<p>Åse &amp; Bjørn &lt;3</p>"),
        ("", ""),
    ],
)
def test_it_is_markdown(text, html):
    assert to_html(text).strip() == html


def test_headings_stay_below_the_entry_s_own_and_leave_out_no_rank():
    assert [to_html(f"{'#' * level} Heading")[:4] for level in range(1, 7)] == ["<h3>"] * 6
    found = Audit(to_html("## One\n\n#### Two\n\n###### Three\n\nFour\n----"))
    assert found.tags == {"h3", "h4"}


def test_a_list_counts_from_where_its_writer_does():
    assert '<ol start="45">' in to_html("45. Minute: Tor")
    assert '<ol start="1986">' in to_html("1986. A great year")
    assert "<ol>" in to_html("1. First")


def test_columns_are_aligned_as_they_were_written():
    html = to_html("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |")
    assert [f'<td align="{side}">' in html for side in ("left", "center", "right")] == [True] * 3


def test_an_image_from_elsewhere_is_a_link_that_asks_nobody_before_it_is_followed():
    assert '<a href="https://example.org/chart.png" rel="noopener">chart</a>' in to_html(
        "![chart](https://example.org/chart.png)"
    )
    assert ">https://example.org/chart.png</a>" in to_html("![](https://example.org/chart.png)")


def test_a_link_is_a_link_and_hands_the_newsroom_s_window_to_nobody():
    html = to_html('[The results](https://example.org/?a=1&b=2 "All of them")')
    assert 'href="https://example.org/?a=1&amp;b=2"' in html
    assert 'rel="noopener"' in html
    assert 'title="All of them"' in html


@pytest.mark.parametrize(
    ("text", "url", "html"),
    [
        ("See https://example.org/a?b=1&c=2.", "https://example.org/a?b=1&amp;c=2", "See {link}."),
        ("(HTTP://example.org/x_(y))!", "HTTP://example.org/x_(y)", "({link})!"),
        ("**https://example.org/**", "https://example.org/", "<strong>{link}</strong>"),
        ("号外https://example.org/。次", "https://example.org/", "号外{link}。次"),
        ("https://example.org/_a_b", "https://example.org/_a_b", "{link}"),
    ],
)
def test_an_address_in_the_text_is_a_link(text, url, html):
    link = f'<a href="{url}" rel="noopener">{url}</a>'
    assert to_html(text).strip() == f"<p>{html.format(link=link)}</p>"


@pytest.mark.parametrize(
    "text",
    ["example.org", "3.Minute", "ftp://example.org", "//example.org", "xhttps://example.org", "`https://example.org`"],
)
def test_what_only_looks_like_an_address_is_text(text):
    assert "href" not in to_html(text)


def test_an_address_in_a_link_is_not_one_of_its_own():
    html = to_html("[https://example.org/](https://example.com/)")
    assert html.strip() == '<p><a href="https://example.com/" rel="noopener">https://example.org/</a></p>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**「号外」**の", "<strong>「号外」</strong>の"),
        ("彼は**「号外」**と。", "彼は<strong>「号外」</strong>と。"),
        ("**この文。**次", "<strong>この文。</strong>次"),
        ("이 **용어(term)**를", "이 <strong>용어(term)</strong>를"),
        ("~~（旧）~~新", "<s>（旧）</s>新"),
        ("号 * 外 *", "号 * 外 *"),
        ('a**"b"**c', "a**&quot;b&quot;**c"),
    ],
)
def test_emphasis_needs_no_spaces_where_a_script_has_none(text, html):
    assert to_html(text).strip().removeprefix("<p>").removesuffix("</p>").replace('"', "&quot;") == html


def test_a_table_is_a_table():
    assert "<td>1</td>" in to_html("| a |\n|---|\n| 1 |")


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)' onclick='alert(1)'>x</a>",
    "<svg/onload=alert(1)>",
    "<iframe src=//evil.example></iframe>",
    "<style>body{display:none}</style><p style='color:red'>",
    "<form action=//evil.example><input name=password><button>",
    "<base href=//evil.example><meta http-equiv=refresh content='0;url=//evil.example'>",
    "<!-- --><![CDATA[<script>]]><?php ?>",
    "<p id=main class=site-header name=x data-items data-older>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#x09;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    '![x](x"onerror="alert(1))',
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![pixel](https://evil.example/pixel.gif)",
    '[x](https://a.example "\\" onmouseover=alert(1) x=\\"")',
    "[x]: javascript:alert(1)\n\n[x]",
    "```<script>alert(1)</script>\nx\n```",
    "</div></article></live-stream><script>alert(1)</script>",
    "**<b onclick=alert(1)>**",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_comes_through(text):
    audit = Audit(to_html(text))
    assert audit.tags <= TAGS
    assert set(audit.attributes) <= {"href", "rel", "title", "start", "align"}
    assert urlsplit(audit.attributes.get("href", "")).scheme in ("", "http", "https")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_reaches_a_page(client, post, text):
    post(text)
    page = client.get("/liveblog/regatta/").text
    assert not re.search(INLINE, page)
    assert page.count("</live-stream>") == page.count("</article>") == 1
    assert page.count("<form") == page.count("<input") == 1  # the search's
    assert {"iframe", "style", "base", "svg"}.isdisjoint(Audit(page).tags)


@pytest.mark.parametrize(
    "text",
    [
        ">" * 50_000,
        "[" * 50_000,
        "![" * 20_000 + "]()" * 20_000,
        "*_" * 10_000 + "x" + "_*" * 10_000,
        "**a *b " * 5_000,
        "- " * 20_000,
        "> - 1. " * 5_000,
        "`" * 20_000 + " `" * 5_000,
        "|a" * 20_000 + "\n" + "|-" * 20_000 + "\n" + "|b" * 20_000,
        "<a href='" * 10_000,
        "&" * 50_000,
        "\\" * 50_000,
        "\n" * 50_000,
        "word " * 20_000,
        "a\n" * 20_000 + "===",
        "https://a.b/(" * 4_000,
        "https://" * 5_000,
        "**「" * 15_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_huge_and_deeply_nested_text_takes_no_time(text):
    began = time.process_time()  # of the processor's: whatever else this machine does
    assert Audit(to_html(text[: MAX_BODY * 3 // 2])).tags <= TAGS
    assert time.process_time() - began < 5


WIDE = f"|{'a|' * 400}\n|{'-|' * 400}\n"


@pytest.mark.parametrize("text", [WIDE + "|\n" * 9_000, ("|a|b|\n|-|-|\n" + "|\n" * 9_900)[:MAX_BODY], WIDE * 12])
def test_a_table_of_few_characters_does_not_become_a_flood(text):
    began = time.process_time()
    html = to_html(text[:MAX_BODY])
    assert time.process_time() - began < 5
    assert len(html) < MAX_HTML or refused(text[:MAX_BODY])


@pytest.mark.parametrize("text", ["|a|\n|-|\n" + "|\n" * 9_000, "<" * MAX_BODY, "a\n\n" * 6_000])
def test_text_that_becomes_more_than_a_frame_holds_is_refused_with_a_word(text):
    assert (len(to_html(text).encode()) > MAX_HTML) == refused(text)


def test_a_long_report_with_its_tables_is_taken():
    table = "|a|b|c|d|\n|-|-|-|-|\n" + "|1|2|3|4|\n" * 100
    text = (table + "\n\n" + "What happened. " * 200 + "\n\n") * 4
    assert to_html(text).count("<td") == 1600
    validate_shows(text[:MAX_BODY])


def test_what_is_too_long_is_not_rendered_to_be_refused(monkeypatch):
    monkeypatch.setattr("liveblog.markdown.to_html", None)
    validate_shows("x" * (MAX_BODY + 1))  # MaxLengthValidator says so


def refused(text):
    try:
        validate_shows(text)
    except ValidationError as error:
        return "too much markup" in str(error)
    return False
