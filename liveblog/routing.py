from django.urls import path

from .consumers import DeskConsumer, IndexConsumer, LiveBlogConsumer

routes = [
    path("_ws/liveblog/", IndexConsumer.as_asgi(), name="liveblogs"),
    path("_ws/liveblog/<slug:slug>/", LiveBlogConsumer.as_asgi(), name="liveblog"),
    path("_ws/liveblog/<slug:slug>/desk/", DeskConsumer.as_asgi(), name="desk"),
]
