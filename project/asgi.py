"""The ASGI application: pages by Django, sockets by Channels consumers under /_ws/."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

pages = get_asgi_application()  # loads the apps, which the routes need

from project.routing import routes
from realtime.headers import SecurityHeaders
from realtime.health import Health
from realtime.origin import OriginCheck
from realtime.routing import SocketRouter, UpgradeRequired
from realtime.turns import CatchUpLimit
from realtime.uploads import UploadCheck

application = SecurityHeaders(
    Health(
        ProtocolTypeRouter(
            {
                "http": UpgradeRequired(routes, CatchUpLimit(UploadCheck(pages))),
                "websocket": OriginCheck(SocketRouter(routes)),
            }
        )
    )
)
