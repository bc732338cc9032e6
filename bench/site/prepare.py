"""Make the database, with as many live blogs as the largest run has channels, and collect the static files."""

import django
from django.core.management import call_command

from bench.publish import channel

django.setup()

from liveblog.models import LiveBlog

call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
LiveBlog.objects.bulk_create([LiveBlog(slug=channel(index), title=f"Live blog {index}") for index in range(200)])
