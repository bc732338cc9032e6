from django.apps import AppConfig


class DiscussionConfig(AppConfig):
    """A live blog can have a chat room beside it. All that knows of both apps is in this folder."""

    name = "project.discussion"
    label = "discussion"

    def ready(self) -> None:
        from . import rooms  # once the models are there

        rooms.connect()
