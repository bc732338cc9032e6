"""The live blogs of the admin again, with their discussions."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from liveblog.admin import LiveBlogAdmin
from liveblog.models import LiveBlog

from .rooms import open_discussion

admin.site.unregister(LiveBlog)


@admin.register(LiveBlog)
class DiscussedLiveBlogAdmin(LiveBlogAdmin):
    actions = (*LiveBlogAdmin.actions, "open_discussion")

    @admin.action(description=_("Open a discussion"), permissions=["add_room"])
    def open_discussion(self, request: HttpRequest, queryset: QuerySet[LiveBlog]) -> None:
        count = sum(open_discussion(liveblog, request.user) for liveblog in queryset)
        text = ngettext("%(count)d discussion opened.", "%(count)d discussions opened.", count) % {"count": count}
        self.message_user(request, text, messages.SUCCESS if count else messages.WARNING)

    def has_add_room_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("chat.add_room")
