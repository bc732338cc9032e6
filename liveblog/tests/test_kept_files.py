"""No error of a form loses its file."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse
from PIL import Image

from liveblog.images.names import beside
from liveblog.models import Entry
from realtime.desk import keeping
from realtime.tests.desk import Form, browser_of, form_of

from .pictures import files, picture


@pytest.fixture
def form(carol, liveblog, settings, tmp_path):
    """An entry's form that was sent with a picture, and refused because nothing says what it shows."""
    settings.MEDIA_ROOT = tmp_path
    form = Form(browser_of(carol), reverse("admin:liveblog_entry_add"))
    answer = form.save(liveblog=liveblog.pk, body="Look", image=picture())
    assert form.errors.keys() == {"image_alt"}
    assert "“sails.png” has been uploaded" in answer.text
    assert f'name="image-kept" value="{form.fields["image-kept"]}" checked' in answer.text
    assert "image" not in form.fields  # a browser does not send it again
    return form


def test_a_picture_is_there_when_what_was_missing_is_filled_in(form):
    assert form.save(image_alt="Sails").status_code == 302
    entry = Entry.objects.get()
    assert (entry.image_width, entry.image_alt) == (40, "Sails")
    assert default_storage.listdir("kept")[1] == []


def test_a_wide_picture_comes_in_all_widths_when_the_form_is_sent_again(form):
    form.save(image=picture(image=Image.new("RGB", (700, 20))), image_alt="")
    assert form.errors.keys() == {"image_alt"}
    assert form.save(image_alt="Sails").status_code == 302
    entry = Entry.objects.get()
    assert files().keys() == {str(entry.image), *beside(str(entry.image), entry.image_width)}
    assert len(files()) == 4


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


def test_it_can_be_left_out(form):
    del form.fields["image-kept"]  # as from a box that is not ticked
    assert form.save(image_alt="").status_code == 302
    assert not Entry.objects.get().image


def test_it_is_its_senders_alone(form, editor, client):
    [name] = default_storage.listdir("kept")[1]
    assert client.get(f"/media/kept/{name}").status_code == 404
    assert client.get(f"/media/x/../kept/{name}").status_code == 404
    form.client.force_login(editor)
    form.save(image_alt="Sails")
    assert "no longer here" in str(form.errors["__all__"])
    assert not Entry.objects.exists()


@pytest.mark.parametrize("how", ["it is too old", "it was pruned", "its name is made up"])
def test_what_is_no_longer_here_is_said_and_nothing_published_without_it(form, monkeypatch, how):
    if how == "its name is made up":
        form.fields["image-kept"] = "made:up:x"
    else:
        monkeypatch.setattr(keeping, "AGE", timedelta(0))
    if how == "it was pruned":
        call_command("prune")
        assert default_storage.listdir("kept")[1] == []
        monkeypatch.undo()
    assert form.save(image_alt="Sails").status_code == 200
    assert "no longer here" in str(form.errors["__all__"])
    assert form.save(image=picture()).status_code == 302
    assert Entry.objects.get().image
