"""What scripts read is written for scripts, however a site writes its numbers."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from chat.models import Message, Room
from liveblog.models import Entry, LiveBlog

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paths(alice):
    """Of pages about rows whose keys and numbers need a separator."""
    liveblog = LiveBlog.objects.create(pk=12_345, title="Harbour regatta", slug="regatta")
    entry = Entry.objects.create(pk=23_456, liveblog=liveblog, body="They are off.", state="published")
    room = Room.objects.create(pk=34_567, name="Lobby", slug="lobby", slow_seconds=1_200)
    room.memberships.create(pk=45_678, user=alice, role="moderator")
    message = Message(pk=56_789, author=alice, author_name="Alice", client_id="0" * 32, text="Hi @alice.")
    Message.post(room, [message])
    Message.objects.update(number=67_890, created_at=timezone.now())
    people = reverse("chat:people", args=["lobby"])
    rows = [row.get_absolute_url() for row in (liveblog, entry, room)]
    return ["/liveblog/", "/chat/", people, *rows]


def test_no_attribute_has_a_separator_in_its_numbers(client, settings, paths, alice):
    client.force_login(alice)
    pages = [client.get(path).text for path in paths]
    settings.USE_THOUSAND_SEPARATOR = True
    for path, page in zip(paths, pages, strict=True):
        localised = client.get(path).text
        for name, value in re.findall(r'([\w-]+)="([^"]*)"', localised):
            assert not re.search(r"\d,\d{3}\b", value), (path, name, value)
        assert re.findall(r'data-[\w-]+="[^"]*"', localised) == re.findall(r'data-[\w-]+="[^"]*"', page)
