"""The moderators' desk: where the lists of the admin are, and what the clock says there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

ROOMS, PEOPLE, MESSAGES, REPORTS = (f"/admin/chat/{model}/" for model in ("room", "membership", "message", "report"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def is_near(found: Any, moment: datetime) -> bool:
    """Within a minute of it."""
    return abs(found - moment) < timedelta(minutes=1)
