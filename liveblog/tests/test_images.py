"""One image an entry: checked when it is uploaded, and described for those who can't see it."""

import os
import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, ImageDraw, ImageFile
from PIL.ExifTags import GPS, IFD
from PIL.ExifTags import Base as Tag
from PIL.PngImagePlugin import PngInfo

from liveblog.images import preparing
from liveblog.models import Entry

ADD = "/admin/liveblog/entry/add/"
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


@pytest.fixture
def upload(client, carol, liveblog, settings, tmp_path):
    """`upload(file)`: what the admin says to a new entry with this image: its errors by field, or {}."""
    settings.MEDIA_ROOT = tmp_path
    client.force_login(carol)

    def upload(image, **fields):
        fields = {"liveblog": liveblog.pk, "body": "Look", "state": "published", "image_alt": "Sails", **fields}
        answer = client.post(ADD, {"image": image, **fields})
        return {} if answer.status_code == 302 else dict(answer.context["adminform"].form.errors)

    return upload


@pytest.mark.parametrize(("name", "kind"), [("a.png", "PNG"), ("a.JPG", "JPEG"), ("a.webp", "WEBP"), ("a.gif", "GIF")])
def test_an_image_is_shown_at_its_size_with_its_text_and_credit(client, upload, name, kind):
    assert upload(picture(name, kind), image_credit="Photo: Carol") == {}
    entry = Entry.objects.get()
    assert (entry.image_width, entry.image_height) == (40, 30)
    assert 'width="40" height="30" alt="Sails" loading="lazy"' in client.get("/liveblog/regatta/").text
    assert "<figcaption>Photo: Carol</figcaption>" in client.get(entry.get_absolute_url()).text
    assert entry.as_item("liveblog")["data"]["image"] == {
        "url": entry.image.url,
        "width": 40,
        "height": 30,
        "alt": "Sails",
        "credit": "Photo: Carol",
    }


def test_an_image_without_alt_text_is_refused(upload):
    assert "image_alt" in upload(picture(), image_alt="")


def test_an_image_that_is_too_large_is_refused(upload, monkeypatch):
    monkeypatch.setattr(preparing, "MAX_BYTES", len(picture().read()))
    assert upload(picture()) == {}
    monkeypatch.setattr(preparing, "MAX_BYTES", len(picture().read()) - 1)
    assert "image" in upload(picture())


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("a.png", b"This is text."),
        SimpleUploadedFile("a.png", b""),
        SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        SimpleUploadedFile("a.html", b"<script>alert(1)</script>"),
        picture("photo.jpg", "TIFF"),
        picture("photo.jpg", "JPEG2000"),
        SimpleUploadedFile("a.png", picture().read()[:60]),
        SimpleUploadedFile("a.jpg", picture("a.jpg", "JPEG").read()[:-60]),
    ],
    ids=["text", "empty", "svg", "html", "tiff", "jpeg 2000", "header alone", "cut off"],
)
def test_what_browsers_do_not_show_is_refused(upload, file):
    assert "image" in upload(file)
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("name", "kind", "suffix"),
    [
        ("a.jpg", "PNG", ".png"),
        ("a.html", "GIF", ".gif"),
        ("a", "WEBP", ".webp"),
        ("x" * 200 + ".tiff", "JPEG", ".jpg"),
    ],
)
def test_what_counts_is_what_is_in_a_file(client, upload, name, kind, suffix):
    assert upload(picture(name, kind)) == {}
    entry = Entry.objects.get()
    assert str(entry.image).endswith(suffix)
    assert shown(entry).format == kind
    assert client.get(entry.image.url)["Content-Type"] == Image.MIME[kind]


def told(kind: str) -> SimpleUploadedFile:
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
    return picture("a", kind, pnginfo=text, **hidden)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_is_upright_and_does_not_tell_where_it_was_taken(upload, kind):
    assert b"WHITBY" in told(kind).read()
    assert upload(told(kind)) == {}
    entry = Entry.objects.get()
    assert (entry.image_width, entry.image_height) == shown(entry).size == (30, 40)
    assert not shown(entry).getexif()
    assert b"WHITBY" not in content(entry)


