"""Reports: messages that somebody objects to, which wait for a moderator."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from realtime.text import CharField, TextField


class ReportQuerySet(models.QuerySet):
    def open(self) -> ReportQuerySet:
        return self.filter(handled_at=None)

    def handle(self, moderator: Person) -> int:
        """Take them out of the queue; returns how many were in it."""
        return self.open().update(handled_at=timezone.now(), handled_by=moderator)


class Report(models.Model):
    """A message that somebody objects to; it waits for a moderator."""

    message = models.ForeignKey("Message", models.CASCADE, related_name="reports", verbose_name=_("message"))
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("reported by")
    )
    reason = CharField(_("reason"), max_length=500, blank=True)
    text = TextField(_("message"), editable=False)  # as it was then: an author may edit it meanwhile
    created_at = models.DateTimeField(_("reported at"), default=timezone.now, editable=False)
    handled_at = models.DateTimeField(_("handled at"), null=True, editable=False)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("handled by"),
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = [F("handled_at").desc(nulls_first=True), "created_at"]  # the queue; then what was handled last
        constraints = [models.UniqueConstraint(fields=["message", "reporter"], name="one_report_per_person")]

    def __str__(self) -> str:
        return " ".join(self.text.split())[:60]

    def save(self, **kwargs: Any) -> None:
        self.text = self.text or self.message.text
        super().save(**kwargs)

    def reopen(self, text: str, reason: str) -> None:
        """The message was edited since, and is objected to again."""
        self.text, self.reason, self.created_at = text, reason, timezone.now()
        self.handled_at = self.handled_by = None
        self.save()
