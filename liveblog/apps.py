from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LiveblogConfig(AppConfig):
    name = "liveblog"
    verbose_name = "Live blogs"

    def ready(self) -> None:
        from .editors import create_editors  # once the models are there

        post_migrate.connect(create_editors, sender=self)
