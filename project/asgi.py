"""The ASGI application: pages by Django, sockets by Channels consumers under /_ws/."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

pages = get_asgi_application()  # loads the apps, which the routes need

from project.routing import routes
from realtime.pages import CatchUpLimit
from realtime.server import Health, SecurityHeaders, UploadCheck
from realtime.sockets import OriginCheck, SocketRouter, UpgradeRequired

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
