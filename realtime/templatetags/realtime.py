from django import template
from django.conf import settings
from django.urls import reverse

register = template.Library()


@register.simple_tag
def socket(name: str, *args: object) -> str:
    """The path of a socket, by the name of its route: `{% socket 'liveblog' liveblog.slug %}`."""
    return reverse(name, urlconf=settings.SOCKET_URLCONF, args=args).removesuffix("/")
