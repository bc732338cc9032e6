"""Entry text: Markdown rendered by markdown-it, then cleaned by nh3, whatever came in."""

import re
from functools import lru_cache
from html import unescape
from typing import Any
from unicodedata import east_asian_width

import nh3
from django.core.exceptions import ValidationError
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

from realtime.text import MAX_ADDRESS, address_at_start, validate_visible

TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "td": {"align"}, "th": {"align"}}
MAX_BODY = 20_000  # characters of an entry's text
MAX_CELLS = 20_000  # of a table, if each line that follows were one of its rows: all get as many cells as the first has
MAX_HTML = 131_072  # bytes that it may become, which is half of a frame
SCHEME = re.compile(r"(?<![a-z0-9.+-])https?$", re.IGNORECASE)


class State(StateInline):
    """Emphasis beside Chinese, Japanese and Korean: they put no spaces around what is in quotes or brackets."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        scanned = super().scanDelims(start, canSplitWord)
        end = start + scanned.length
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        if canSplitWord and (is_wide(before) or is_wide(after)):
            return Scanned(not after.isspace(), not before.isspace(), scanned.length)
        return scanned


class Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def is_wide(character: str) -> bool:
    return east_asian_width(character) in "WFH"


def address(state: StateInline, silent: bool) -> bool:
    """A rule of the parser: what begins with `https://` is a link, and nothing else that has a full stop in it.

    markdown-it's own rule searches all that came before, each time.
    """
    if silent or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    if not (scheme := SCHEME.search(state.src[max(0, state.pos - 6) : state.pos])):
        return False
    before = len(scheme[0])
    start = state.pos - before
    if not (url := address_at_start(state.src[start : start + MAX_ADDRESS + 1])):
        return False
    state.pending = state.pending[:-before]
    state.push("link_open", "a", 1).attrs = {"href": state.md.normalizeLink(url)}
    state.push("text", "", 0).content = url
    state.push("link_close", "a", -1)
    state.pos += len(url) - before
    return True


def bounded_table(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:
    """A table, but not one of half a megabyte that was made of a few characters a row."""
    head = state.src[state.bMarks[startLine] : state.eMarks[startLine]]
    if head.count("|") * (endLine - startLine) > MAX_CELLS:
        return False
    return table(state, startLine, endLine, silent)


def markdown() -> MarkdownIt:
    markdown = MarkdownIt()
    markdown.inline = Inline()
    markdown.configure("commonmark", {"html": False, "breaks": True})
    markdown.inline.ruler.after("text", "address", address)
    markdown.block.ruler.at("table", bounded_table, {"alt": ["paragraph", "reference"]})
    return markdown.enable(["strikethrough", "table"])


_markdown = markdown()
_cleaner = nh3.Cleaner(tags=TAGS, attributes=ATTRIBUTES, link_rel="noopener")


def order_headings(tokens: list[Token]) -> None:
    """Below the entry's own headline no rank is left out: the highest in the text is h3, all others h4."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((token.tag for token in headings), default="")
    for token in headings:
        token.tag = "h3" if token.tag == highest else "h4"


@lru_cache(maxsize=2048)
def to_html(text: str) -> SafeString:
    """Safe HTML of Markdown text."""
    tokens = _markdown.parse(text)
    order_headings(tokens)
    for token in tokens:
        if align := str(token.attrs.pop("style", "")).removeprefix("text-align:"):  # our CSP allows no style attributes
            token.attrSet("align", align)
        for image in token.children or ():
            if image.type == "image":  # they are uploaded; what is elsewhere can be followed, and asks nobody before
                image.type, image.tag = "html_inline", ""
                image.content = format_html(
                    '<a href="{}">{}</a>', image.attrs["src"], image.content or image.attrs["src"]
                )
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return mark_safe(_cleaner.clean(html))


def to_text(text: str) -> str:
    """What it says in one line, without markup."""
    return " ".join(unescape(strip_tags(to_html(text))).split())


def validate_shows(text: str) -> None:
    """There is something to be seen of it, once it is HTML; and not more than one frame takes to everyone."""
    if len(text) > MAX_BODY:
        return  # another validator says so, and it is not worth the time
    html = to_html(text)
    if len(html.encode()) > MAX_HTML:
        raise ValidationError(_("This is too much markup to be shown. Use fewer cells, links or line breaks."))
    if "<hr" not in html:
        validate_visible(unescape(strip_tags(html)) or " ")
