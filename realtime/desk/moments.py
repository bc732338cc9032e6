"""Moments by the clock of the newsroom: in a form, also in the night when that clock goes back; and short, in lists."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


class MomentField(forms.SplitDateTimeField):
    """Django's, which takes no time that comes twice. Here it is the first; what the clock leaves out is refused."""

    def compress(self, data_list: Any) -> datetime | None:
        try:
            return super().compress(data_list)
        except ValidationError as error:
            naive = datetime.combine(*data_list) if error.code == "ambiguous_timezone" else None
            if naive is None or timezone.make_naive((first := timezone.make_aware(naive)).astimezone(UTC)) != naive:
                raise
            return first


def short(moment: datetime) -> str:
    """As short as it can be told: today the time alone, and in this year no year."""
    local, today = timezone.localtime(moment), timezone.localdate()
    if local.date() == today:
        return date_format(local, "H:i")
    return date_format(local, "j M, H:i" if local.year == today.year else "j M Y, H:i")


def validate_moment(moment: datetime) -> None:
    """At the ends of time a moment has no other zone: whatever shows it would fail."""
    if not 1900 <= moment.year <= 2200:
        raise ValidationError(_("Choose a year between 1900 and 2200."))
