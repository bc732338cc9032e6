"""What to say when the database took nothing."""

from __future__ import annotations

from django.db import IntegrityError
from django.utils.translation import gettext as _


def words_for(error: Exception) -> str:
    if isinstance(error, IntegrityError):
        return _("Nothing was saved: somebody else has just saved what this collides with. Look at it and save again.")
    return _("Nothing was saved: the database is busy at the moment. Everything is still here; save again.")