def test_code_stores_pictures_as_the_admin_does(liveblog, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    by_save = Entry(liveblog=liveblog, body="Look", image=told("JPEG"))
    by_save.save()
    by_field = Entry.objects.create(liveblog=liveblog, body="Look")
    by_field.image.save("photo.jpg", told("JPEG"))
    by_name = Entry.objects.create(liveblog=liveblog, body="Look")
    by_name.image = told("JPEG")
    by_name.save(update_fields=["image"])
    [in_bulk] = Entry.objects.bulk_create([Entry(liveblog=liveblog, body="Look", image=told("JPEG"))])
    for entry in by_save, by_field, by_name, in_bulk:
        entry.refresh_from_db()
        assert (entry.image_width, entry.image_height) == (30, 40)
        assert b"WHITBY" not in content(entry)
        assert "photo" not in str(entry.image)
    with pytest.raises(ValidationError, match="Browsers show"):
        Entry.objects.create(liveblog=liveblog, body="Look", image=picture("a.jpg", "TIFF"))


UPDATES = {
    "update": lambda entry, new: Entry.objects.update(image=new),
    "update by a field's file": lambda entry, new: Entry.objects.update(image=changed(entry, new).image),
    "bulk_update": lambda entry, new: Entry.objects.bulk_update([changed(entry, new)], ["image"]),
}


def changed(entry, new):
    entry.image = new
    return entry


@pytest.mark.parametrize("update", UPDATES.values(), ids=UPDATES)
@pytest.mark.django_db(transaction=True)
def test_an_update_does_not_name_a_file_that_is_not_there(update, post, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    entry = post(image=picture(), image_alt="Sails")
    before = Entry.objects.get()
    with pytest.raises(ValueError, match=r"stored by save\(\)"):
        update(entry, picture("new.png"))
    after = Entry.objects.get()
    assert (after.image.name, after.version) == (before.image.name, before.version)
    assert content(after)
    assert (after.image_width, after.image_height) == (before.image_width, before.image_height)


RENAMED = {
    "update": lambda entry, other: Entry.objects.filter(pk=entry.pk).update(
        image=other.image, image_width=other.image_width, image_height=other.image_height
    ),
    "bulk_update": lambda entry, other: Entry.objects.bulk_update([changed(entry, other.image.name)], ["image"]),
}


@pytest.mark.parametrize("update", RENAMED.values(), ids=RENAMED)
@pytest.mark.django_db(transaction=True)
def test_an_update_to_a_stored_picture_brings_its_size(update, post, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    entry = post(image=picture(), image_alt="Sails")
    wide = BytesIO()
    Image.new("RGB", (90, 10)).save(wide, "PNG")
    other = post(image=SimpleUploadedFile("wide.png", wide.getvalue()), image_alt="Sails")
    with pytest.raises(ValueError, match="with its width and height"):
        Entry.objects.filter(pk=entry.pk).update(image=other.image.name)
    assert content(Entry.objects.get(pk=entry.pk))
    update(entry, other)
    entry.refresh_from_db()
    assert (entry.image.name, entry.image_width, entry.image_height) == (other.image.name, 90, 10)


CLEARED = {
    "update": lambda entry: Entry.objects.update(image=""),
    "bulk_update": lambda entry: Entry.objects.bulk_update([changed(entry, "")], ["image"]),
}


@pytest.mark.parametrize("update", CLEARED.values(), ids=CLEARED)
@pytest.mark.django_db(transaction=True)
def test_an_update_to_no_picture_clears_its_size(update, post, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    entry = post(image=picture(), image_alt="Sails")
    update(entry)
    entry.refresh_from_db()
    assert (entry.image.name, entry.image_width, entry.image_height) == ("", None, None)


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


def test_a_phones_picture_with_extras_is_a_jpeg(upload):
    assert upload(picture("a.jpg", "MPO", save_all=True, append_images=[NAVY])) == {}
    assert shown(Entry.objects.get()).format == "JPEG"


def test_a_large_picture_is_made_as_small_as_pages_show_it(upload):
    assert upload(picture(image=Image.new("L", (5_120, 300)))) == {}
    entry = Entry.objects.get()
    assert (entry.image_width, entry.image_height) == shown(entry).size == (2_560, 150)


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


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_what_moves_goes_on_moving(upload, kind):
    frames = [Image.new("RGBA", (40, 30)) for _ in range(3)]
    for place, frame in enumerate(frames):
        ImageDraw.Draw(frame).ellipse((place * 10, 0, place * 10 + 9, 29), "red")  # which wanders to the right
    options = {"disposal": 2} if kind == "GIF" else {}
    moving = picture("a", kind, frames[0], save_all=True, append_images=frames[1:], duration=300, loop=0, **options)
    assert upload(moving) == {}
    image = shown(Entry.objects.get())
    assert (image.format, image.n_frames, image.info["duration"], image.info["loop"]) == ("WEBP", 3, 300, 0)
    for place in range(3):
        image.seek(place)
        alphas = [image.convert("RGBA").getpixel((column * 10 + 5, 15))[3] for column in range(3)]
        assert alphas == [255 * (column == place) for column in range(3)]


@pytest.mark.parametrize("bound", [("MAX_FRAMES", 2), ("MAX_PIXELS", {"GIF": 40 * 30 * 2, "WEBP": 40 * 30 * 2})])
def test_all_frames_of_an_animation_count(upload, monkeypatch, bound):
    monkeypatch.setattr(preparing, *bound)
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("navy", "red", "white")]
    for count, refused in (2, False), (3, True):
        moving = picture("a.gif", "GIF", frames[0], save_all=True, append_images=frames[1:count])
        assert ("image" in upload(moving)) is refused


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_pictures_of_every_kind_of_colour_keep_it(upload, mode):
    image = Image.new("L", (40, 30), 255).convert(mode) if mode != "I;16" else Image.new(mode, (40, 30), 65_535)
    assert upload(picture(image=image)) == {}
    assert shown(Entry.objects.get()).convert("RGBA").getpixel((9, 9)) == (255, 255, 255, 255)


def test_a_picture_keeps_its_colour_profile_if_it_is_one_of_its_colours(upload):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    upload(picture("a.jpg", "JPEG", Image.new("RGB", (6_000, 3_000)), icc_profile=profile))
    image = shown(Entry.objects.get())
    assert (image.size, image.info["icc_profile"]) == ((2_560, 1_280), profile)
    Entry.objects.all().delete()
    upload(picture("a.jpg", "JPEG", NAVY.convert("CMYK"), icc_profile=profile[:16] + b"CMYK" + profile[20:]))
    assert "icc_profile" not in shown(Entry.objects.get()).info


def test_an_entry_whose_image_file_was_lost_is_still_shown(client, upload, tmp_path):
    upload(picture())
    entry = Entry.objects.get()
    (tmp_path / str(entry.image)).unlink()
    assert client.get("/liveblog/regatta/").status_code == 200
    assert client.get(f"/admin/liveblog/entry/{entry.pk}/change/").status_code == 200


def test_alt_text_is_escaped(client, upload):
    upload(picture(), image_alt='" onerror="alert(1)')
    assert "&quot; onerror=&quot;" in client.get("/liveblog/regatta/").text
