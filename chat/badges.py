"""What stands beside a person's name, so that nobody is taken for somebody who speaks for the site."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Badge(models.TextChoices):
    STAFF = "staff", _("Staff")


def badge_of(person: User) -> str:
    """The badge's value; "" for members."""
    return Badge.STAFF if person.is_staff else ""
