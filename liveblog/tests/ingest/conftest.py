"""A key of the live blog, and its sender."""

import pytest

from liveblog.models import IngestKey

from .wire import Wire


@pytest.fixture
def key(liveblog):
    return IngestKey.objects.create(name="Harbour radio", liveblog=liveblog)


@pytest.fixture
def wire(key, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Wire(key)
