"""Pictures as they are kept: decoded once, upright, no larger than screens are, without what the camera noted.

The format is what is in the file, not what its name says. Names are random: nobody guesses the address of a draft's.
"""

from __future__ import annotations

import secrets
from io import BytesIO
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, ImageSequence

FORMATS = {"AVIF": "avif", "GIF": "gif", "JPEG": "jpg", "PNG": "png", "WEBP": "webp"}  # what every browser shows
OPTIONS: dict[str, dict[str, Any]] = {
    "AVIF": {"quality": 65},
    "JPEG": {"quality": 85, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 85},
}
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000  # of all frames together
MAX_SIDE = 2_560  # pixels
KEPT = ("background", "duration", "loop", "transparency")  # what is part of the picture itself


def place(instance: models.Model, name: str) -> str:
    return f"liveblog/{timezone.now():%Y/%m}/{secrets.token_urlsafe(16)}.{name.rpartition('.')[2]}"


class PictureField(models.ImageField):
    """Whatever way a picture comes, it is made ready before it is stored; raises ValidationError."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        make_ready(getattr(model_instance, self.attname))
        return super().pre_save(model_instance, add)


def make_ready(picture: Any) -> None:
    """Put what is to be stored in the place of what was uploaded just now; once."""
    if picture and not picture._committed and not getattr(picture, "is_ready", False):
        content, suffix = made_ready(picture.file)
        picture.name = f"picture.{suffix}"
        picture.file = ContentFile(content, picture.name)  # by its name, Django takes it for one to measure
        picture.is_ready = True


def made_ready(file: Any) -> tuple[bytes, str]:
    """The content that is stored, and its suffix."""
    if file.size > MAX_BYTES:
        raise ValidationError(_("Images may have 10 MB at most."))
    file.seek(0)
    try:
        with Image.open(file, formats=list(FORMATS)) as image:
            if image.width * image.height > MAX_PIXELS:  # said by its head: nothing is decoded yet
                raise ValidationError(_("Images may have 50 million pixels at most."))
            return encoded(image), FORMATS[str(image.format)]
    except ValidationError:
        raise
    except Exception as error:  # decoders raise anything
        raise ValidationError(_("Browsers show JPEG, PNG, WebP, AVIF and GIF, and this is none of them.")) from error


def encoded(image: Any) -> bytes:
    count = getattr(image, "n_frames", 1)
    if count * image.width * image.height > MAX_PIXELS:
        count = 1  # too much of a film: its first picture
    if image.format == "JPEG":
        image.draft(None, (MAX_SIDE, MAX_SIDE))  # it is decoded no larger than needed
    profile = image.info.get("icc_profile")
    frames = [ready(frame, image.format) for frame in islice(ImageSequence.Iterator(image), count)]
    options = {**OPTIONS.get(image.format, {}), "icc_profile": profile}
    if count > 1:
        durations = [frame.info.get("duration", 100) for frame in frames]
        loop = image.info.get("loop", 0)
        options |= {"save_all": True, "append_images": frames[1:], "duration": durations, "loop": loop}
    content = BytesIO()
    frames[0].save(content, image.format, **{name: value for name, value in options.items() if value is not None})
    return content.getvalue()


def ready(frame: Any, format: str) -> Any:
    upright = ImageOps.exif_transpose(frame)
    if max(upright.size) > MAX_SIDE:
        if upright.mode == "P":
            upright = upright.convert("RGBA")
        upright.thumbnail((MAX_SIDE, MAX_SIDE))
    if format == "JPEG" and upright.mode not in ("L", "RGB"):
        upright = upright.convert("RGB")
    upright.info = {name: value for name, value in upright.info.items() if name in KEPT}
    return upright
