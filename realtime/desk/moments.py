"""A moment in a form, by the clock of the newsroom: also in the night when that clock goes back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone


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
