from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = "Chat"

    def ready(self) -> None:
        from .moderators import create_moderators  # once the models are there

        post_migrate.connect(create_moderators, sender=self)
