"""Entries: posting them, and looking after those that are there."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.forms import HiddenInput
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from realtime.desk import RecentFilter, StaleFormAdmin, change, short
from realtime.templatetags.realtime import socket

from ..markdown import to_text
from ..models import Entry, EntryQuerySet, LiveBlog
from .liveblogs import WIDE
from .moving import MovesEntries

State = Entry.State
BUTTONS = {"_publish": State.PUBLISHED, "_schedule": State.SCHEDULED, "_draft": State.DRAFT}
TOLD = {
    State.DRAFT: _("It is a draft: readers don't see it."),
    State.SCHEDULED: _("It is scheduled for {at}: readers don't see it yet."),
    State.PUBLISHED: _('It is published: <a href="{url}">see it as readers do</a>.'),
    State.RETRACTED: _("It is retracted: readers don't see it."),
}
SHUT = ["collapse"]


class PublishedFilter(RecentFilter):
    field = "published_at"


def publish(entries: EntryQuerySet, editor: Any) -> int:
    return entries.publish()


def put_back(entries: EntryQuerySet, editor: Any, values: dict[str, Any]) -> None:
    """What was scheduled is to stand at its own time; what was a draft keeps that at which readers saw it first."""
    if values["state"] != State.SCHEDULED:
        del values["published_at"]
    entries.update(**values)


@admin.register(Entry)
class EntryAdmin(MovesEntries, StaleFormAdmin):
    list_display = ("time", "state", "said", "byline", "liveblog", "pinned", "key_event")
    list_display_links = ("time", "said")
    list_editable = ("pinned", "key_event")
    list_filter = (PublishedFilter, ("liveblog", admin.RelatedOnlyFieldListFilter), "state", "key_event", "pinned")
    list_select_related = ("liveblog",)
    search_fields = ("headline", "body", "byline")
    autocomplete_fields = ("liveblog",)
    date_hierarchy = "published_at"
    ordering = ("-published_at", "-pk")
    readonly_fields = ("published", "updated_at")
    formfield_overrides = WIDE
    fieldsets = (
        (None, {"fields": ("headline", "body", ("liveblog", "state", "publish_at", "key_event", "pinned"))}),
        (_("Image"), {"fields": ("image", "image_alt", "image_credit"), "classes": SHUT}),
        (
            _("Byline, times, correction"),
            {"fields": ("byline", ("published", "updated_at"), "correction"), "classes": SHUT},
        ),
    )

    class Media:
        css = {"all": ["liveblog/admin.css"]}

    actions = ("publish", "unpublish", "retract", "pin", "unpin", "mark_as_key_event", "unmark_as_key_event", "move")
    publish = change(_("Publish"), publish, also=("published_at",), back=put_back, state=State.PUBLISHED)
    unpublish = change(_("Unpublish: back to draft"), state=State.DRAFT)
    retract = change(_("Retract"), state=State.RETRACTED)
    pin = change(_("Pin"), pinned=True)
    unpin = change(_("Unpin"), pinned=False)
    mark_as_key_event = change(_("Mark as key event"), key_event=True)
    unmark_as_key_event = change(_("Unmark as key event"), key_event=False)

    @admin.display(description=_("published"), ordering="published_at")
    def published(self, entry: Entry) -> Any:
        """When readers saw it first; until then its time only says where a draft is listed."""
        return entry.published_at if entry.version else None

    @admin.display(description=_("time"), ordering="published_at")
    def time(self, entry: Entry) -> str:
        """By which the list is sorted: of drafts when they were begun, of what is scheduled when it will be seen."""
        local = timezone.localtime(entry.published_at)
        return format_html('<time datetime="{}">{}</time>', local.isoformat(), short(local))

    @admin.display(description=_("entry"), ordering="headline")
    def said(self, entry: Entry) -> str:
        """Two lines of it, by the stylesheet."""
        text = Truncator(to_text(entry.body[:1000]) or entry.image_alt).chars(300)
        headline = format_html("<strong>{}</strong> ", entry.headline) if entry.headline else ""
        return format_html('<span class="entry-said" dir="auto">{}{}</span>', headline, text)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new entry goes where this editor posted last, if that is still live, or else to the newest live blog."""
        live = LiveBlog.objects.filter(state=LiveBlog.State.LIVE)
        latest = live.filter(entries__author=request.user.pk).order_by("-entries__pk").first() or live.first()
        return {"liveblog": latest and latest.pk, **super().get_changeform_initial_data(request)}

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Some buttons say the state, as if it had been chosen."""
        for button, state in BUTTONS.items():
            if button in request.POST:
                fields = request.POST.copy()
                fields["state"] = state
                request.POST = fields  # type: ignore[assignment]
        return super().changeform_view(request, *args, **kwargs)

    def response_add(self, request: HttpRequest, obj: Entry, post_url_continue: Any = None) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        self._say_state(request, obj, posted=True)
        return response

    def response_change(self, request: HttpRequest, obj: Entry) -> HttpResponse:
        response = super().response_change(request, obj)
        self._say_state(request, obj, posted="_publish" in request.POST)
        return response

    def _say_state(self, request: HttpRequest, entry: Entry, posted: bool) -> None:
        """Say whether readers see it; and of what was posted, when the live blog is not live, that few will."""
        at = date_format(timezone.localtime(entry.publish_at), "DATETIME_FORMAT") if entry.publish_at else ""
        told = format_html(str(TOLD[State(entry.state)]), url=entry.get_absolute_url(), at=at)
        self.message_user(request, told)
        if posted and (doubt := entry.liveblog.doubt):
            self.message_user(request, doubt, messages.WARNING)

    def save_model(self, request: HttpRequest, obj: Entry, form: Any, change: bool) -> None:
        if not change:
            obj.author = obj.author or request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def get_fieldsets(self, request: HttpRequest, obj: Entry | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj and obj.image:
            fieldsets[1][1]["classes"] = []
        return fieldsets

    def get_form_socket(self, obj: Entry) -> str:
        """That of its desk: who edits it there and who does here see each other."""
        return socket("desk", obj.liveblog.slug)

    def get_form(self, request: HttpRequest, obj: Entry | None = None, change: bool = False, **kwargs: Any) -> Any:
        """What readers don't see yet gets its state by the buttons."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        if (obj is None or obj.state == State.DRAFT) and "state" in form.base_fields:
            form.base_fields["state"].widget = HiddenInput()
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Entry | None = None) -> tuple[str, ...]:
        """An entry stays in its live blog for life."""
        return (*self.readonly_fields, "liveblog") if obj else self.readonly_fields

    def get_view_on_site_url(self, obj: Entry | None = None) -> str | None:
        return super().get_view_on_site_url(obj) if obj and obj.is_shown else None
