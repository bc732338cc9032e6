"""Of an upload, the picture alone: decoded, set upright, made as small as pages show it, and encoded anew.

Nothing of the uploaded bytes is stored but its colour profile: what was hidden before, in or behind the picture stays
out.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from threading import Lock
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from .names import KINDS, endings

MAX_BYTES = 10 * 1024 * 1024
# Of all that is in a file. JPEG is decoded small; of others there are up to five copies at once, of four bytes a pixel.
MAX_PIXELS = {"JPEG": 50_000_000, "MPO": 50_000_000, "PNG": 20_000_000, "AVIF": 20_000_000, "GIF": 20_000_000,
              "WEBP": 20_000_000}  # fmt: skip
MAX_FRAMES = 1_000
MAX_SIDE = 2_560  # pixels
MAX_PROFILE = 128 * 1024  # of colours; those of cameras and screens have a few kilobytes, and each file has it again
OPTIONS: dict[str, dict[str, Any]] = {"JPEG": {"quality": 85, "progressive": True}, "WEBP": {"quality": 85}}
# WebP has to be smaller than what it stands in for; AVIF of the slower kinds takes seconds for each.
BESIDE: dict[str, dict[str, Any]] = {**OPTIONS, "WEBP": {"quality": 80}, "AVIF": {"speed": 8}}
TOO_LARGE = _("Images may have 20 megapixels at most, all frames of an animation together; JPEG 50.")

_one = Lock()  # a picture is decoded at a time: it may take 450 megabytes


class Picture(ContentFile):
    """A picture as it is stored, and what is stored beside it: by how the name ends."""

    def __init__(self, content: bytes, name: str, renditions: dict[str, bytes]) -> None:
        super().__init__(content, name)
        self.renditions = renditions


def prepared(file: File) -> Picture:
    """Of what was uploaded, the picture alone; ValidationError if it is none, or would take too much."""
    if isinstance(file, Picture):
        return file
    if file.size > MAX_BYTES:
        raise ValidationError(_("Images may have 10 MB at most."))
    file.open()
    try:
        with _one, Image.open(file, formats=[*KINDS]) as image:
            return moving(image) if moves(image) else still(image)
    except UnidentifiedImageError as error:
        raise ValidationError(_("Browsers show JPEG, PNG, WebP, AVIF and GIF.")) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(TOO_LARGE) from error
    except ValidationError:
        raise
    except Exception as error:  # decoders raise of all kinds
        raise ValidationError(_("This image is damaged.")) from error


def moves(image: Any) -> bool:
    return image.format != "MPO" and getattr(image, "is_animated", False)  # MPO: a phone's JPEG, with extras


def moving(image: Any) -> Picture:
    """What moves becomes WebP, which keeps its colours and what shines through."""
    times: list[int] = []
    options = {
        **OPTIONS["WEBP"],
        "icc_profile": profile(image),
        "save_all": True,
        "loop": image.info.get("loop", int(image.format == "GIF")),
        "duration": times,
        "method": 2,
    }
    first, *others = frames(image, times)
    return Picture(encoded(first, "WEBP", append_images=others, **options), "moving.webp", {})


def still(image: Any) -> Picture:
    kind = "JPEG" if image.format == "MPO" else image.format
    colours = profile(image)
    [seen] = frames(image, None)
    content = encoded(seen, kind, icc_profile=colours, **OPTIONS.get(kind, {}))
    return Picture(content, f"still{KINDS[kind]}", renditions(seen, kind, colours))


def renditions(seen: Image.Image, kind: str, colours: bytes | None) -> dict[str, bytes]:
    """The other widths, made of what was decoded: by how their names end."""
    made, kinds = {}, {suffix: each for each, suffix in KINDS.items()}
    smooth = seen if seen.mode != "P" else seen.convert("RGBA" if seen.has_transparency_data else "RGB")
    for ending, width in endings(KINDS[kind], seen.width).items():
        each = kinds[ending[ending.index(".") :]]
        (smaller := smooth.copy()).thumbnail((width, seen.height))
        made[ending] = encoded(smaller, each, icc_profile=colours, **BESIDE.get(each, {}))
    return made


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    image.save(file := BytesIO(), kind, **options)
    return file.getvalue()


def profile(image: Any) -> bytes | None:
    """What its colours mean, if it is said of such as are stored; without what may hang behind."""
    found: bytes = image.info.get("icc_profile") or b""
    found = found[: int.from_bytes(found[:4])]  # which is its length, as it says
    return found if found[16:20] == b"RGB " and len(found) <= MAX_PROFILE else None


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
