"""Live blogs: making them, beginning and ending them, and choosing one for an entry."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db import models
from django.db.models import Case, Q, Value, When
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from realtime.desk import CountedDelete, StaleFormAdmin, change

from ..desk.urls import urls
from ..models import LiveBlog

State = LiveBlog.State
TIMES = ("starts_at", "ended_at")  # which the state may change
WIDE: dict[Any, Any] = {models.CharField: {"widget": AdminTextInputWidget(attrs={"class": "vLargeTextField"})}}
RANK = Case(When(state=State.LIVE, then=Value(0)), When(state=State.UPCOMING, then=Value(1)), default=Value(2))
SOONEST = Case(When(state=State.UPCOMING, then="starts_at"))


@admin.register(LiveBlog)
class LiveBlogAdmin(CountedDelete, StaleFormAdmin):
    list_display = ("title", "desk", "state", "starts_at", "ended_at", "entries")
    list_filter = ("state",)
    search_fields = ("title", "summary", "slug")
    prepopulated_fields = {"slug": ("title",)}
    formfield_overrides = WIDE
    choice_order = (RANK, SOONEST, "-starts_at", "-pk")
    fieldsets = (
        (None, {"fields": ("title", "slug", "summary")}),
        (_("Time"), {"fields": ("state", "starts_at", "ended_at", "ends_after")}),
    )

    actions: tuple[str, ...] = ("go_live", "end", "reopen")
    go_live = change(_("Go live"), among=Q(state=State.UPCOMING), state=State.LIVE)
    end = change(_("End"), also=TIMES, state=State.ENDED)
    reopen = change(_("Reopen"), among=Q(state=State.ENDED), also=TIMES, state=State.LIVE)

    def get_urls(self) -> list[Any]:
        return [*urls(self.admin_site), *super().get_urls()]

    def choice_label(self, liveblog: LiveBlog) -> str:
        return f"{liveblog} · {str(State(liveblog.state).label).lower()}"

    @admin.display(description=_("desk"))
    def desk(self, liveblog: LiveBlog) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:desk", args=[liveblog.pk]), _("Open the desk"))

    @admin.display(description=_("entries"))
    def entries(self, liveblog: LiveBlog) -> str:
        url = reverse("admin:liveblog_entry_changelist")
        return format_html('<a href="{}?liveblog__id__exact={}">{}</a>', url, liveblog.pk, _("Show entries"))
