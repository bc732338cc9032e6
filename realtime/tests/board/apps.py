from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "realtime.tests.board"
    label = "testboard"  # as are its tables and streams: who learns by docs/add-an-app.md makes a `board`
