"""Keys in the admin: made, shown once, revoked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from realtime.desk import change

from .models import IngestKey


@admin.register(IngestKey)
class IngestKeyAdmin(admin.ModelAdmin):
    list_display = ("name", "handle", "where", "made_at", "revoked_at")
    list_select_related = ("liveblog",)
    fields = ("name", "liveblog", "handle", "made_at", "revoked_at")
    autocomplete_fields = ("liveblog",)
    actions = ("revoke",)

    @admin.display(description=_("live blog"))
    def where(self, key: IngestKey) -> Any:
        return key.liveblog or _("All live blogs")

    revoke = change(_("Revoke"), lambda keys, person: keys.filter(revoked_at=None).update(revoked_at=Now()))

    def get_readonly_fields(self, request: HttpRequest, obj: IngestKey | None = None) -> tuple[str, ...]:
        """Where it may post is settled when it is made: whoever holds it was told."""
        shown = ("handle", "made_at", "revoked_at")
        return (*shown, "liveblog") if obj else shown

    def get_fields(self, request: HttpRequest, obj: IngestKey | None = None) -> tuple[str, ...]:
        return self.fields if obj else ("name", "liveblog")

    def save_model(self, request: Any, obj: IngestKey, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        request.is_made = not change

    def response_add(self, request: Any, obj: IngestKey, post_url_continue: Any = None) -> HttpResponse:
        """Its secret, on a page that nobody keeps. The form sent again leads to the list: see realtime/desk."""
        response = super().response_add(request, obj, post_url_continue)
        if not getattr(request, "is_made", False):
            return response
        context = {**self.admin_site.each_context(request), "title": _("Key made"), "key": obj, "opts": self.opts}
        return render(request, "admin/ingest/ingestkey/made.html", {**context, "secret": obj.secrets()[0]})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It goes with its live blog, whoever may delete that; alone it is revoked, and not deleted."""
        return obj is None and request.user.has_perm("liveblog.delete_liveblog")
