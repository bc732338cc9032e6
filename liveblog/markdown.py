"""Entry text: Markdown rendered by markdown-it, then cleaned by nh3, whatever came in."""

import re
from functools import lru_cache
from html import unescape
from typing import Any
from unicodedata import east_asian_width

import nh3
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

from realtime.links import MAX_ADDRESS, address_at_start
from realtime.visible import validate_visible

TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "td": {"align"}, "th": {"align"}}
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


def markdown() -> MarkdownIt:
    markdown = MarkdownIt()
    markdown.inline = Inline()
    markdown.configure("commonmark", {"html": False, "breaks": True})
    markdown.inline.ruler.after("text", "address", address)
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


def validate_shows(text: str) -> None:
    """There is something to be seen of it, once it is HTML."""
    html = to_html(text)
    if "<hr" not in html:
        validate_visible(unescape(strip_tags(html)) or " ")
