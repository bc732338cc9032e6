"""The desk's addresses, below those of a live blog in the admin."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from . import liveblogs, past, views


def urls(site: AdminSite) -> list[URLPattern]:
    desk = "<int:pk>/desk/"
    return [
        path(desk, site.admin_view(views.desk), name="desk"),
        path(f"{desk}state/", liveblogs.mark_liveblog, name="desk_state"),
        path(f"{desk}preview/", views.preview, name="desk_preview"),
        path(f"{desk}entries/", views.add, name="desk_add"),
        path(f"{desk}entries/<int:entry>/", views.edit, name="desk_edit"),
        path(f"{desk}entries/<int:entry>/mark/", views.mark, name="desk_mark"),
        path(f"{desk}entries/<int:entry>/undo/", past.undo, name="desk_undo"),
        path(f"{desk}entries/<int:entry>/history/", past.history, name="desk_history"),
        path(f"{desk}entries/<int:entry>/delete/", views.delete, name="desk_delete"),
    ]
