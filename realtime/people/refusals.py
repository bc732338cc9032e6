"""Why an action is declined: what the sender of a frame or form is told. (What closes a socket is CloseSocket.)"""

from __future__ import annotations

from math import ceil

from django.utils.functional import Promise
from django.utils.translation import gettext as _


class Refusal(Exception):
    """An action that is not carried out: the error frame's `code`, and words for the person who asked.

    `retry_after` are the seconds until the same may work.
    """

    def __init__(self, code: str, detail: str | Promise, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = str(detail)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """Whether it was stored is not known: send the same id again."""

    def __init__(self) -> None:
        super().__init__("unavailable", _("The server can't tell whether this was done. Send it again."))


class TooFast(Refusal):
    """A token bucket is empty for so many seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__("too_fast", _("You are going too fast. Wait a moment."), ceil(wait * 10) / 10)
