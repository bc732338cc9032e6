"""A picture is seen by readers as long as an entry that they see has it, and by the newsroom."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from liveblog.demo import drawing
from liveblog.models import Entry

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


def test_a_file_that_no_entry_has_is_nobodys_business(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    default_storage.save("liveblog/left.png", ContentFile(b"x"))
    assert client.get("/media/liveblog/left.png").status_code == 404
