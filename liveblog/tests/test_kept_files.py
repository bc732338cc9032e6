"""No error of a form loses its file."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from liveblog.models import Entry
from realtime import keeping
from realtime.tests.desk import Form, browser_of, form_of

from .test_images import picture


@pytest.fixture
def form(carol, liveblog, settings, tmp_path):
    """An entry's form that was sent with a picture, and refused because nothing says what it shows."""
    settings.MEDIA_ROOT = tmp_path
    form = Form(browser_of(carol), reverse("admin:liveblog_entry_add"))
    answer = form.save(liveblog=liveblog.pk, body="Look", image=picture())
    assert form.errors.keys() == {"image_alt"}
    assert "“sails.png” has been uploaded" in answer.text
    assert "image" not in form.fields  # a browser does not send it again
    return form


def test_a_picture_is_there_when_what_was_missing_is_filled_in(form):
    assert form.save(image_alt="Sails").status_code == 302
    entry = Entry.objects.get()
    assert (entry.image_width, entry.image_alt) == (40, "Sails")
    assert default_storage.listdir("kept")[1] == []


def test_it_is_kept_through_several_errors_and_once(form):
    for _ in range(3):
        form.save(body="")
    assert len(default_storage.listdir("kept")[1]) == 1
    assert form.save(body="Look", image_alt="Sails").status_code == 302
    assert Entry.objects.get().image


def test_another_picture_takes_its_place(form):
    assert form.save(image=picture("other.gif", "GIF"), image_alt="Sails").status_code == 302
    assert str(Entry.objects.get().image).endswith(".gif")


def test_a_picture_for_an_entry_that_is_there_is_kept_too(form, post, carol):
    entry = post()
    change = form_of(browser_of(carol), entry)
    assert change.save(image=picture()).status_code == 200
    assert change.save(image_alt="Sails").status_code == 302
    entry.refresh_from_db()
    assert entry.image


def test_it_is_its_senders_alone_and_not_for_long(form, editor, monkeypatch, client):
    [name] = default_storage.listdir("kept")[1]
    assert client.get(f"/media/kept/{name}").status_code == 404
    assert client.get(f"/media/x/../kept/{name}").status_code == 404
    form.client.force_login(editor)
    form.save(image_alt="Sails")
    assert not Entry.objects.get().image
    monkeypatch.setattr(keeping, "AGE", timedelta(0))
    keeping.forget_old()
    assert default_storage.listdir("kept")[1] == []


def test_a_made_up_name_of_one_is_as_if_it_were_not_there(form):
    assert form.save(image_alt="", **{"image-kept": "made:up:x"}).status_code == 302
    assert not Entry.objects.get().image
