"""How often a name, or an address, may be tried: the wait grows with each attempt, in all processes alike.

Attempts are counted before they are made, so that many at once gain nothing, and forgotten when they succeed or after
an hour of quiet. What is kept names nobody: keys are hashed.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from realtime.hub import address_key

from .models import Attempt

QUIET = timedelta(hours=1)  # after which attempts are forgotten

log = logging.getLogger(__name__)


class Growth(NamedTuple):
    """So many attempts are free; after them the wait doubles from a second to `longest` seconds."""

    free: int
    longest: float


BOTH = Growth(free=5, longest=900)  # one name from one address
NAME = Growth(free=20, longest=60)  # from anywhere: not so long that strangers can lock its owner out
ADDRESS = Growth(free=30, longest=60)  # whole offices share one


class Throttle:
    """Attempts of one kind, such as `sign-in`, by a name and from an address."""

    def __init__(self, kind: str, name: str, host: str | None) -> None:
        name = name.strip().casefold()
        self.address = address_key(host) or ""
        self.name = digest(kind, "name", name)
        self.both = digest(kind, "both", name, self.address)
        self.keys = {self.name: NAME, self.both: BOTH} if name else {}
        if self.address:
            self.keys[digest(kind, "address", self.address)] = ADDRESS

    def attempt(self) -> int:
        """Count one: 0, or the seconds to wait until one more is looked at."""
        now = timezone.now()
        with transaction.atomic():
            Attempt.objects.filter(at__lt=now - QUIET).delete()
            new = [Attempt(key=key, at=now, until=now) for key in self.keys]
            Attempt.objects.bulk_create(new, ignore_conflicts=True)
            rows = list(Attempt.objects.select_for_update().filter(key__in=self.keys).order_by("key"))
            wait = max((row.until - now for row in rows), default=timedelta())
            if wait > timedelta():
                return max(1, round(wait.total_seconds()))
            for row in rows:
                row.count += 1
                growth = self.keys[row.key]
                over = row.count - growth.free
                row.at, row.until = now, now
                if over >= 0:
                    row.until += timedelta(seconds=min(2.0 ** min(over, 30), growth.longest))
                row.save()
        return 0

    def succeeded(self) -> None:
        """What was right does not count."""
        with transaction.atomic():
            Attempt.objects.filter(key=self.both).delete()
            for row in Attempt.objects.select_for_update().filter(key__in=self.keys):
                row.count, row.until = max(0, row.count - 1), timezone.now()
                row.save()

    def failed(self) -> None:
        log.warning("Sign-in failed: name %s from %s", self.name[:12], self.address)


def digest(*words: str) -> str:
    return salted_hmac("accounts.throttle", "\x1f".join(words), algorithm="sha256").hexdigest()


def too_often(wait: int) -> str:
    text = ngettext(
        "Too many attempts. Try again in %(wait)d second.", "Too many attempts. Try again in %(wait)d seconds.", wait
    )
    return text % {"wait": wait}
