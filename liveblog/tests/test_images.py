"""One image an entry: checked when it is uploaded, and described for those who can't see it."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from liveblog import models
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
    monkeypatch.setattr(models, "MAX_IMAGE_BYTES", len(picture().read()))
    assert upload(picture()) == {}
    monkeypatch.setattr(models, "MAX_IMAGE_BYTES", len(picture().read()) - 1)
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
