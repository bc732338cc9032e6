import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
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


def piped() -> str:
    try:
        text = sys.stdin.read()
    except UnicodeDecodeError as error:
        raise CommandError(f"What came by the pipe is no text in {error.encoding}.") from error
    if "\0" in text:  # PostgreSQL stores none
        raise CommandError("What came by the pipe is no text: there is a null character in it.")
    return text


class Command(BaseCommand):
    help = 'Publish an entry: python manage.py post demo "Text in *Markdown*"; with - the text comes by a pipe.'

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("text", help="the entry's text, or - for what comes by a pipe")
        parser.add_argument("--headline", default="")
        parser.add_argument("--draft", action="store_true", help="the newsroom sees it, and publishes it")

    def handle(self, *args: Any, slug: str, text: str, headline: str, draft: bool, **options: Any) -> None:
        liveblog = find(slug)
        body = (piped() if text == "-" else text).strip()
        if not body:
            raise CommandError("An entry needs some text.")
        state = Entry.State.DRAFT if draft else Entry.State.PUBLISHED
        entry = Entry(liveblog=liveblog, body=body, headline=headline, state=state)
        try:
            entry.full_clean()  # what comes by a pipe may be anything, and of any length
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        entry.save()
        self.stdout.write(f"{entry.item_id}, a draft" if draft else f"{entry.item_id} at {entry.version}")
