"""What people are called. A name is one person's, however it is written: `alice`, `Alice.` and `аlicе` are the same.

What looks alike is known from Unicode's own table (TR 39). The keys of everybody's names are kept, and are unique: of
two who take a name at once one is refused. Who shared one before that was so keeps it.
"""

from __future__ import annotations

import re
from functools import cache
from unicodedata import category, normalize

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from realtime.text import is_empty, is_seen

JOINERS = re.compile("(?<=\\S)[\u200c\u200d\ufe0e\ufe0f]")  # within words of some scripts, and between emoji


def keys(name: str) -> set[str]:
    """By which names are compared: a capital I looks like a small l, and is a small i to who types it."""
    name = normalize("NFKC", name)
    letters = {"".join(filter(is_letter, skeleton(each))).casefold() for each in (name, name.casefold())}
    return letters - {""} or {name.casefold()} - {""}


def skeleton(text: str) -> str:
    return normalize("NFC", normalize("NFD", text).translate(prototypes()))


def is_letter(character: str) -> bool:
    return category(character)[0] in "LNM" and is_seen(character)


@cache
def prototypes() -> dict[int, str]:
    """What each character is taken for; of two that are taken for each other the first."""
    from confusable_homoglyphs.confusables import confusables_data  # a megabyte

    alike = {one.strip("\u200e"): [each["c"] for each in others] for one, others in confusables_data.items()}
    single = {one: others[0] for one, others in alike.items() if len(one) == len(others) == 1}
    return {ord(one): other for one, other in single.items() if single.get(other) != one or other < one}


def written(name: str) -> str:
    """A name as it is kept. Raises ValidationError."""
    name = " ".join(normalize("NFKC", name).split())
    if is_empty(name) or not all(each == " " or is_seen(each) for each in JOINERS.sub("", name)):
        raise ValidationError(_("A name has no invisible characters."), code="invisible")
    return name
