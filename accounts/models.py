from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person. Ours from the first migration, because swapping the user model later is painful."""

    # Not unique: two people may share a name. The username is what tells them apart.
    public_name = models.CharField(
        _("public name"),
        max_length=80,
        blank=True,
        help_text=_("The name that others see. Your username if you leave it empty."),
    )

    def get_public_name(self) -> str:
        """The name to print next to what this person wrote."""
        return self.public_name or self.get_username()


class Attempt(models.Model):
    """How often somebody tried of late to sign in, sign up, or have a password reset: see throttle.py."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(db_index=True)
    until = models.DateTimeField()  # until then, none is looked at

    def __str__(self) -> str:
        return f"{self.count} until {self.until}"
