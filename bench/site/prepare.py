"""Make the database, with as many live blogs as the largest run has channels, and collect the static files."""

import django
from django.core.management import call_command

from bench.publish import channel


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)

    from liveblog.models import LiveBlog

    LiveBlog.objects.bulk_create([LiveBlog(slug=channel(index), title=f"Live blog {index}") for index in range(200)])


if __name__ == "__main__":
    main()
