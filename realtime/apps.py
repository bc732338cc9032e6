from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.db.models.signals import post_migrate


class RealtimeConfig(AppConfig):
    name = "realtime"

    def ready(self) -> None:
        # Once the models are there: the rooms of the kernel need them.
        from .hub.hub import announce
        from .people import revocation
        from .server import checks as _server_checks  # noqa: F401  they register themselves
        from .streams import checks as _item_checks  # noqa: F401
        from .streams.commits import listeners
        from .streams.items import create_shared_streams
        from .text import letters

        listeners.append(announce)
        letters.connect()
        revocation.connect()
        post_migrate.connect(create_shared_streams, sender=self)


class OnceAdminConfig(admin.AdminConfig):
    default = False  # of this package
    default_site = "realtime.desk.submissions.OnceAdminSite"
