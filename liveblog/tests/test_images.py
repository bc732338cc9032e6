"""One image an entry: stored as readers see it, and described for those who can't see it."""

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageCms, ImageDraw

from liveblog.models import Entry

from .pictures import NAVY, content, picture, shown, told


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


def test_a_phones_picture_with_extras_is_a_jpeg(upload):
    assert upload(picture("a.jpg", "MPO", save_all=True, append_images=[NAVY])) == {}
    assert shown(Entry.objects.get()).format == "JPEG"


def test_a_large_picture_is_made_as_small_as_pages_show_it(upload):
    assert upload(picture(image=Image.new("L", (5_120, 300)))) == {}
    entry = Entry.objects.get()
    assert (entry.image_width, entry.image_height) == shown(entry).size == (2_560, 150)


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
