"""The queue of what was reported."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.messages import SUCCESS, WARNING
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..actions import VERDICTS
from ..models import Message, Report, ReportQuerySet
from .base import as_written
from .filters import QueueFilter


def verdict_action(name: str) -> Any:
    """The admin's, for the messages of all reports that are ticked."""
    verdict = VERDICTS[name]

    @admin.action(description=verdict.description, permissions=["moderate"])
    def action(model_admin: admin.ModelAdmin[Report], request: HttpRequest, queryset: ReportQuerySet) -> None:
        reported, done = verdict.decide(request, Message.objects.filter(reports__in=queryset))
        text = ngettext(
            "%(verdict)s: done for %(done)d of %(count)d message.",
            "%(verdict)s: done for %(done)d of %(count)d messages.",
            len(reported),
        ) % {"verdict": verdict.description, "done": len(done), "count": len(reported)}
        model_admin.message_user(request, text, SUCCESS if done == reported else WARNING)

    return action


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
    delete_message = verdict_action("delete_message")
    mute_author = verdict_action("mute_author")
    ban_author = verdict_action("ban_author")
    dismiss = verdict_action("dismiss")

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
