"""A picture is seen by readers as long as an entry that they see has it, and by the newsroom."""

import os
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from PIL import Image
from PIL.ExifTags import Base

from liveblog.demo import drawing
from liveblog.images import FOLDERS
from liveblog.images.names import beside
from liveblog.models import Entry, LiveBlog
from realtime.tests.desk import browser_of, form_of

from .pictures import files

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pictured(settings, tmp_path, post):
    """An entry with a picture that is wide enough for two widths of two kinds."""
    settings.MEDIA_ROOT = tmp_path
    return post(image=ContentFile(drawing(700, 20).read(), "sails.png"), image_alt="Sails")


def stored(entry: Entry) -> set[str]:
    """The names of an entry's picture: itself, and what is beside it."""
    name = str(entry.image)
    return {name, *beside(name, entry.image_width)}


def answers(client: Client, names: set[str]) -> set[int]:
    return {client.get(f"/media/{name}").status_code for name in names}


def test_it_comes_with_a_published_entry_and_goes_with_it_at_once(client, pictured):
    names = stored(pictured)
    assert len(names) == 4
    assert answers(client, names) == {200}
    for state in "retracted", "draft":
        Entry.objects.update(state=state)
        assert answers(client, names) == {404}
    Entry.objects.publish()
    assert answers(client, names) == {200}
    pictured.delete()
    assert answers(client, names) == {404}


def test_the_newsroom_sees_it_before_and_nobody_keeps_it(client, pictured, carol, alice):
    Entry.objects.update(state="draft")
    client.force_login(alice)
    assert answers(client, stored(pictured)) == {404}
    client.force_login(carol)
    for name in stored(pictured):
        page = client.get(f"/media/{name}")
        assert page.status_code == 200
        assert {"private", "no-store"} <= set(page["Cache-Control"].split(", "))


@pytest.mark.parametrize(
    ("deed", "is_staff", "status"), [("view", 1, 200), ("change", 1, 200), ("delete", 1, 404), ("view", 0, 404)]
)
def test_who_sees_drafts_in_the_admin_sees_their_pictures(client, pictured, alice, deed, is_staff, status):
    Entry.objects.update(state="draft")
    alice.is_staff = bool(is_staff)
    alice.save()
    alice.user_permissions.add(Permission.objects.get(codename=f"{deed}_entry"))
    client.force_login(alice)
    assert client.get(pictured.image.url).status_code == status


OLD = [
    "2026/01/photo.jpg",
    "2026/01/PXL_20260101_123456789.jpg",  # as long as a random one
    "pictures/2026/11/DLnXj2pGTKeqpJ0sEvGq4w.jpg",  # in one width
]


@pytest.mark.parametrize("name", OLD)
def test_pictures_of_earlier_releases_are_stored_anew(client, pictured, capsys, name):
    """They kept the name and all that the camera wrote."""
    photo = BytesIO()
    exif = Image.Exif()
    exif[Base.ImageDescription] = "WHITBY"
    Image.new("RGB", (700, 20), "navy").save(photo, "JPEG", exif=exif)
    old = default_storage.save(f"liveblog/{name}", ContentFile(photo.getvalue()))
    Entry.objects.update(image=old, image_width=700, image_height=20, updated_at=None)
    lost = Entry.objects.create(liveblog=pictured.liveblog, body="Look")
    Entry.objects.filter(pk=lost.pk).update(image="liveblog/2026/01/lost.jpg", image_width=9, image_height=9)
    call_command("pictures")
    said = capsys.readouterr()
    assert "Stored 1 pictures anew" in said.out
    assert "lost.jpg" in said.err
    entry = Entry.objects.get(pk=pictured.pk)
    assert str(entry.image.name).startswith(FOLDERS)
    assert Path(name).stem not in str(entry.image.name)
    assert entry.version > pictured.version  # open pages get the new address
    assert (entry.image_width, entry.image_height, entry.updated_at) == (700, 20, None)
    assert len(stored(entry)) == 4
    assert not [name for name in stored(entry) if b"WHITBY" in b"".join(client.get(f"/media/{name}"))]
    assert files().keys() == stored(entry)
    call_command("pictures")
    assert Entry.objects.get(pk=entry.pk).version == entry.version
    assert Entry.objects.get(pk=lost.pk).image.name == "liveblog/2026/01/lost.jpg"


def test_what_an_error_left_behind_is_removed_a_day_later(pictured, capsys, settings):
    with transaction.atomic():
        picture = ContentFile(drawing(700, 20).read(), "a.png")
        Entry.objects.create(liveblog=pictured.liveblog, body="Look", image=picture)
        transaction.set_rollback(True)
    left = files().keys() - stored(pictured)
    assert len(left) == 4
    call_command("pictures")
    assert left < files().keys()  # it may belong to what is being saved at the moment
    for path in Path(settings.MEDIA_ROOT).rglob("*.*"):
        os.utime(path, (0, 0))
    call_command("pictures")
    assert files().keys() == stored(pictured)
    assert "removed 4 files" in capsys.readouterr().out


def test_nobody_guesses_its_name(pictured):
    assert "sails" not in pictured.image.name
    assert len(Path(pictured.image.name).stem) >= 22  # 128 bits


GOES = {
    "it is deleted": lambda entry: entry.delete(),
    "many are deleted": lambda entry: Entry.objects.all().delete(),
    "its live blog is deleted": lambda entry: entry.liveblog.delete(),
    "many live blogs are deleted": lambda entry: LiveBlog.objects.all().delete(),
    "an update clears it": lambda entry: Entry.objects.update(image=""),
    "a save clears it": lambda entry: save(entry, image=""),
    "a save of this field clears it": lambda entry: save(entry, ["image"], image=None),
}


def save(entry, fields=None, **values):
    for name, value in values.items():
        setattr(entry, name, value)
    entry.save(update_fields=fields)


@pytest.mark.parametrize("goes", GOES.values(), ids=GOES)
def test_its_file_goes_with_it_unless_that_is_rolled_back(pictured, goes):
    before = files()
    assert before.keys() == stored(pictured)
    with transaction.atomic():
        goes(Entry.objects.get())
        assert files() == before
        transaction.set_rollback(True)
    assert files() == before
    goes(Entry.objects.get())
    assert files() == {}


def test_another_takes_its_place(pictured):
    for fields in None, ["image"]:
        save(pictured, fields, image=ContentFile(drawing(20, 20).read(), "other.png"))
        assert files().keys() == {pictured.image.name}
        pictured.refresh_from_db()
        assert (pictured.image_width, pictured.image_height) == (20, 20)


def test_an_editor_clears_it(pictured, carol):
    assert form_of(browser_of(carol), pictured).save(**{"image-clear": "on"}).status_code == 302
    assert files() == {}


def test_its_field_deletes_it_in_all_widths(pictured):
    pictured.image.delete()
    assert files() == {}
    assert not Entry.objects.get().image


def test_what_is_saved_without_it_leaves_its_file(pictured):
    save(pictured, ["body"], image="", body="Still here")
    save(Entry.objects.get(), body="And again")
    assert files().keys() == stored(Entry.objects.get())


def test_a_file_that_another_entry_has_too_stays(pictured, post):
    other = post(image=pictured.image.name, image_alt="Sails")
    pictured.delete()
    assert files().keys() == stored(other)
    other.delete()
    assert files() == {}


def test_a_file_that_no_entry_has_is_nobodys_business(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    default_storage.save("liveblog/left.png", ContentFile(b"x"))
    assert client.get("/media/liveblog/left.png").status_code == 404
