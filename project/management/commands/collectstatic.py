from typing import Any

from django.contrib.staticfiles.management.commands import collectstatic

from project.storage import StaticStorage


class Command(collectstatic.Command):
    """Django's; it makes the names that `serve` asks for, also where DEBUG is on, such as in a build."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = StaticStorage()
