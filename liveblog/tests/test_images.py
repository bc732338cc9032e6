"""One image an entry: checked when it is uploaded, and described for those who can't see it."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image, ImageCms

from liveblog import images
from liveblog.models import Entry

ADD = "/admin/liveblog/entry/add/"


def picture(name: str = "sails.png", kind: str = "PNG") -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(file, kind)
    return SimpleUploadedFile(name, file.getvalue())


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
    monkeypatch.setattr(images, "MAX_BYTES", len(picture().read()))
    assert upload(picture()) == {}
    monkeypatch.setattr(images, "MAX_BYTES", len(picture().read()) - 1)
    assert "image" in upload(picture())


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("a.png", b"This is text."),
        SimpleUploadedFile("a.png", b""),
        SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        SimpleUploadedFile("a.html", b"<script>alert(1)</script>"),
        picture("a.html"),
        picture("a.tiff", "TIFF"),
        picture("a", "PNG"),
        SimpleUploadedFile("a.png", picture().read()[:60]),
    ],
    ids=["text", "empty", "svg", "html", "html inside", "tiff", "no name", "cut off"],
)
def test_what_browsers_do_not_show_is_refused(upload, file):
    assert "image" in upload(file)
    assert not Entry.objects.exists()


def test_an_entry_whose_image_file_was_lost_is_still_shown(client, upload, tmp_path):
    upload(picture())
    entry = Entry.objects.get()
    (tmp_path / str(entry.image)).unlink()
    assert client.get("/liveblog/regatta/").status_code == 200
    assert client.get(f"/admin/liveblog/entry/{entry.pk}/change/").status_code == 200


def test_alt_text_is_escaped(client, upload):
    upload(picture(), image_alt='" onerror="alert(1)')
    assert "&quot; onerror=&quot;" in client.get("/liveblog/regatta/").text


def stored():
    return Image.open(Entry.objects.get().image.path)


def photo(kind="JPEG", size=(40, 30), **options):
    file = BytesIO()
    Image.new("RGB", size, "navy").save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_photo_stands_upright_and_tells_nothing_of_the_camera(upload, kind):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Model] = "Telltale"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (52.0, 31.0, 0.0)
    comment = {"comment": b"Telltale"} if kind == "JPEG" else {}
    content = photo(kind, exif=exif, **comment)
    assert b"Telltale" in content
    assert upload(SimpleUploadedFile("photo." + kind.lower(), content)) == {}
    entry = Entry.objects.get()
    assert (entry.image_width, entry.image_height) == (30, 40)
    with stored() as image:
        assert (image.size, image.format, dict(image.getexif())) == ((30, 40), kind, {})
    assert b"Telltale" not in Path(entry.image.path).read_bytes()


def test_a_large_photo_is_sized_and_its_profile_kept(upload):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert upload(SimpleUploadedFile("a.jpg", photo(size=(6_000, 3_000), icc_profile=profile))) == {}
    with stored() as image:
        assert (image.size, image.info["icc_profile"]) == ((2_560, 1_280), profile)


def test_what_is_in_a_file_counts_and_not_its_name(upload):
    for kind in "TIFF", "JPEG2000", "BMP":
        assert "image" in upload(SimpleUploadedFile("photo.jpg", photo(kind)))
    assert upload(SimpleUploadedFile("photo.jpg", photo("PNG"))) == {}
    assert str(Entry.objects.get().image).endswith(".png")


def test_a_bomb_is_refused_before_it_is_decoded(upload, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    file = BytesIO()
    Image.new("1", (13_000, 13_000)).save(file, "PNG")
    monkeypatch.setattr(images, "encoded", None)
    assert upload(SimpleUploadedFile("a.png", file.getvalue()))["image"] == [
        "Images may have 50 million pixels at most."
    ]


def test_an_animation_stays_one_unless_it_is_too_long(upload, monkeypatch):
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("navy", "white", "red")]
    for kind in "GIF", "WEBP":
        file = BytesIO()
        frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=[50, 60, 70], loop=0)
        assert upload(SimpleUploadedFile(f"a.{kind.lower()}", file.getvalue())) == {}
        with stored() as image:
            assert image.n_frames == 3
        Entry.objects.all().delete()
    monkeypatch.setattr(images, "MAX_PIXELS", 2 * 40 * 30)
    assert upload(SimpleUploadedFile("a.webp", file.getvalue())) == {}
    with stored() as image:
        assert image.n_frames == 1


def test_names_are_random_and_code_that_saves_is_no_way_around(liveblog, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for _ in range(2):
        file = SimpleUploadedFile("my-secret-plan.jpg", photo(exif=b"Exif\0\0Telltale"))
        Entry.objects.create(liveblog=liveblog, body="Look", image=file)
    first, second = Entry.objects.all()
    assert first.image.name != second.image.name
    for entry in first, second:
        assert "secret" not in str(entry.image)
        assert b"Telltale" not in Path(entry.image.path).read_bytes()
    with pytest.raises(ValidationError):
        Entry.objects.create(liveblog=liveblog, body="Look", image=SimpleUploadedFile("a.jpg", photo("TIFF")))
