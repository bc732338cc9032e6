"""A key of the live blog, and its sender."""

import pytest

from liveblog.ingest.models import IngestKey
from liveblog.tests.conftest import head, liveblog, post  # noqa: F401

from .wire import Wire


@pytest.fixture
def key(liveblog):  # noqa: F811
    return IngestKey.objects.create(name="Harbour radio", liveblog=liveblog)


@pytest.fixture
def wire(key, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Wire(key)
