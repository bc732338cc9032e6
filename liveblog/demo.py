"""What `manage.py demo` makes of this app."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from .models import Entry, LiveBlog

SUMMARY = "Forty-one boats, two days, one cup: everything from the water and the quay."
# Minutes ago, headline, body, further fields.
ENTRIES: list[tuple[int, str, str, dict[str, Any]]] = [
    (
        96,
        "",
        "Good morning. The organisers expect **20,000 people** along the harbour; the first boats leave at nine.",
        {},
    ),
    (
        74,
        "",
        "Who to watch: *Meltemi*, winner of the last two years, and the young crew of *Kittiwake*.",
        {"pinned": True},
    ),
    (
        41,
        "First start postponed",
        "Fog over the estuary. The race committee waits for half a mile of sight:\n\n"
        "> We start when the last buoy can be seen from the first.",
        {},
    ),
    (
        8,
        "They are off",
        "The fog has lifted. All forty-one boats crossed the line at the first attempt.",
        {"key_event": True, "image_alt": "White sails on a calm sea at dawn", "image_credit": "Drawing: the demo"},
    ),
    (2, "", "*Kittiwake* leads by two lengths at the first mark.", {}),
]


def make() -> list[str]:
    """Create the live blog `demo` if it is missing; the lines that tell about it."""
    liveblog, created = LiveBlog.objects.get_or_create(
        slug="demo", defaults={"title": "Harbour regatta", "summary": SUMMARY, "starts_at": ago(100)}
    )
    for minutes, headline, body, fields in ENTRIES if created else ():
        entry = Entry(liveblog=liveblog, headline=headline, body=body, state=Entry.State.PUBLISHED, **fields)
        entry.author = get_user_model().objects.filter(is_staff=True).first()
        if entry.image_alt:
            entry.image = drawing()
        entry.save()
        Entry.objects.filter(pk=entry.pk).update(published_at=ago(minutes))
    return [
        f"Live blog: {{site}}{liveblog.get_absolute_url()}",
        f"To see it live: {{python}} manage.py simulate {liveblog.slug}",
    ]


def ago(minutes: int) -> datetime:
    return timezone.now() - timedelta(minutes=minutes)


def drawing(width: int = 1200, height: int = 600) -> ContentFile:
    """Sails at dawn, as a PNG."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    horizon = height * 6 // 10
    for y in range(height):
        glow = 1 - abs(y - horizon) / horizon
        draw.line([(0, y), (width, y)], (int(60 + 190 * glow), int(90 + 100 * glow), int(130 + 20 * glow)))
    draw.ellipse([880, horizon - 90, 1000, horizon + 30], (255, 236, 200))
    draw.rectangle([0, horizon, width, height], (44, 82, 110))
    for x, size in [(150, 90), (300, 150), (480, 70), (610, 210), (800, 110), (1040, 80)]:
        foot = horizon + size // 3
        draw.polygon([(x, foot), (x, foot - size), (x + size // 2, foot)], (250, 250, 245))
        draw.polygon([(x - 6, foot), (x - 6, foot - size * 4 // 5), (x - size // 3, foot)], (225, 228, 230))
        draw.line([(x - size // 3, foot + 6), (x + size // 2, foot + 6)], (30, 40, 50), 8)
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return ContentFile(file.getvalue(), "sails.png")  # by its name, Django takes it for one to measure
