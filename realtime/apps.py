from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RealtimeConfig(AppConfig):
    name = "realtime"

    def ready(self) -> None:
        from . import checks, models, revocation  # noqa: F401  the checks register themselves

        revocation.connect()
        post_migrate.connect(models.create_shared_streams, sender=self)
