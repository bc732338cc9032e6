"""The tables of chat: rooms, who is in them, what is said there, and what of that was reported."""

from .messages import MAX_TEXT, Message, MessageQuerySet
from .people import Marker, Membership, MembershipQuerySet, Mention, lock_streams_of
from .reports import Report, ReportQuerySet
from .rooms import HIDING, Rights, Room, RoomQuerySet

__all__ = [
    "HIDING", "MAX_TEXT", "Marker", "Membership", "MembershipQuerySet", "Mention", "Message", "MessageQuerySet",
    "Report", "ReportQuerySet", "Rights", "Room", "RoomQuerySet", "lock_streams_of",
]  # fmt: skip
