"""The site's sockets, all under /_ws/; each answers with and without its last slash."""

from django.urls import path

import chat.routing  # chat
import liveblog.routing  # liveblog
from realtime.sockets import CheckConsumer

routes = [
    path("_ws/", CheckConsumer.as_asgi()),
    *liveblog.routing.routes,  # liveblog
    *chat.routing.routes,  # chat
]
urlpatterns = routes  # under this name Django finds them, when templates ask for a socket's path
