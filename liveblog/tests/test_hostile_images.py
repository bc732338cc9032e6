"""Files that are no pictures, or more than that: refused with a sentence, or stored without what was hidden in them."""

import os
import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, ImageFile
from PIL.ExifTags import Base
from PIL.PngImagePlugin import PngInfo

from liveblog.images import preparing
from liveblog.models import Entry

from .pictures import files, picture


def test_an_image_that_is_too_large_is_refused(upload, monkeypatch):
    monkeypatch.setattr(preparing, "MAX_BYTES", len(picture().read()))
    assert upload(picture()) == {}
    monkeypatch.setattr(preparing, "MAX_BYTES", len(picture().read()) - 1)
    assert "image" in upload(picture())


KINDS = "Browsers show JPEG, PNG, WebP, AVIF and GIF."
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
DAMAGED = "This image is damaged."


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (SimpleUploadedFile("a.png", b"This is text."), KINDS),
        (SimpleUploadedFile("a.png", b""), "The submitted file is empty."),
        (SimpleUploadedFile("a.svg", SVG), KINDS),
        (SimpleUploadedFile("a.png", b"<?xml version='1.0'?>" + SVG), KINDS),
        (SimpleUploadedFile("a.html", b"<script>alert(1)</script>"), KINDS),
        (SimpleUploadedFile("a.jpg", b"PK\x03\x04" + bytes(99)), KINDS),
        (picture("photo.jpg", "TIFF"), KINDS),
        (picture("photo.jpg", "JPEG2000"), KINDS),
        (SimpleUploadedFile("a.png", picture().read()[:60]), DAMAGED),
        (SimpleUploadedFile("a.jpg", picture("a.jpg", "JPEG").read()[:-60]), DAMAGED),
        (SimpleUploadedFile("a.webp", picture("a.webp", "WEBP").read()[:-20]), DAMAGED),
        (SimpleUploadedFile("a.gif", picture("a.gif", "GIF").read()[:-20]), DAMAGED),
        (SimpleUploadedFile("a.avif", picture("a.avif", "AVIF").read()[:-20]), DAMAGED),
    ],
    ids=[
        "text", "empty", "svg", "svg as png", "html", "zip", "tiff", "jpeg 2000", "header alone", "cut off",
        "cut off webp", "cut off gif", "cut off avif",
    ],
)  # fmt: skip
def test_what_browsers_do_not_show_is_refused_and_said(upload, file, said):
    assert upload(file)["image"] == [said]
    assert not Entry.objects.exists()
    assert files() == {}


@pytest.mark.parametrize("side", [8_000, 13_000, 20_000])
@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_bomb_is_refused_before_it_is_decoded(upload, monkeypatch, side, kind):
    bomb = bytearray(picture("a.png", kind, Image.new("P", (1, 1))).read())
    if kind == "GIF":
        bomb[6:10] = struct.pack("<HH", side, side)
    else:
        bomb[16:24] = struct.pack(">II", side, side)
        bomb[29:33] = struct.pack(">I", zlib.crc32(bomb[12:29]))
    monkeypatch.setattr(ImageFile.ImageFile, "load", None)
    assert "20 megapixels" in str(upload(SimpleUploadedFile("a.png", bytes(bomb))))


@pytest.mark.parametrize("bound", [("MAX_FRAMES", 2), ("MAX_PIXELS", {"GIF": 40 * 30 * 2, "WEBP": 40 * 30 * 2})])
def test_all_frames_of_an_animation_count(upload, monkeypatch, bound):
    monkeypatch.setattr(preparing, *bound)
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("navy", "red", "white")]
    for count, refused in (2, False), (3, True):
        moving = picture("a.gif", "GIF", frames[0], save_all=True, append_images=frames[1:count])
        assert ("image" in upload(moving)) is refused


