"""The notes in the admin, for the tests of its forms."""

from django.contrib import admin

from realtime.desk import StaleFormAdmin, change

from .models import Note


@admin.register(Note)
class NoteAdmin(StaleFormAdmin):
    list_display = ("text", "state", "board")
    list_editable = ("state",)
    fields = ("board", "text", "state")
    actions = ("hide",)
    hide = change("Hide", state="hidden")

    def get_readonly_fields(self, request, obj=None):
        return ("board",) if obj else ()
