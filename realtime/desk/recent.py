"""A filter of the admin's lists: what is from the last hour, from today or from this week, by the newsroom's clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RecentFilter(admin.SimpleListFilter):
    """Relative to now: a page that is looked at again later shows what is recent then."""

    title = _("time")
    parameter_name = "since"
    field = ""  # whose moments they are

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("hour", _("Last hour")), ("today", _("Today")), ("week", _("Last 7 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        begins = {"hour": timezone.now() - timedelta(hours=1), "week": timezone.now() - timedelta(days=7)}
        begins["today"] = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
        begin = begins.get(self.value() or "")
        return queryset.filter(**{f"{self.field}__gte": begin}) if begin else queryset