LARGE: dict[str, dict[str, Any]] = {  # of each kind, what takes most; `frames` of the height each
    "JPEG": {"mode": "CMYK", "size": (8000, 6250), "progressive": True, "quality": 30},
    "PNG": {"mode": "LA", "size": (5000, 4000)},
    "WEBP": {"mode": "RGBA", "size": (5000, 4000), "method": 0},
    "AVIF": {"mode": "RGBA", "size": (5000, 4000), "speed": 10},
    "GIF": {"mode": "RGBA", "size": (5000, 4000)},
    "moving PNG": {"mode": "RGBA", "size": (2500, 2000), "frames": 4},
    "moving WEBP": {"mode": "RGBA", "size": (2500, 2000), "frames": 4, "method": 0},
    "moving AVIF": {"mode": "RGBA", "size": (2500, 2000), "frames": 4, "speed": 10},
    "moving GIF": {"mode": "RGBA", "size": (2500, 2000), "frames": 4},
}
MEASURED = """
import re, sys, django
from pathlib import Path
django.setup()
from django.core.exceptions import ValidationError
from django.core.files import File
from liveblog.images import prepared
def peak(): return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
before = peak()
try:
    prepared(File(open(sys.argv[1], "rb")))
    print("taken")
except ValidationError as error:
    print(*error.messages)
print(peak() - before)
"""


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux says what a process took at most")
@pytest.mark.parametrize("kind", LARGE)
def test_the_largest_picture_takes_450_megabytes_at_most_and_a_larger_one_is_refused(kind, tmp_path):
    """In a process of its own. Its ru_maxrss would begin with that of this one, which made the picture."""
    options = dict(LARGE[kind])
    mode, (width, height), frames = options.pop("mode"), options.pop("size"), options.pop("frames", 1)
    for more, said in ((0, "taken"), (1, "megapixels")):
        shades = Image.radial_gradient("L").resize((width, height + more))
        image = Image.merge(mode, [shades] * len(mode))
        others = [image.rotate(90 * n) for n in range(1, frames)]
        moves = {"save_all": True, "append_images": others} if others else {}
        image.save(tmp_path / "picture", kind.split()[-1], **moves, **options)
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, str(tmp_path / "picture")],
            env=env, capture_output=True, text=True, check=True,
        )  # fmt: skip
        answer, kilobytes = done.stdout.splitlines()
        assert said in answer
        if not more:
            assert 20 * 1024 < int(kilobytes) < 450 * 1024  # more than nothing: it was measured


HIDDEN = b"<html><script>alert(1)</script></html>PK\x03\x04hidden.zip"


@pytest.mark.parametrize("kind", ["GIF", "JPEG", "PNG", "WEBP", "AVIF"])
def test_what_hangs_behind_a_picture_is_not_stored(upload, kind):
    """A file that is a picture to us, and a page or an archive to others."""
    hostile = picture("a.html", kind, Image.new("RGB", (700, 30), "navy")).read() + HIDDEN
    assert upload(SimpleUploadedFile("a.html", hostile)) == {}
    assert len(files()) >= 2
    assert not [name for name, content in files().items() if b"script" in content or b"PK" in content]


@pytest.mark.parametrize("kind", ["GIF", "JPEG", "PNG", "WEBP"])
def test_what_is_hidden_within_a_picture_is_not_stored(upload, kind):
    text = PngInfo()
    text.add_text("Comment", HIDDEN.decode("latin1"))
    exif = Image.Exif()
    exif[Base.ImageDescription] = HIDDEN.decode("latin1")
    image = Image.new("RGB", (700, 30), "navy")
    hostile = picture("a", kind, image, comment=HIDDEN, xmp=HIDDEN, exif=exif, pnginfo=text)
    assert b"hidden.zip" in hostile.read()
    hostile.seek(0)
    assert upload(hostile) == {}
    assert not [name for name, content in files().items() if b"script" in content or b"PK" in content]


def test_a_colour_profile_is_no_hiding_place(upload):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    upload(picture("a.jpg", "JPEG", icc_profile=profile + HIDDEN))
    long = (preparing.MAX_PROFILE + 1).to_bytes(4) + profile[4:] + bytes(preparing.MAX_PROFILE)
    upload(picture("a.jpg", "JPEG", icc_profile=long))
    found = [Image.open(BytesIO(content)).info.get("icc_profile") for content in files().values()]
    assert sorted(found, key=bool) == [None, profile]
