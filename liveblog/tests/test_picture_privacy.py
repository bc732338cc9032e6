"""A picture is seen by readers as long as an entry that they see has it, and by the newsroom."""

import os
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import transaction
from PIL import Image
from PIL.ExifTags import Base

from liveblog.demo import drawing
from liveblog.images import FOLDERS
from liveblog.models import Entry, LiveBlog
from realtime.tests.desk import browser_of, form_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pictured(settings, tmp_path, post):
    """An entry with a picture."""
    settings.MEDIA_ROOT = tmp_path
    return post(image=ContentFile(drawing(40, 20).read(), "sails.png"), image_alt="Sails")


def test_it_comes_with_a_published_entry_and_goes_with_it_at_once(client, pictured):
    url = pictured.image.url
    assert client.get(url).status_code == 200
    for state in "retracted", "draft":
        Entry.objects.update(state=state)
        assert client.get(url).status_code == 404
    Entry.objects.publish()
    assert client.get(url).status_code == 200
    pictured.delete()
    assert client.get(url).status_code == 404


def test_the_newsroom_sees_it_before_and_nobody_keeps_it(client, pictured, carol, alice):
    Entry.objects.update(state="draft")
    client.force_login(alice)
    assert client.get(pictured.image.url).status_code == 404
    client.force_login(carol)
    page = client.get(pictured.image.url)
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


@pytest.mark.parametrize("name", ["photo.jpg", "PXL_20260101_123456789.jpg"])  # as long as a random one
def test_pictures_of_earlier_releases_are_stored_anew(client, pictured, capsys, name):
    """They kept the name and all that the camera wrote."""
    photo = BytesIO()
    exif = Image.Exif()
    exif[Base.ImageDescription] = "WHITBY"
    Image.new("RGB", (60, 20), "navy").save(photo, "JPEG", exif=exif)
    old = default_storage.save(f"liveblog/2026/01/{name}", ContentFile(photo.getvalue()))
    Entry.objects.update(image=old, image_width=60, image_height=20, updated_at=None)
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
    assert (entry.image_width, entry.image_height, entry.updated_at) == (60, 20, None)
    assert b"WHITBY" not in b"".join(client.get(entry.image.url))
    assert not default_storage.exists(old)
    call_command("pictures")
    assert Entry.objects.get(pk=entry.pk).version == entry.version
    assert Entry.objects.get(pk=lost.pk).image.name == "liveblog/2026/01/lost.jpg"


def test_what_an_error_left_behind_is_removed_a_day_later(pictured, capsys, settings):
    with transaction.atomic():
        picture = ContentFile(drawing(40, 20).read(), "a.png")
        Entry.objects.create(liveblog=pictured.liveblog, body="Look", image=picture)
        transaction.set_rollback(True)
    left = [path for path in Path(settings.MEDIA_ROOT).rglob("*.*") if not str(path).endswith(pictured.image.name)]
    assert len(left) == 1
    call_command("pictures")
    assert left[0].exists()  # it may belong to what is being saved at the moment
    for path in Path(settings.MEDIA_ROOT).rglob("*.*"):
        os.utime(path, (0, 0))
    call_command("pictures")
    assert not left[0].exists()
    assert default_storage.exists(pictured.image.name)
    assert "removed 1 files" in capsys.readouterr().out


def test_nobody_guesses_its_name(pictured):
    assert "sails" not in pictured.image.name
    assert len(Path(pictured.image.name).stem) >= 22  # 128 bits


def files() -> set[str]:
    """What is in the storage."""
    root = Path(settings.MEDIA_ROOT)
    return {path.relative_to(root).as_posix() for path in root.rglob("*.*")}


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
    assert before == {pictured.image.name}
    with transaction.atomic():
        goes(Entry.objects.get())
        assert files() == before
        transaction.set_rollback(True)
    assert files() == before
    goes(Entry.objects.get())
    assert files() == set()


def test_another_takes_its_place(pictured):
    for fields in None, ["image"]:
        save(pictured, fields, image=ContentFile(drawing(20, 20).read(), "other.png"))
        assert files() == {pictured.image.name}
        pictured.refresh_from_db()
        assert (pictured.image_width, pictured.image_height) == (20, 20)


def test_an_editor_clears_it(pictured, carol):
    assert form_of(browser_of(carol), pictured).save(**{"image-clear": "on"}).status_code == 302
    assert files() == set()


def test_what_is_saved_without_it_leaves_its_file(pictured):
    save(pictured, ["body"], image="", body="Still here")
    save(Entry.objects.get(), body="And again")
    assert files() == {Entry.objects.get().image.name}


def test_a_file_that_another_entry_has_too_stays(pictured, post):
    other = post(image=pictured.image.name, image_alt="Sails")
    pictured.delete()
    assert files() == {other.image.name}
    other.delete()
    assert files() == set()


def test_a_file_that_no_entry_has_is_nobodys_business(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    default_storage.save("liveblog/left.png", ContentFile(b"x"))
    assert client.get("/media/liveblog/left.png").status_code == 404
