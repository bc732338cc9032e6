"""Addresses as other sites have to know them."""

from __future__ import annotations

from django.conf import settings


def absolute(path: str) -> str:
    """A path of ours, or an address elsewhere such as that of a picture in a CDN, in full."""
    return path if "://" in path else f"{settings.SITE_URL}{path}"
