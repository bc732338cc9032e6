from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from liveblog.models import Entry, LiveBlog


def find(slug: str) -> LiveBlog:
    """The live blog of a slug, or a CommandError that names those there are."""
    if liveblog := LiveBlog.objects.by_slug(slug):
        return liveblog
    known = (
        ", ".join(LiveBlog.objects.values_list("slug", flat=True)[:10]) or "none yet; python manage.py demo makes one"
    )
    raise CommandError(f"There is no live blog {slug!r}. There is: {known}.")


class Command(BaseCommand):
    help = 'Publish an entry: python manage.py post demo "Text in *Markdown*"'

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("text")
        parser.add_argument("--headline", default="")

    def handle(self, *args: Any, slug: str, text: str, headline: str, **options: Any) -> None:
        if not text.strip():
            raise CommandError("An entry needs some text.")
        entry = Entry.objects.create(liveblog=find(slug), body=text, headline=headline, state=Entry.State.PUBLISHED)
        self.stdout.write(f"{entry.item_id} at {entry.version}")
