from django.urls import path

from .consumers import IndexConsumer, LiveBlogConsumer

routes = [
    path("_ws/liveblog/", IndexConsumer.as_asgi(), name="liveblogs"),
    path("_ws/liveblog/<slug:slug>/", LiveBlogConsumer.as_asgi(), name="liveblog"),
]
