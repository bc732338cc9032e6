"""What was said."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.models import user_of
from realtime.desk import StaleFormAdmin, change

from ..models import Message, MessageQuerySet
from .base import RoomsOfTheirs, as_written
from .filters import AuthorFilter


def put_back(messages: MessageQuerySet, moderator: Any, values: dict[str, Any]) -> None:
    """Who is mentioned is told, or no longer: an update of the row would not do that."""
    messages.soft_delete() if values["deleted"] else messages.restore()


@admin.register(Message)
class MessageAdmin(RoomsOfTheirs, StaleFormAdmin):
    list_display = ("excerpt", "written_by", "room", "created_at", "state")
    list_filter = (AuthorFilter, "deleted", ("room", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("room",)
    search_fields = ("text", "author_name", "author__username")
    date_hierarchy = "created_at"
    fields = ("text_in_full", "written_by", "room", ("created_at", "edited_at"), "deleted")
    readonly_fields = ("text_in_full", "written_by", "room", "created_at", "edited_at")

    actions = ("delete_for_readers", "restore")
    delete_for_readers = change(_("Delete for readers"), MessageQuerySet.soft_delete, back=put_back, deleted=True)
    restore = change(_("Restore"), lambda messages, moderator: messages.restore(), back=put_back, deleted=False)

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
            message.soft_delete(user_of(request)) if obj.deleted else message.restore()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_view_on_site_url(self, obj: Message | None = None) -> str | None:
        return super().get_view_on_site_url(obj) if obj and obj.is_shown else None
