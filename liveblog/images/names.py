"""Where pictures are stored, and which files are beside one: told by its name and its width alone.

So a page is rendered from an entry's row, without a look into the storage, and names no file that is not there.
"""

from __future__ import annotations

import re
import secrets
from os.path import splitext

from django.db import models
from django.utils import timezone

KINDS = {"AVIF": ".avif", "GIF": ".gif", "JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}  # what every browser shows
WIDTHS = (640, 1_280)  # pixels, on the way to the picture's own width; the text column of pages has 640
WITH_WEBP = {".gif", ".jpg", ".png"}  # WebP and AVIF are as small as that by themselves

# Earlier releases stored elsewhere: "liveblog/pictures/" has none of the other widths.
STILL = "liveblog/stills/"
MOVING = "liveblog/moving/"  # nothing beside: each width would be an animation again, of seconds and of megabytes
FOLDERS = (STILL, MOVING)


def place(instance: models.Model | None, name: str) -> str:
    """A new name, of 128 bits, for what `prepared` calls "still" or "moving"."""
    stem, suffix = splitext(name)
    folder = MOVING if stem == "moving" else STILL
    return f"{folder}{timezone.now():%Y/%m}/{secrets.token_urlsafe(16)}{suffix}"


def endings(suffix: str, width: int) -> dict[str, int]:
    """What is made of a picture that stands still, beside itself: how the names end, and how wide it is.

    None of one that is no wider than the smallest: it is small as it is.
    """
    if width <= WIDTHS[0]:
        return {}
    narrower = [each for each in WIDTHS if each < width]
    found = {f"-{each}{suffix}": each for each in narrower}
    if suffix in WITH_WEBP:
        found |= {**{f"-{each}.webp": each for each in narrower}, ".webp": width}
    return found


def beside(name: str, width: int | None) -> dict[str, int]:
    """The names of the files beside a stored picture, and their widths."""
    stem, suffix = splitext(name)
    if not name.startswith(STILL):
        return {}
    return {f"{stem}{ending}": each for ending, each in endings(suffix, width or 0).items()}


def originals(name: str) -> list[str]:
    """The pictures beside which a file of this name may be; and itself, as it may be one."""
    stem = re.sub(rf"-({'|'.join(map(str, WIDTHS))})\Z", "", splitext(name)[0])
    return [name, *(f"{stem}{suffix}" for suffix in KINDS.values())]
