"""Pages that are the same for everyone are compressed for who takes that; nobody's own are."""

import gzip

import pytest
from django.test import AsyncClient

from realtime.hub import once
from realtime.pages import pages
from realtime.pages.compression import takes_gzip

from .board import urls


@pytest.fixture
def path(board, note):
    return f"/testboards/{board.pk}/"


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0,GZIP;q=0.8", True),
        ("deflate, gzip;q=0.001", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("br, gzip ; q=0.000, deflate", False),
        ("x-gzip", False),
        ("gzipped", False),
    ],
)
def test_who_takes_it_says_so(rf, header, taken):
    assert takes_gzip(rf.get("/", headers={"Accept-Encoding": header})) is taken


def test_a_page_is_compressed_for_who_takes_it_and_unpacks_to_what_others_get(client, path):
    plain, packed = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain
    assert gzip.decompress(packed.content) == plain.content
    assert int(packed["Content-Length"]) == len(packed.content)
    assert plain["Vary"] == packed["Vary"] == "Accept-Encoding"


def test_each_coding_has_an_etag_of_its_own_and_a_304(client, path):
    plain, packed = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip"})
    assert plain["ETag"] != packed["ETag"]
    for page, coding in (plain, "identity"), (packed, "gzip"):
        again = client.get(path, headers={"Accept-Encoding": coding, "If-None-Match": page["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", page["ETag"])
        assert again["Vary"] == "Accept-Encoding"
    assert client.get(path, headers={"If-None-Match": packed["ETag"]}).status_code == 200


async def test_a_crowd_has_its_page_built_and_compressed_once(hub, path, monkeypatch):
    packed = []

    def compress(content):
        packed.append(content)
        return gzip.compress(content)

    monkeypatch.setattr(once, "KEEP", 600)  # seconds, on a machine of any speed
    monkeypatch.setattr(pages, "compressed", compress)
    urls.built.clear()
    for _ in range(3):
        await AsyncClient().get(path, headers={"Accept-Encoding": "gzip"})
        await AsyncClient().get(path)
    assert (len(packed), urls.built) == (1, [""])


@pytest.mark.parametrize("private", ["/accounts/login/", "/admin/login/"])
def test_what_carries_a_token_or_is_ones_own_is_not_compressed(client, db, private):
    page = client.get(private, headers={"Accept-Encoding": "gzip"})
    assert page.status_code == 200
    assert "Content-Encoding" not in page
