"""What every template knows. Public pages are the same for everyone: nothing of the visitor here."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    return {"site_name": settings.SITE_NAME}
