import os
import socket
from typing import Any

from daphne.management.commands import runserver
from django.core.management.base import CommandError
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV


class Command(runserver.Command):  # type: ignore[misc]  # Daphne has no types
    """Daphne's, which would log that its port is taken, and stay."""

    def run(self, **options: Any) -> None:
        if os.environ.get(DJANGO_AUTORELOAD_ENV) != "true":  # nor each time that the code has changed
            family = socket.AF_INET6 if self.use_ipv6 else socket.AF_INET
            try:
                socket.create_server((self.addr, int(self.port)), family=family).close()
            except OSError as error:
                hint = "Another one: make run PORT=8001, or manage.py runserver 8001"
                raise CommandError(f"Cannot listen on port {self.port}: {error.strerror}. {hint}") from error
        super().run(**options)
