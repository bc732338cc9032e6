"""Entry text: Markdown rendered by markdown-it, then cleaned by nh3, whatever came in."""

from functools import lru_cache

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "td": {"align"}, "th": {"align"}}

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["strikethrough", "table"])
_cleaner = nh3.Cleaner(tags=TAGS, attributes=ATTRIBUTES, link_rel="noopener")


def order_headings(tokens: list[Token]) -> None:
    """Below the entry's own headline no rank is left out: the highest in the text is h3, all others h4."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((token.tag for token in headings), default="")
    for token in headings:
        token.tag = "h3" if token.tag == highest else "h4"


@lru_cache(maxsize=256)
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
