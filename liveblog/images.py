"""Pictures of entries: decoded once, as they come in, and stored as readers see them.

That is upright, no larger than pages show them, in their format, and without what a camera writes beside the picture,
such as where it was taken. What counts is what is in a file, not how it is called: its new name says nothing, so that
nobody guesses it. A file goes when the last entry that had it is deleted, or has another.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import models, transaction
from django.db.models.fields.files import ImageFieldFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

MAX_BYTES = 10 * 1024 * 1024
# Of all that is in a file. JPEG is decoded small; of others there are up to five copies at once, of four bytes a pixel.
MAX_PIXELS = {"JPEG": 50_000_000, "MPO": 50_000_000, "PNG": 20_000_000, "AVIF": 20_000_000, "GIF": 20_000_000,
              "WEBP": 20_000_000}  # fmt: skip
MAX_FRAMES = 1_000
MAX_SIDE = 2_560  # pixels
KINDS = {"AVIF": ".avif", "GIF": ".gif", "JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}  # what every browser shows
OPTIONS: dict[str, dict[str, Any]] = {"JPEG": {"quality": 85, "progressive": True}, "WEBP": {"quality": 85}}
TOO_LARGE = _("Images may have 20 megapixels at most, all frames of an animation together; JPEG 50.")

_one = Lock()  # a picture is decoded at a time: it may take 450 megabytes


FOLDER = "liveblog/pictures/"  # not where earlier releases stored files as they came: names alone don't tell them apart


def place(instance: models.Model | None, name: str) -> str:
    return f"{FOLDER}{timezone.now():%Y/%m}/{secrets.token_urlsafe(16)}{Path(name).suffix}"


class Picture(ContentFile):
    """A picture as it is stored."""


def prepared(file: File) -> Picture:
    """Of what was uploaded, the picture alone; ValidationError if it is none, or would take too much."""
    if isinstance(file, Picture):
        return file
    if file.size > MAX_BYTES:
        raise ValidationError(_("Images may have 10 MB at most."))
    file.open()
    try:
        with _one, Image.open(file, formats=[*KINDS]) as image:
            return stored(image)
    except UnidentifiedImageError as error:
        raise ValidationError(_("Browsers show JPEG, PNG, WebP, AVIF and GIF.")) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(TOO_LARGE) from error
    except ValidationError:
        raise
    except Exception as error:  # decoders raise of all kinds
        raise ValidationError(_("This image is damaged.")) from error


def stored(image: Any) -> Picture:
    """What moves becomes WebP, which keeps its colours and what shines through."""
    moves = image.format != "MPO" and getattr(image, "is_animated", False)  # MPO: a phone's JPEG, with extras
    kind = "WEBP" if moves else "JPEG" if image.format == "MPO" else image.format
    profile = image.info.get("icc_profile") or b""
    options = {**OPTIONS.get(kind, {}), "icc_profile": profile if profile[16:20] == b"RGB " else None}
    times: list[int] = []
    if moves:
        options |= {
            "save_all": True,
            "loop": image.info.get("loop", int(image.format == "GIF")),
            "duration": times,
            "method": 2,
        }
    first, *others = frames(image, times if moves else None)
    first.save(file := BytesIO(), kind, append_images=others, **options)
    return Picture(file.getvalue(), f"picture{KINDS[kind]}")


def frames(image: Any, times: list[int] | None) -> Iterator[Image.Image]:
    """As they are seen. `times` is given what moves: the milliseconds of each."""
    pixels = 0
    for number, frame in enumerate([image] if times is None else ImageSequence.Iterator(image)):
        pixels += frame.width * frame.height
        if pixels > MAX_PIXELS[image.format] or number == MAX_FRAMES:  # by its header: nothing was decoded
            raise ValidationError(TOO_LARGE)
        yield as_seen(frame if times is None else frame.copy())
        if times is not None:
            times.append(int(frame.info.get("duration") or 100))


def as_seen(frame: Any) -> Image.Image:
    """Upright, of the pages' size, and nothing else; JPEG is decoded at about that size."""
    frame.draft(None, (MAX_SIDE, MAX_SIDE))
    ImageOps.exif_transpose(frame, in_place=True)
    mode = "RGBA" if frame.has_transparency_data else "RGB"
    if frame.mode != mode and (frame.mode != "P" or max(frame.size) > MAX_SIDE):
        frame = frame.convert(mode)
    frame.thumbnail((MAX_SIDE, MAX_SIDE))
    frame.info = {name: value for name, value in frame.info.items() if name == "transparency"}
    return frame


class PictureFile(ImageFieldFile):
    """By whatever path a picture comes, it is stored as it should be."""

    def save(self, name: str, content: File, save: bool = True) -> None:
        picture = prepared(content)
        super().save(str(picture.name), picture, save)


class PictureFormField(forms.ImageField):
    """Of a wrong file the form says so, before it becomes an entry's."""

    default_validators = []  # of the file's suffix

    def to_python(self, data: Any) -> Picture | None:
        file = super(forms.ImageField, self).to_python(data)
        return prepared(file) if file else None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """By which phones know that they have to send JPEG instead of their own format."""
        return {**super().widget_attrs(widget), "accept": ",".join(f"image/{kind.lower()}" for kind in KINDS)}


class PictureField(models.ImageField):
    attr_class = PictureFile

    def get_prep_value(self, value: Any) -> Any:
        """What `update()` is given is not stored by it, and the row would name a file that is not there."""
        if isinstance(value, File) and value and getattr(value, "_committed", False) is False:
            raise ValueError("A new picture is stored by save(), or by bulk_create(), not by update().")
        return super().get_prep_value(value)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": PictureFormField, "max_length": None, **kwargs})


def discard(rows: models.QuerySet[Any], name: str = "image") -> None:
    """Once what is under way is committed, remove the files of these rows which no row has any more."""
    model: Any = rows.model
    if not (files := set(rows.order_by().exclude(**{name: ""}).values_list(name, flat=True))):
        return

    def remove() -> None:
        left = set(model._base_manager.filter(**{f"{name}__in": files}).values_list(name, flat=True))
        for file in files - left:
            model._meta.get_field(name).storage.delete(file)

    transaction.on_commit(remove, robust=True)
