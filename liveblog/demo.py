"""What `manage.py demo` makes of this app."""

from django.contrib.auth import get_user_model

from .models import Entry, LiveBlog

ENTRIES = [
    (
        "",
        "Good morning. The organisers expect **20,000 people** along the harbour; the first boats leave at nine.",
    ),
    (
        "First start postponed",
        "Fog over the estuary. The race committee waits for *half a mile* of sight:\n\n"
        "> We start when the last buoy can be seen from the first.",
    ),
    ("They are off", "The fog has lifted. Forty-one boats crossed the line at the first attempt."),
]


def make() -> list[str]:
    """Create the live blog `demo` if it is missing; the lines that tell about it."""
    liveblog, created = LiveBlog.objects.get_or_create(
        slug="demo",
        defaults={
            "title": "Harbour regatta",
            "summary": "Forty-one boats, two days, one cup: everything from the water and the quay.",
        },
    )
    if created:
        author = get_user_model().objects.filter(is_staff=True).first()
        for number, (headline, body) in enumerate(ENTRIES):
            Entry.objects.create(
                liveblog=liveblog,
                author=author,
                headline=headline,
                body=body,
                state=Entry.State.PUBLISHED,
                key_event=number == len(ENTRIES) - 1,
            )
    return [
        f"Live blog:  {{site}}{liveblog.get_absolute_url()}",
        "To see it live: python manage.py simulate demo",
    ]
