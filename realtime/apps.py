from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.db.models.signals import post_migrate


class RealtimeConfig(AppConfig):
    name = "realtime"

    def ready(self) -> None:
        from . import checks, letters, models, revocation  # noqa: F401  the checks register themselves

        letters.connect()
        revocation.connect()
        post_migrate.connect(models.create_shared_streams, sender=self)


class OnceAdminConfig(admin.AdminConfig):
    default = False  # of this package
    default_site = "realtime.onces.OnceAdminSite"
