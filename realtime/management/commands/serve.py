from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from channels.routing import get_default_application
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.management.base import BaseCommand, CommandError

from realtime.server.server import listen, run


class Command(BaseCommand):
    help = "Serve pages and sockets in production, in one process. HOST and PORT say where, DRAIN_SECONDS how it stops."

    requires_system_checks = ()  # they come below, unless it is told to go on

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument(
            "--insecure",
            action="store_true",
            help="start with DEBUG on or the key of development: for yourself alone",
        )

    def handle(self, *args: Any, host: str, port: int, insecure: bool, **options: Any) -> None:
        if not insecure:
            if settings.DEBUG:
                raise CommandError(
                    "DEBUG is on: whoever makes an error happen is shown the inside of the site. Set DEBUG=false, "
                    "or say --insecure."
                )
            self.check()
        if isinstance(staticfiles_storage, ManifestFilesMixin) and not staticfiles_storage.hashed_files:
            raise CommandError(
                f"There are no collected static files in {Path(settings.STATIC_ROOT)}. "
                "Run: python manage.py collectstatic --no-input"
            )
        try:
            listener = listen(host, port)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", error)
            raise CommandError(f"Cannot listen on {host} port {port}: {reason}") from error
        address = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
        self.stdout.write(f"Serving on http://{address}:{listener.getsockname()[1]}/ (Ctrl-C stops)")
        run(get_default_application(), listener, settings.DRAIN_SECONDS)
