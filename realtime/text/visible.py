"""Whether there is anything to see: text can be long and show nothing, and names hide what tells them apart."""

from __future__ import annotations

import re
from unicodedata import category

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}  # controls, marks of direction, halves of characters, spaces
# Letters and marks that are drawn as nothing: fillers, joiners, variation selectors, a Braille cell without dots.
BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")


def is_seen(character: str) -> bool:
    return category(character) not in UNSEEN and not BLANK.match(character)


def is_empty(text: str) -> bool:
    return not any(map(is_seen, text))


def validate_visible(text: str) -> None:
    """For fields of models and forms; one that may be left out is left out by typing nothing."""
    if text and is_empty(text):
        raise ValidationError(_("There is nothing to be seen in this."), code="invisible")
