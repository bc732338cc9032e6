"""`{% liveblog_metadata %}`, `{% entry_metadata %}` and `{% index_metadata %}`, by the context of their page."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.utils.translation import gettext as _

from ..metadata.json_ld import block, blog_posting, live_blog_posting, organization, reference
from ..models import Entry, LiveBlog
from ..sharing import absolute, described, one_line, picture_of, text_of, title_of, updated

register = template.Library()


@register.inclusion_tag("liveblog/metadata/head.html", takes_context=True)
def liveblog_metadata(context: Context) -> dict[str, Any]:
    liveblog: LiveBlog = context["liveblog"]
    rows: list[Entry] = context["rows"]
    return {
        "type": "article",
        "title": one_line(liveblog.title),
        "description": described(liveblog.summary or (text_of(rows[0]) if rows else "")),
        "canonical": address(context, liveblog.get_absolute_url()),
        "picture": next(filter(None, map(picture_of, rows)), None),
        "published": liveblog.starts_at,
        "modified": max([liveblog.starts_at, *map(updated, rows)]),
        "json_ld": block(live_blog_posting(liveblog, rows)),
        "site_name": settings.SITE_NAME,
    }


@register.inclusion_tag("liveblog/metadata/head.html", takes_context=True)
def entry_metadata(context: Context) -> dict[str, Any]:
    entry: Entry = context["entry"]
    return {
        "type": "article",
        "title": title_of(entry),
        "description": described(text_of(entry)),
        "canonical": absolute(entry.get_absolute_url()),
        "picture": picture_of(entry),
        "published": entry.published_at,
        "modified": updated(entry),
        "json_ld": block(blog_posting(entry) | {"publisher": organization(), "isPartOf": reference(entry.liveblog)}),
        "site_name": settings.SITE_NAME,
    }


@register.inclusion_tag("liveblog/metadata/head.html", takes_context=True)
def index_metadata(context: Context) -> dict[str, Any]:
    return {
        "type": "website",
        "title": _("Live blogs"),
        "description": _("Live, as it happens: the live blogs of %(site)s.") % {"site": settings.SITE_NAME},
        "canonical": address(context, context["request"].path),
        "site_name": settings.SITE_NAME,
    }


def address(context: Context, path: str) -> str:
    """The one address of a page: without what newsletters add, with the place of a page of older items."""
    before = context["request"].GET.get("before")
    return absolute(path) + (f"?before={before}" if before else "")
