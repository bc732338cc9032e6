"""The kernel's tables. What is done with them is in streams/, and of `Submission` in desk/."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class Stream(models.Model):
    """A named, totally ordered sequence of changes.

    `head` is the version of its latest change; cursors below `horizon` can't resume, since what they miss is pruned.
    Both start at the Unix time in milliseconds, so that no cursor of a deleted stream fits one re-created by its name.
    `touched` is the latest version that no item carries, such as that of a sign-out; 0 if there was none.
    """

    name = models.CharField(max_length=80, primary_key=True)
    head = models.BigIntegerField()
    horizon = models.BigIntegerField()
    touched = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} at {self.head}"


class Tombstone(models.Model):
    """What is left of a deleted item, until pruned: readers who still show it must learn that it went."""

    stream = models.ForeignKey(Stream, models.CASCADE)
    item = models.CharField(max_length=80)
    version = models.BigIntegerField()
    buried_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "item"], name="one_tombstone_per_item")]
        indexes = [models.Index(fields=["stream", "version"], name="tombstone_by_version")]

    def __str__(self) -> str:
        return f"{self.item} gone at {self.version}"


class OldSlug(models.Model):
    """A slug that was corrected: it redirects, and readers who still use it keep their socket."""

    kind = models.CharField(max_length=80)  # of the stream: each kind has slugs of its own
    slug = models.SlugField(max_length=80, db_index=False)  # the constraint has an index
    stream = models.ForeignKey(Stream, models.CASCADE)  # of the row that it leads to, and goes with

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="one_row_per_old_slug")]

    def __str__(self) -> str:
        return f"{self.slug} → {self.stream_id}"


class Revision(models.Model):
    """What an item said since `at`, until the next one: see streams/history.py."""

    item = models.CharField(max_length=80)  # its id
    at = models.DateTimeField(auto_now_add=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    fields = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        indexes = [models.Index(fields=["item", "id"], name="revision_by_item")]

    def __str__(self) -> str:
        return f"{self.item} since {self.at}"


class Submission(models.Model):
    """A form that was sent, by its token; sent again, it leads to what it `made`. Kept until pruned."""

    key = models.CharField(max_length=64, primary_key=True)
    made = models.CharField(max_length=80)  # the primary key of a row
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.made} at {self.at}"
