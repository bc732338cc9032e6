"""Who is in which room."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from realtime.desk import StaleFormAdmin, change
from realtime.streams import ItemQuerySet

from ..models import Membership
from .base import RoomsOfTheirs
from .filters import StandingFilter


def mute_for(**duration: int) -> Any:
    def mute(memberships: ItemQuerySet, moderator: Person) -> int:
        return memberships.update(muted_until=timezone.now() + timedelta(**duration))

    return mute


@admin.register(Membership)
class MembershipAdmin(RoomsOfTheirs, StaleFormAdmin):
    list_display = ("user", "room", "role", "standing", "joined_at")
    list_filter = (StandingFilter, "role", ("room", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "room")
    search_fields = ("user__username", "room_name")
    autocomplete_fields = ("user", "room")
    fieldsets = ((None, {"fields": ("user", "room", "role", "muted_until", "banned")}),)

    actions = ("mute_for_an_hour", "mute_for_a_day", "unmute", "ban", "unban")
    mute_for_an_hour = change(_("Mute for an hour"), mute_for(hours=1), also=("muted_until",))
    mute_for_a_day = change(_("Mute for a day"), mute_for(days=1), also=("muted_until",))
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
