"""The index in groups: live now, coming up, ended. A position begins with its group, so that whoever keeps the list in
order, here or in a browser, keeps the groups; their headings stand in it, each above all that its group can hold."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from realtime.streams import position

#: Digits, and the marks of far-off times, the other way round: what comes first stands first.
MIRROR = str.maketrans("0123456789-~", "9876543210~-")


class Group(NamedTuple):
    state: str
    rank: str  # of its positions, the highest first
    title: str | Promise
    soonest_first: bool = False

    @property
    def top(self) -> str:
        """A position above all that can be in the group, and below the group before it."""
        return f"{self.rank}.~~"

    def position(self, moment: datetime, pk: int) -> str:
        _, _, place = position(moment, pk).partition(".")
        return f"{self.rank}.{self.mirrored(place)}"

    def plain(self, text: str) -> str:
        """A position in this group as all others have theirs."""
        return f"0.{self.mirrored(text.partition('.')[2])}"

    def mirrored(self, place: str) -> str:
        return place.translate(MIRROR) if self.soonest_first else place


GROUPS = [
    Group("live", "2", _("Live now")),
    Group("upcoming", "1", _("Coming up"), soonest_first=True),
    Group("ended", "0", _("Ended")),
]


def group_of(state: str) -> Group:
    return next(group for group in GROUPS if group.state == state)
