from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from realtime.pages.modules import imports_of

register = template.Library()


@register.simple_tag
def socket(name: str, *args: object) -> str:
    """The path of a socket, by the name of its route: `{% socket 'liveblog' liveblog.slug %}`."""
    return reverse(name, urlconf=settings.SOCKET_URLCONF, args=args).removesuffix("/")


@register.simple_tag
def module(name: str) -> SafeString:
    """A script that is a module, with what it imports asked for at once: `{% module 'realtime/live-stream.js' %}`."""
    names = imports_of.__wrapped__(name) if settings.DEBUG else imports_of(name)  # files change in development
    preloads = format_html_join("\n", '<link rel="modulepreload" href="{}">', ((static(each),) for each in names))
    return format_html('{}\n<script type="module" src="{}"></script>', preloads, static(name))
