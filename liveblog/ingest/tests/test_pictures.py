"""Pictures come in forms, and go the way of those that are uploaded."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from liveblog.models import Entry
from liveblog.tests.pictures import picture

from .wire import refused


def test_a_picture_comes_in_a_form_and_is_stored_as_one_that_is_uploaded(wire):
    answer = wire(picture("x.jpg", "JPEG"), id="a1", body="Look", image_alt="Sails", key_event="true")
    entry = Entry.objects.get()
    assert answer.status_code == 201
    assert (entry.image_width, entry.image_height, entry.image_alt, entry.key_event) == (40, 30, "Sails", True)
    assert str(entry.image).startswith("liveblog/stills/")
    again = wire(picture("y.jpg", "JPEG"), id="a1", body="Look", image_alt="Sails", key_event="true")
    assert again.json() == answer.json()
    assert refused(wire(picture("x.png"), id="a1", body="Look", image_alt="Sails", key_event="true")) == (409, "taken")


def test_an_edit_keeps_the_picture_or_brings_another(wire):
    wire(picture(), id="a1", image_alt="Sails")
    first = str(Entry.objects.get().image)
    wire(id="a1", action="edit", image_credit="Photo: Carol")
    assert str(Entry.objects.get().image) == first
    wire(picture("a.gif", "GIF"), id="a1", action="edit")
    assert str(Entry.objects.get().image).endswith(".gif")


def test_a_picture_without_alt_text_is_refused(wire):
    answer = wire(picture(), id="a1", body="Look")
    assert refused(answer) == (400, "invalid")
    assert answer.json()["detail"].startswith("image_alt: ")


HOSTILE = {
    "tiff": picture("a.jpg", "TIFF").read(),
    "cut off": picture().read()[:60],
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "nothing": b"",
    "many pixels": picture(image=Image.new("1", (5_000, 5_000))).read(),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_hostile_pictures_are_refused(wire, content, settings):
    answer = wire(SimpleUploadedFile("a.png", content), id="a1", body="Look", image_alt="Sails")
    assert refused(answer) == (400, "invalid")
    assert answer.json()["detail"].startswith("image: ")
    assert not Entry.objects.exists()
    assert not [*Path(settings.MEDIA_ROOT).rglob("*.*")]
