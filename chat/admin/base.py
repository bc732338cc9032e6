"""What the lists of chat have in common."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from accounts.models import user_of

from ..models import Room


class RoomsOfTheirs(admin.ModelAdmin):
    """Private rooms, and what is in them, are listed for their members, and for superusers."""

    room = "room"  # the lookup that leads to it

    class Media:
        css = {"all": ["chat/admin.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        return rows.filter(**{f"{self.room}__in": Room.objects.readable_by(user_of(request))})


def as_written(text: str) -> str:
    return format_html('<div class="chat-text" dir="auto">{}</div>', text)
