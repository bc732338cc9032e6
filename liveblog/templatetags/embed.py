from __future__ import annotations

from django import template
from django.urls import reverse

from ..models import LiveBlog
from ..sharing import absolute

register = template.Library()


@register.simple_tag
def oembed_address(liveblog: LiveBlog) -> str:
    """Where other sites learn how to show this live blog."""
    return absolute(reverse("oembed", query={"url": absolute(liveblog.get_absolute_url()), "format": "json"}))
