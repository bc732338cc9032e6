import random
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from liveblog.models import Entry, LiveBlog

from .post import find

LINES = [
    "The leaders round the **outer mark**; the gap is down to two lengths.",
    "A gust from the west: three boats broach, all upright again.",
    "*Meltemi* takes the inside lane and the lead.",
    "Protest flag on boat 17. The jury boat is on its way.",
    "The wind drops to six knots. Patience now.",
    "Spinnakers up along the whole fleet. What a picture.",
    "The course is shortened: finish at the **pier**, not at the lighthouse.",
    "Boat 9 retires with a broken boom; everyone aboard is well.",
]


class Command(BaseCommand):
    help = "Post entries at a pace, edit and retract some of them, so that you see a live blog live. Ctrl-C stops."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--every", type=float, default=3.0, metavar="SECONDS", help="between changes (3)")
        parser.add_argument("--count", type=int, default=200, help="of changes (200)")

    def handle(self, *args: Any, slug: str, every: float, count: int, **options: Any) -> None:
        if every < 0 or count < 0:
            raise CommandError("--every and --count can't be negative.")
        liveblog = find(slug)
        self.posted: list[int] = []  # what others have written is left alone
        try:
            for number in range(count):
                self.stdout.write(self.change(liveblog))
                if number + 1 < count:
                    time.sleep(every)
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")

    def change(self, liveblog: LiveBlog) -> str:
        """Mostly a new entry; now and then an edit or a retraction of its latest."""
        entry = liveblog.entries.published().filter(pk__in=self.posted).order_by("-pk").first()
        kind = random.choices(["post", "edit", "retract"], [6, 2, 1])[0] if entry else "post"
        if entry is None or kind == "post":
            headline = random.choice(["", "", "From the water"])
            entry = Entry(liveblog=liveblog, body=random.choice(LINES), headline=headline, byline="Simulation")
            entry.state = Entry.State.PUBLISHED
        elif kind == "edit":
            entry.body += f"\n\n**Update:** {random.choice(LINES)}"
        else:
            entry.state = Entry.State.RETRACTED
        entry.save()
        self.posted.append(entry.pk)
        return f"{kind}: {entry}"
