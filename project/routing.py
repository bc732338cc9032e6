"""The site's sockets, all under /_ws/; each answers with and without its last slash."""

from django.urls import path

import chat.routing  # chat
import liveblog.routing  # liveblog
from realtime.desk import FormConsumer
from realtime.sockets import CheckConsumer

routes = [
    path("_ws/", CheckConsumer.as_asgi()),
    path("_ws/forms/<str:model>/", FormConsumer.as_asgi(), name="form"),
    *liveblog.routing.routes,  # liveblog
    *chat.routing.routes,  # chat
]
urlpatterns = routes  # under this name Django finds them, when templates ask for a socket's path
