"""Rooms."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from realtime.desk import CountedDelete, StaleFormAdmin, change
from realtime.streams import statement

from ..forms import MAX_PAUSE, TAKEN
from ..models import Membership, Room
from .base import RoomsOfTheirs


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
class RoomAdmin(RoomsOfTheirs, CountedDelete, StaleFormAdmin):
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
