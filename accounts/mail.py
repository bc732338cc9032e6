"""Mails that leave after the answer: a request that sends one takes as long as one that does not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections
from django.utils.translation import get_language, override

_executor = ThreadPoolExecutor(1, thread_name_prefix="mail")


def context() -> dict[str, str]:
    """What every mail says of the site. Its address is a setting's: of a request's, strangers choose parts."""
    address = urlsplit(settings.SITE_URL)
    return {"site_name": settings.SITE_NAME, "protocol": address.scheme, "domain": address.netloc}


def later(work: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    language = get_language()

    def send() -> None:
        try:
            with override(language):
                work(*args, **kwargs)
        finally:
            connections.close_all()

    _executor.submit(send)
