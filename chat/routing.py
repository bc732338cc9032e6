from django.urls import path

from .consumers import RoomConsumer, UserConsumer

routes = [
    path("_ws/chat/user/<int:pk>/", UserConsumer.as_asgi(), name="user"),
    path("_ws/chat/<slug:slug>/", RoomConsumer.as_asgi(), name="room"),
]
