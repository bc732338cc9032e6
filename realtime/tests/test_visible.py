"""What shows nothing is nothing, however long it is."""

import pytest
from django.core.exceptions import ValidationError

from realtime.text import is_empty, validate_visible

NOTHING = [
    "",
    " \n\t",
    "\u3164",
    "\u2800" * 5,
    "\u200b\u200d\ufeff",
    "\u202e\u2066",
    "\ufe0f",
    "\U000e0041",
    "\u00ad\u034f",
]


@pytest.mark.parametrize("text", NOTHING, ids=ascii)
def test_nothing_is_to_be_seen_of_invisible_characters(text):
    assert is_empty(text)
    if text:
        with pytest.raises(ValidationError):
            validate_visible(text)


@pytest.mark.parametrize("text", ["a", ".", "❤️", "👩‍🚀", "\u0301", "한", "می‌", "\U0001fae9"], ids=ascii)
def test_something_is(text):
    assert not is_empty(text)
    validate_visible(text)
