"""What changes a picture without a form: no row names a file that is not there, or another picture's size."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from liveblog.models import Entry

from .pictures import content, picture

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
