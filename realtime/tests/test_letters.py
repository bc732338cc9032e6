"""Letters are compared alike by SQLite and PostgreSQL."""

import pytest
from django.db import connection

from realtime.text.letters import like


@pytest.mark.parametrize(
    ("pattern", "text", "is_like"),
    [
        ("%ärger%", "So ein Ärger!", True),
        ("ärger%", "So ein Ärger!", False),
        ("%ÄRGER", "so ein\närger", True),
        ("ä_ger", "Ärger", True),
        ("ä_ger", "Äger", False),
        ("100\\%%", "100% sure", True),
        ("100\\%", "100 or so", False),
        ("a\\_b", "axb", False),
        ("%.*%", "ab", False),
        ("%", "", True),
        ("", "", True),
        ("", "a", False),
        ("12%", 123, True),
        (None, "a", None),
    ],
)
def test_a_pattern_is_like_a_text_whatever_the_capitals(pattern, text, is_like):
    assert like(pattern, text, "\\") is is_like


@pytest.mark.django_db
def test_the_database_compares_like_that():
    with connection.cursor() as cursor:
        cursor.execute("SELECT LOWER('ÄÖ'), UPPER('ñ'), LOWER('Ärger') LIKE '%ärg%'")
        assert cursor.fetchone() == ("äö", "Ñ", 1)
