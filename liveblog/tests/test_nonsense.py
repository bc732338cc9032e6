"""What is no sense in the admin's addresses is a bad request, and no fault of ours."""

import pytest

from realtime.tests.desk import browser_of

ADD = "/admin/liveblog/entry/add/"


@pytest.mark.parametrize(
    "path",
    [
        f"{ADD}?liveblog=abc",
        f"{ADD}?liveblog=99999999999999999999",
        f"{ADD}?liveblog=-99999999999999999999",
        f"{ADD}?pinned=maybe",
        "/admin/liveblog/liveblog/add/?starts_at=nonsense",
        "/admin/liveblog/liveblog/add/?starts_at=2026-13-45",
    ],
)
def test_a_new_row_cannot_begin_with_it(editor, db, path):
    assert browser_of(editor).get(path).status_code == 400


@pytest.mark.parametrize("query", ["?headline=Start&pinned=1", "?nothing=of-ours", "?liveblog={}", "?state=nope"])
def test_what_can_be_said_of_it_is_taken(editor, liveblog, query):
    assert browser_of(editor).get(ADD + query.format(liveblog.pk)).status_code == 200
