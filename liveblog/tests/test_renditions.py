"""A picture is stored in the widths that pages show, and pages name exactly the files that are there."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from liveblog.images.names import STILL, originals
from liveblog.models import Entry

from .pictures import files, picture, told

WIDE = Image.radial_gradient("L").resize((1_600, 80)).convert("RGB")


def named(entry: Entry, kind: str = "liveblog") -> set[str]:
    """The files that an entry's HTML names."""
    html = entry.as_item(kind)["html"]
    addresses = re.findall(r' src="([^"]+)"', html)
    for srcset in re.findall(r' srcset="([^"]+)"', html):
        addresses += [source.split()[0] for source in srcset.split(", ")]
    return {address.removeprefix("/media/") for address in addresses}


def sizes(entry: Entry) -> dict[str, tuple[int, int]]:
    """What is stored, by how the names end: each file's width and height, read from it."""
    stem = str(Path(str(entry.image)).with_suffix(""))
    return {name.removeprefix(stem): Image.open(BytesIO(content)).size for name, content in files().items()}


def test_a_picture_is_stored_in_three_widths_and_in_webp(upload):
    assert upload(picture("a.jpg", "JPEG", WIDE)) == {}
    assert sizes(Entry.objects.get()) == {
        "-640.jpg": (640, 32),
        "-1280.jpg": (1_280, 64),
        ".jpg": (1_600, 80),
        "-640.webp": (640, 32),
        "-1280.webp": (1_280, 64),
        ".webp": (1_600, 80),
    }
    kinds = {Path(name).suffix[1:]: Image.open(BytesIO(content)).format for name, content in files().items()}
    assert kinds == {"jpg": "JPEG", "webp": "WEBP"}


def test_browsers_choose_among_them(client, upload):
    upload(picture("a.jpg", "JPEG", WIDE))
    stem = Entry.objects.get().image.url.removesuffix(".jpg")
    page = client.get("/liveblog/regatta/").text
    webp = f"{stem}-640.webp 640w, {stem}-1280.webp 1280w, {stem}.webp 1600w"
    assert f'<picture><source type="image/webp" srcset="{webp}" sizes="(min-width: 54rem) 40rem, ' in page
    assert f'<img src="{stem}.jpg" width="1600" height="80" alt="Sails" loading="lazy"' in page
    assert f' srcset="{stem}-640.jpg 640w, {stem}-1280.jpg 1280w, {stem}.jpg 1600w" sizes="(min-width' in page


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((640, 800), {640}),  # small as it is
        ((641, 800), {640, 641}),
        ((1_280, 10), {640, 1_280}),
        ((900, 4_000), {576}),  # by its height
        ((6_000, 3), {640, 1_280, 2_560}),
    ],
)
def test_none_is_wider_than_the_picture_itself(upload, size, widths):
    assert upload(picture("a.jpg", "JPEG", Image.new("RGB", size))) == {}
    entry = Entry.objects.get()
    assert {width for width, _ in sizes(entry).values()} == widths
    assert named(entry) == files().keys()


@pytest.mark.parametrize(
    ("kind", "count"), [("JPEG", 6), ("PNG", 6), ("GIF", 6), ("WEBP", 3), ("AVIF", 3)], ids=lambda value: str(value)
)
def test_pages_name_what_is_there_and_no_more(client, upload, kind, count):
    """WebP and AVIF are small by themselves."""
    upload(picture("a", kind, WIDE))
    entry = Entry.objects.get()
    assert len(files()) == count
    assert named(entry) == files().keys()
    for name, content in files().items():
        answer = client.get(f"/media/{name}")
        assert answer["Content-Type"] == Image.MIME[str(Image.open(BytesIO(content)).format)]
        assert b"".join(answer) == content


def test_the_desk_shows_the_smallest(upload):
    upload(picture("a.png", "PNG", WIDE))
    entry = Entry.objects.get()
    assert named(entry, "desk") == {str(entry.image).replace(".png", "-640.webp")}
    Entry.objects.all().delete()
    upload(picture("a.png", "PNG"))
    entry = Entry.objects.get()
    assert named(entry, "desk") == {str(entry.image)}


def test_what_moves_is_stored_alone(upload):
    """Each width of it would be an animation again."""
    frames = [WIDE, WIDE.rotate(180)]
    upload(picture("a.gif", "GIF", frames[0], save_all=True, append_images=frames[1:]))
    entry = Entry.objects.get()
    assert [*files()] == [str(entry.image)]
    assert named(entry) == named(entry, "desk") == {str(entry.image)}


@pytest.mark.parametrize("folder", ["liveblog/2026/01/", "liveblog/pictures/2026/11/"])
def test_pictures_of_earlier_releases_are_named_alone(post, folder):
    post()
    Entry.objects.update(image=f"{folder}abc.jpg", image_width=2_000, image_height=1_000, image_alt="Sails")
    entry = Entry.objects.get()
    assert named(entry) == named(entry, "desk") == {f"{folder}abc.jpg"}


def test_what_pages_name_follows_from_the_row_and_no_file_is_asked_for(post, monkeypatch):
    post()
    Entry.objects.update(image=f"{STILL}2026/12/abc.jpg", image_width=700, image_height=350, image_alt="Sails")
    entry = Entry.objects.get()
    for deed in "open", "exists", "size", "path":
        monkeypatch.setattr(entry.image.storage, deed, None)
    endings = {name.removeprefix(f"{STILL}2026/12/abc") for name in named(entry)}
    assert endings == {".jpg", "-640.jpg", "-640.webp", ".webp"}
    assert named(entry, "desk") == {f"{STILL}2026/12/abc-640.webp"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_every_width_is_upright_and_does_not_tell_where_it_was_taken(upload, kind):
    assert upload(told(kind, WIDE.resize((350, 700)))) == {}
    assert {width / height for width, height in sizes(Entry.objects.get()).values()} == {2}
    assert len(files()) >= 2
    for content in files().values():
        assert b"WHITBY" not in content
        assert not Image.open(BytesIO(content)).getexif()


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("GIF", "RGBA"), ("WEBP", "RGBA")])
def test_in_every_width_the_same_shines_through(upload, kind, mode):
    image = Image.new("RGBA", (1_000, 500), "red")
    image.paste((0, 0, 0, 0), (0, 0, 500, 500))
    assert upload(picture("a", kind, image if mode == "RGBA" else image.quantize(8))) == {}
    for content in files().values():
        shown = Image.open(BytesIO(content)).convert("RGBA")
        left, right = (pixel(shown, part) for part in (0.25, 0.75))
        assert (left[3], right[3]) == (0, 255)
        assert right[0] > 240 > 15 > right[1]


def pixel(image: Image.Image, part: float) -> Any:
    return image.getpixel((int(image.width * part), image.height // 2))


def test_every_width_keeps_the_colour_profile(upload):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    upload(picture("a.jpg", "JPEG", WIDE, icc_profile=profile))
    assert {Image.open(BytesIO(content)).info.get("icc_profile") for content in files().values()} == {profile}


def test_a_name_tells_beside_which_picture_a_file_may_be():
    for name in "a/b-640.webp", "a/b-1280.jpg", "a/b.webp", "a/b.jpg":
        assert {"a/b.jpg", "a/b.png", name} <= set(originals(name))
    assert "a/b.jpg" not in originals("a/b-641.webp")
    assert "a/b-640.jpg" in originals("a/b-640-640.webp")  # a random name may end like that
