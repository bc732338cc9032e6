"""The moderators' desk: rooms, who is in them, what is said, and the queue of what was reported."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from realtime.actions import CountedDelete, change
from realtime.items import ItemQuerySet
from realtime.stale import StaleFormAdmin
from realtime.statements import statement

from . import verdicts
from .filters import AuthorFilter, QueueFilter, StandingFilter
from .forms import MAX_PAUSE, TAKEN
from .models import Message, MessageQuerySet, Room
from .personal import Membership
from .reports import Report


class DeskAdmin(admin.ModelAdmin):
    """Private rooms, and what is in them, are listed for their members, and for superusers."""

    room = "room"  # the lookup that leads to it

    class Media:
        css = {"all": ["chat/admin.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        return rows.filter(**{f"{self.room}__in": Room.objects.readable_by(request.user)})


class NewMembers(admin.TabularInline):
    """People to add. Those who are in the room have a list of their own, which can be long."""

    model = Membership
    fields = ("user", "role")
    autocomplete_fields = ("user",)
    extra = 1
    verbose_name_plural = _("new members")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_view_permission


@admin.register(Room)
class RoomAdmin(DeskAdmin, CountedDelete, StaleFormAdmin):
    room = "pk"
    list_display = ("name", "state", "people", "said")
    list_filter = ("access", "closed")
    search_fields = ("name", "topic", "slug")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (NewMembers,)
    fieldsets = (
        (None, {"fields": ("name", "slug", "topic", "access")}),
        (_("Writing"), {"fields": ("closed", "slow_seconds")}),
        (_("Discussion"), {"fields": ("about",), "classes": ["collapse"]}),
    )

    bounds: dict[str, dict[str, Any]] = {"slow_seconds": {"max_value": MAX_PAUSE}, "slug": {"error_messages": TAKEN}}

    actions = ("close", "reopen")
    close = change(_("Close: nobody writes"), closed=True)
    reopen = change(_("Open again"), closed=False)

    def get_readonly_fields(self, request: HttpRequest, obj: Room | None = None) -> tuple[str, ...]:
        """What a room stands beside may be another's: whoever may change that opens the discussion from there."""
        return () if request.user.is_superuser else ("about",)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return super().formfield_for_dbfield(db_field, request, **kwargs, **self.bounds.get(db_field.name, {}))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        new = [member.instance.streams() for formset in formsets for member in formset.forms if member.has_changed()]
        with statement(()) as versions:
            versions.create(set().union(*new))
            super().save_related(request, form, formsets, change)

    @admin.display(description=_("state"), empty_value="")
    def state(self, room: Room) -> str:
        marks = (
            (room.access == Room.Access.PRIVATE, _("Private")),
            (room.closed, _("Closed")),
            (room.slow_seconds, _("Slow: %(seconds)s s") % {"seconds": room.slow_seconds}),
        )
        return ", ".join(str(name) for marked, name in marks if marked)

    @admin.display(description=_("people"))
    def people(self, room: Room) -> str:
        url = reverse("admin:chat_membership_changelist")
        return format_html('<a href="{}?room__id__exact={}">{}</a>', url, room.pk, _("Show people"))

    @admin.display(description=_("messages"))
    def said(self, room: Room) -> str:
        url = reverse("admin:chat_message_changelist")
        return format_html('<a href="{}?room__id__exact={}">{}</a>', url, room.pk, _("Show messages"))


def mute_for(**duration: int) -> Any:
    def mute(memberships: ItemQuerySet, moderator: Any) -> int:
        return memberships.update(muted_until=timezone.now() + timedelta(**duration))

    return mute


