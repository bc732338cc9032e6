"""Why something is not done: the error codes, each with its words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from realtime.people import Refusal

WORDS = {
    "sign_in": _("Sign in to take part."),
    "not_member": _("Join the room to write in it."),
    "banned": _("You are banned from this room."),
    "muted": _("A moderator has muted you for a while."),
    "closed": _("This room is closed: it can be read, and nobody writes."),
    "slow": _("Messages are slowed down here. Wait a moment before the next one."),
    "too_long": _("This is too long."),
    "empty": _("There is nothing in it."),
    "malformed": _("This can't be understood."),
    "not_found": _("This room is not there, or no longer."),
    "not_yours": _("Only what is your own can be changed."),
    "forbidden": _("This is for moderators."),
}


MISSING = {
    "message": _("This message is not there, or no longer."),
    "person": _("This person is not there, or no longer."),
    "member": _("This person is not in the room, or no longer."),
}


def missing(what: str) -> Refusal:
    """`not_found`, of something in a room."""
    return Refusal("not_found", MISSING[what])


def refusal(code: str, retry_after: float | None = None) -> Refusal:
    return Refusal(code, WORDS[code], retry_after)
