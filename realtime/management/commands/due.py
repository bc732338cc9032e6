from typing import Any

from django.core.management.base import BaseCommand

from realtime.streams import due


class Command(BaseCommand):
    help = (
        "Do what is due, such as publishing what was scheduled. Running servers do so once a second; this is for cron, "
        "where none runs."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Done: {due.carry_out()}.")
