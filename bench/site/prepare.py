"""Make the database, with as many live blogs as the largest run has channels, and a room; collect static files."""

import sys

import django
from django.core.management import call_command

from bench.publish import channel


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)

    from bench.members import make_members
    from chat.models import Membership, Room
    from liveblog.models import LiveBlog

    LiveBlog.objects.bulk_create([LiveBlog(slug=channel(index), title=f"Live blog {index}") for index in range(200)])
    lobby = Room.objects.create(slug="lobby", name="Lobby")
    for user in make_members(sys.argv[1]):
        Membership.objects.create(room=lobby, user=user)


if __name__ == "__main__":
    main()
