from typing import Any

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe

from liveblog.metadata.posting import CONTEXT, described, posting, update

register = template.Library()


@register.inclusion_tag("liveblog/_metadata.html", takes_context=True)
def metadata(context: Any) -> dict[str, Any]:
    """Of the page's live blog, or of its one entry."""
    liveblog, entry = context["liveblog"], context.get("entry")
    return {
        "page": described(liveblog, entry),
        "site_name": context.get("site_name", ""),
        "data": json_ld(update(entry)) if entry else json_ld(posting(liveblog)) if context.get("first") else "",
    }


def json_ld(data: dict[str, Any]) -> SafeString:
    """A data block, which no policy stops, since nothing runs it; with all that could end it escaped."""
    return mark_safe(
        json_script({**CONTEXT, **data}).replace('type="application/json"', 'type="application/ld+json"', 1)
    )
