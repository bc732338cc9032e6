"""The newsroom: where editors post."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from realtime.desk import CountedDelete, StaleFormAdmin, change

from .desk.urls import urls
from .ingest.admin import IngestKeyAdmin  # noqa: F401
from .models import Entry, LiveBlog

State = Entry.State
BUTTONS = {"_publish": State.PUBLISHED, "_draft": State.DRAFT}
TOLD = {
    State.DRAFT: _("It is a draft: readers don't see it."),
    State.SCHEDULED: _("It is scheduled: readers don't see it yet."),
    State.PUBLISHED: _('It is published: <a href="{}">see it as readers do</a>.'),
    State.RETRACTED: _("It is retracted: readers don't see it."),
}
DOUBTS = {
    LiveBlog.State.UPCOMING: _("“%(title)s” has not begun: is this the right live blog?"),
    LiveBlog.State.ENDED: _("“%(title)s” has ended: is this the right live blog?"),
}
SHUT = ["collapse"]
WIDE: dict[Any, Any] = {models.CharField: {"widget": AdminTextInputWidget(attrs={"class": "vLargeTextField"})}}


@admin.register(LiveBlog)
class LiveBlogAdmin(CountedDelete, StaleFormAdmin):
    list_display = ("title", "desk", "state", "starts_at", "ended_at", "entries")
    list_filter = ("state",)
    search_fields = ("title", "summary", "slug")
    prepopulated_fields = {"slug": ("title",)}
    formfield_overrides = WIDE
    fieldsets = (
        (None, {"fields": ("title", "slug", "summary")}),
        (_("Time"), {"fields": ("state", "starts_at", "ended_at", "ends_after")}),
    )

    def get_urls(self) -> list[Any]:
        return [*urls(self.admin_site), *super().get_urls()]

    @admin.display(description=_("desk"))
    def desk(self, liveblog: LiveBlog) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:desk", args=[liveblog.pk]), _("Open the desk"))

    @admin.display(description=_("entries"))
    def entries(self, liveblog: LiveBlog) -> str:
        url = reverse("admin:liveblog_entry_changelist")
        return format_html('<a href="{}?liveblog__id__exact={}">{}</a>', url, liveblog.pk, _("Show entries"))


@admin.register(Entry)
class EntryAdmin(StaleFormAdmin):
    list_display = ("__str__", "liveblog", "state", "emphasis", "byline", "published")
    list_filter = (("liveblog", admin.RelatedOnlyFieldListFilter), "state", "key_event", "pinned")
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

    actions = ("publish", "unpublish", "retract", "pin", "unpin", "mark_as_key_event", "unmark_as_key_event")
    publish = change(_("Publish"), lambda entries, editor: entries.publish(), state=State.PUBLISHED)
    unpublish = change(_("Unpublish: back to draft"), state=State.DRAFT)
    retract = change(_("Retract"), state=State.RETRACTED)
    pin = change(_("Pin"), pinned=True)
    unpin = change(_("Unpin"), pinned=False)
    mark_as_key_event = change(_("Mark as key event"), key_event=True)
    unmark_as_key_event = change(_("No key event"), key_event=False)

    @admin.display(description=_("published"), ordering="published_at")
    def published(self, entry: Entry) -> Any:
        """When readers saw it first; until then its time only says where a draft is listed."""
        return entry.published_at if entry.version else None

    @admin.display(description=_("emphasis"), empty_value="")
    def emphasis(self, entry: Entry) -> str:
        marks = ((entry.pinned, _("Pinned")), (entry.key_event, _("Key event")))
        return ", ".join(str(name) for marked, name in marks if marked)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new entry goes where this editor posted last, if that is still live, or else to the newest live blog."""
        live = LiveBlog.objects.filter(state=LiveBlog.State.LIVE)
        latest = live.filter(entries__author=request.user.pk).order_by("-entries__pk").first() or live.first()
        return {"liveblog": latest and latest.pk, **super().get_changeform_initial_data(request)}

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Two buttons say the state, as if it had been chosen."""
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
        self.message_user(request, format_html(str(TOLD[State(entry.state)]), entry.get_absolute_url()))
        if posted and (doubt := DOUBTS.get(LiveBlog.State(entry.liveblog.state))):
            self.message_user(request, doubt % {"title": entry.liveblog}, messages.WARNING)

    def save_model(self, request: HttpRequest, obj: Entry, form: Any, change: bool) -> None:
        if not change:
            obj.author = obj.author or request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def get_fieldsets(self, request: HttpRequest, obj: Entry | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj and obj.image:
            fieldsets[1][1]["classes"] = []
        return fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Entry | None = None) -> tuple[str, ...]:
        """An entry stays in its live blog for life."""
        return (*self.readonly_fields, "liveblog") if obj else self.readonly_fields

    def get_view_on_site_url(self, obj: Entry | None = None) -> str | None:
        return super().get_view_on_site_url(obj) if obj and obj.is_shown else None
