"""Make the database of the room."""

import sys

import django
from django.core.management import call_command
from django.db import connection


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)

    from bench.members import make_members

    from .models import Message

    with connection.schema_editor() as editor:
        editor.create_model(Message)
    make_members(sys.argv[1])


if __name__ == "__main__":
    main()
