"""What programs that read the whole site are asked to leave alone."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

PRIVATE = [
    "accounts/",
    "admin/",
    "chat/people/",
    "chat/search/",
]


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    root = reverse("front")
    lines = ["User-agent: *", *(f"Disallow: {root}{path}" for path in PRIVATE)]
    lines.append(f"Sitemap: {settings.SITE_URL}{root}sitemap.xml")  # liveblog
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
