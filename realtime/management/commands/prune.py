from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from realtime.desk.keeping import forget_old
from realtime.models import Stream, Submission
from realtime.streams import prune, prune_history


class Command(BaseCommand):
    help = (
        "Forget deletions older than --days: readers who were away for longer take the page again; which forms were "
        "sent before: sent again, they add again; files of forms that nobody sent again; and what deleted rows used to "
        "say."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=float, default=30)

    def handle(self, *args: Any, days: float, **options: Any) -> None:
        before = timezone.now() - timedelta(days=days)
        count = sum(prune(name, before) for name in Stream.objects.values_list("name", flat=True))
        prune_history()
        Submission.objects.filter(at__lt=before).delete()
        forget_old()
        self.stdout.write(f"Forgot {count} deletions older than {days:g} days.")