@admin.register(Membership)
class MembershipAdmin(DeskAdmin, StaleFormAdmin):
    list_display = ("user", "room", "role", "standing", "joined_at")
    list_filter = (StandingFilter, "role", ("room", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "room")
    search_fields = ("user__username", "room_name")
    autocomplete_fields = ("user", "room")
    fieldsets = ((None, {"fields": ("user", "room", "role", "muted_until", "banned")}),)

    actions = ("mute_for_an_hour", "mute_for_a_day", "unmute", "ban", "unban")
    mute_for_an_hour = change(_("Mute for an hour"), mute_for(hours=1))
    mute_for_a_day = change(_("Mute for a day"), mute_for(days=1))
    unmute = change(_("Let them speak again"), muted_until=None)
    ban = change(_("Ban from the room"), banned=True)
    unban = change(_("Lift the ban"), lambda memberships, moderator: memberships.lift_bans(), banned=False)

    @admin.display(description=_("standing"), empty_value="")
    def standing(self, membership: Membership) -> str:
        if membership.banned:
            return str(_("Banned"))
        if membership.muted_until and membership.is_muted:
            until = date_format(timezone.localtime(membership.muted_until), "DATETIME_FORMAT")
            return str(_("Muted until %(time)s") % {"time": until})
        return ""

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        if change and "banned" in form.changed_data and not obj.banned:
            Membership.objects.filter(pk=obj.pk).lift_bans()
        else:
            super().save_model(request, obj, form, change)

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> tuple[str, ...]:
        """A membership is of one person in one room for life."""
        return ("user", "room") if obj else ()


def as_written(text: str) -> str:
    return format_html('<div class="chat-text" dir="auto">{}</div>', text)


@admin.register(Message)
class MessageAdmin(DeskAdmin, StaleFormAdmin):
    list_display = ("excerpt", "written_by", "room", "created_at", "state")
    list_filter = (AuthorFilter, "deleted", ("room", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("room",)
    search_fields = ("text", "author_name", "author__username")
    date_hierarchy = "created_at"
    fields = ("text_in_full", "written_by", "room", ("created_at", "edited_at"), "deleted")
    readonly_fields = ("text_in_full", "written_by", "room", "created_at", "edited_at")

    actions = ("delete_for_readers", "restore")
    delete_for_readers = change(_("Delete for readers"), MessageQuerySet.soft_delete, deleted=True)
    restore = change(_("Restore"), lambda messages, moderator: messages.restore(), deleted=False)

    @admin.display(description=_("text"))
    def excerpt(self, message: Message) -> str:
        return as_written(Truncator(" ".join(message.text.split())).chars(200))

    @admin.display(description=_("text"))
    def text_in_full(self, message: Message) -> str:
        return as_written(message.text)

    @admin.display(description=_("author"), ordering="author_name")
    def written_by(self, message: Message) -> str:
        if message.author_id is None:
            return message.get_author_name()
        url = reverse("admin:chat_message_changelist")
        return format_html(
            '<a href="{}?author={}"><bdi>{}</bdi></a>', url, message.author_id, message.get_author_name()
        )

    @admin.display(description=_("state"), empty_value="")
    def state(self, message: Message) -> str:
        return str(_("Deleted")) if message.deleted else ""

    def save_model(self, request: HttpRequest, obj: Message, form: Any, change: bool) -> None:
        """The one thing to change is whether readers see it."""
        if "deleted" in form.changed_data:
            message = Message.objects.filter(pk=obj.pk)
            message.soft_delete(request.user) if obj.deleted else message.restore()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_view_on_site_url(self, obj: Message | None = None) -> str | None:
        return super().get_view_on_site_url(obj) if obj and obj.is_shown else None


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):
    """Those of private rooms too: who reported a message has shown it to the moderators."""

    list_display = ("said", "reason", "reporter", "created_at")
    list_display_links = None
    list_filter = (QueueFilter, ("message__room", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("message__room", "reporter", "handled_by")
    search_fields = ("text", "message__author_name", "reason", "reporter__username")
    fields = ("said", "reason", "reporter", "created_at")
    actions = ("delete_message", "mute_author", "ban_author", "dismiss")
    delete_message = verdicts.action("delete_message")
    mute_author = verdicts.action("mute_author")
    ban_author = verdicts.action("ban_author")
    dismiss = verdicts.action("dismiss")

    class Media:
        css = {"all": ["chat/admin.css"]}

    @admin.display(description=_("message"))
    def said(self, report: Report) -> str:
        """As it was reported; who wrote it, a link to its place in the room, and what became of it."""
        message = report.message
        marks = (
            (message.text != report.text, _("edited since")),
            (message.deleted, _("deleted")),
            (report.handled_at, _("handled by %(name)s") % {"name": report.handled_by}),
        )
        notes = "".join(f" · {name}" for marked, name in marks if marked)
        html = '{}<div class="chat-place"><bdi>{}</bdi> · <a href="{}">{}</a>{}</div>'
        url = message.get_absolute_url()
        return format_html(html, as_written(report.text), message.get_author_name(), url, message.room, notes)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        """Reports are read; what changes them is a verdict."""
        return obj is None and super().has_change_permission(request)

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and request.user.has_perm("chat.moderate_room")
