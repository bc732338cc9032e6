"""Pictures to upload, and what is stored of them."""

from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.ExifTags import GPS, IFD
from PIL.ExifTags import Base as Tag
from PIL.PngImagePlugin import PngInfo

from liveblog.models import Entry

NAVY = Image.new("RGB", (40, 30), "navy")


def picture(
    name: str = "sails.png", kind: str = "PNG", image: Image.Image = NAVY, **options: Any
) -> SimpleUploadedFile:
    file = BytesIO()
    image.save(file, kind, **options)
    return SimpleUploadedFile(name, file.getvalue())


def content(entry: Entry) -> bytes:
    """What is stored, as browsers get it."""
    with entry.image.open() as file:
        return file.read()


def shown(entry: Entry) -> Any:
    image: Any = Image.open(BytesIO(content(entry)))
    image.load()
    return image


def told(kind: str, image: Image.Image = NAVY) -> SimpleUploadedFile:
    """A picture lying on its side, that tells where it was taken."""
    exif = Image.Exif()
    exif[Tag.Orientation] = 6
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitudeRef] = "WHITBY"
    hidden: dict[str, Any] = {
        "exif": exif,
        "comment": b"WHITBY",
        "xmp": b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>WHITBY</x:xmpmeta>",
    }
    text = PngInfo()
    text.add_text("Place", "WHITBY")
    return picture("a", kind, image, pnginfo=text, **hidden)


def files() -> dict[str, bytes]:
    """What is in the storage, by name."""
    root = Path(settings.MEDIA_ROOT)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.*")}
