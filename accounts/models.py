from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from . import names

NAMES = {"username", "public_name"}


class User(AbstractUser):
    """A person. Ours from the first migration, because swapping the user model later is painful."""

    # Forms let nobody take a name that is somebody else's; what scripts write may be the same.
    public_name = models.CharField(
        _("public name"),
        max_length=80,
        blank=True,
        help_text=_("The name that others see. Your username if you leave it empty."),
    )

    def save(self, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        with transaction.atomic():
            super().save(**kwargs)
            if fields is None or NAMES & set(fields):
                self._claim_names()

    def _claim_names(self) -> None:
        """Keep what nobody else has of their names, and give back what they no longer use."""
        wanted = names.keys(self.username) | names.keys(self.public_name)
        kept = set(self.names.values_list("key", flat=True))
        self.names.filter(key__in=kept - wanted).delete()
        new = [Name(key=key, person=self) for key in sorted(wanted - kept)]
        Name.objects.bulk_create(new, ignore_conflicts=True)

    def get_public_name(self) -> str:
        """The name to print next to what this person wrote."""
        return self.public_name or self.get_username()

    def may_take(self, name: str) -> bool:
        """Whether nobody else goes by it, or by one that looks like it."""
        return not Name.objects.filter(key__in=names.keys(name)).exclude(person=self.pk).exists()


#: Who asks for something; None for nobody.
type Person = User | None


def user_of(request: HttpRequest) -> User:
    """Who is signed in, where nobody else is let in, such as in the admin."""
    assert isinstance(request.user, User)
    return request.user


class Name(models.Model):
    """What a person goes by, so that nobody else does: see names.py."""

    key = models.TextField(primary_key=True)
    person = models.ForeignKey(User, models.CASCADE, related_name="names")

    def __str__(self) -> str:
        return self.key


class Attempt(models.Model):
    """How often somebody tried of late to sign in, sign up, or have a password reset: see throttle.py."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(db_index=True)
    until = models.DateTimeField()  # until then, none is looked at

    def __str__(self) -> str:
        return f"{self.count} until {self.until}"
