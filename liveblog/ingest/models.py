"""Keys by which scripts post, and what came by them."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from realtime.text import validate_visible

from ..models import Entry, LiveBlog


def new_handle() -> str:
    return secrets.token_hex(8)


def new_salt() -> str:
    return secrets.token_hex(16)


class IngestKey(models.Model):
    """Who sends a key's `handle` with each request, and signs with its secret, may post.

    The secret is not stored, and no hash of it: to check an HMAC takes what the sender signs with, so that a stored
    hash would be the secret by another name. It is derived instead, from SECRET_KEY and this row: who has read the
    database alone, or a backup of it, cannot sign; nor who knows SECRET_KEY alone. Who has both can, and is trusted.
    The price: when SECRET_KEY is changed, keys are good as long as the old one is in SECRET_KEY_FALLBACKS.

    Made and revoked by superusers alone: a key outlives the account of who made it. So there are no permissions of it.
    """

    name = models.CharField(
        _("name"), max_length=150, validators=[validate_visible], help_text=_("The byline of what names none.")
    )
    liveblog = models.ForeignKey(
        LiveBlog, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("live blog"),
        help_text=_("Where it may post. Empty: in all of them."),
    )  # fmt: skip
    handle = models.CharField(_("key"), max_length=16, unique=True, default=new_handle, editable=False)
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    class Meta:
        verbose_name = _("ingest key")
        verbose_name_plural = _("ingest keys")
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    def secrets(self) -> list[str]:
        """What its sender may sign with: the first is what is shown when it is made."""
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        label = f"liveblog.ingest {self.salt}"
        return [salted_hmac(label, self.handle, secret=key, algorithm="sha256").hexdigest() for key in keys]


class Ingested(models.Model):
    """What a sender calls an entry. It outlives the entry: what the newsroom has deleted does not come again."""

    key = models.ForeignKey(IngestKey, models.CASCADE, related_name="+")
    liveblog = models.ForeignKey(LiveBlog, models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    entry = models.ForeignKey(Entry, models.SET_NULL, null=True, related_name="+")
    digest = models.CharField(max_length=64)  # of what made it

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["key", "liveblog", "name"], name="one_entry_per_name")]

    def __str__(self) -> str:
        return self.name
