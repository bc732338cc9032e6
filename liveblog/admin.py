"""The newsroom: where editors post."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from realtime.stale import StaleFormAdmin

from .models import Entry, EntryQuerySet, LiveBlog

State = Entry.State
CONTENT = {"headline", "body", "image", "image_alt", "image_credit"}  # what readers call an update when it changes
WIDE = {models.CharField: {"widget": AdminTextInputWidget(attrs={"class": "vLargeTextField"})}}


@admin.register(LiveBlog)
class LiveBlogAdmin(StaleFormAdmin):
    list_display = ("title", "state", "starts_at", "ended_at")
    list_filter = ("state",)
    search_fields = ("title", "summary", "slug")
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = (
        (None, {"fields": ("title", "slug", "summary")}),
        (_("Time"), {"fields": ("state", "starts_at", "ended_at")}),
    )


@admin.register(Entry)
class EntryAdmin(StaleFormAdmin):
    list_display = (
        "__str__",
        "liveblog",
        "state",
        "key_event",
        "pinned",
        "byline",
        "published_at",
        "updated_at",
    )
    list_filter = (("liveblog", admin.RelatedOnlyFieldListFilter), "state", "key_event", "pinned")
    list_select_related = ("liveblog",)
    search_fields = ("headline", "body", "byline")
    autocomplete_fields = ("liveblog",)
    date_hierarchy = "published_at"
    ordering = ("-published_at", "-pk")
    readonly_fields = ("published_at", "updated_at")
    actions = ("publish", "unpublish", "pin", "unpin", "mark_as_key_event", "unmark_as_key_event", "retract")
    save_on_top = True
    fieldsets = (
        (None, {"fields": ("liveblog", "headline", "body", "state")}),
        (_("Image"), {"fields": ("image", "image_alt", "image_credit")}),
        (_("Emphasis"), {"fields": ("key_event", "pinned")}),
        (_("Byline and times"), {"fields": ("byline", "published_at", "updated_at")}),
    )

    def save_model(self, request: HttpRequest, obj: Entry, form: Any, change: bool) -> None:
        if not change:
            obj.author = obj.author or request.user  # type: ignore[assignment]
        elif obj.version and CONTENT & set(form.changed_data):
            obj.updated_at = timezone.now()
        super().save_model(request, obj, form, change)

    def get_readonly_fields(self, request: HttpRequest, obj: Entry | None = None) -> tuple[str, ...]:
        """An entry stays in its live blog for life."""
        return (*self.readonly_fields, "liveblog") if obj else self.readonly_fields

    def get_view_on_site_url(self, obj: Entry | None = None) -> str | None:
        return super().get_view_on_site_url(obj) if obj and obj.is_shown else None

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: Any) -> None:
        self.report(request, queryset.publish())

    @admin.action(description=_("Unpublish: back to draft"), permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        self.report(request, queryset.filter(state=State.PUBLISHED).update(state=State.DRAFT))

    @admin.action(description=_("Retract"), permissions=["change"])
    def retract(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        self.report(request, queryset.exclude(state=State.RETRACTED).update(state=State.RETRACTED))

    @admin.action(description=_("Pin"), permissions=["change"])
    def pin(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        self.report(request, queryset.filter(pinned=False).update(pinned=True))

    @admin.action(description=_("Unpin"), permissions=["change"])
    def unpin(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        self.report(request, queryset.filter(pinned=True).update(pinned=False))

    @admin.action(description=_("Mark as key event"), permissions=["change"])
    def mark_as_key_event(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        self.report(request, queryset.filter(key_event=False).update(key_event=True))

    @admin.action(description=_("No key event"), permissions=["change"])
    def unmark_as_key_event(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        self.report(request, queryset.filter(key_event=True).update(key_event=False))

    def report(self, request: HttpRequest, count: int) -> None:
        text = ngettext("%(count)d entry changed.", "%(count)d entries changed.", count) % {"count": count}
        self.message_user(request, text, messages.SUCCESS if count else messages.WARNING)
