"""The consumer of the Channels tutorial, part 3, to the letter; and the same with its messages saved."""

import json

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group_name = f"chat_{self.room_name}"

        # Join room group
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)

        await self.accept()

    async def disconnect(self, close_code):
        # Leave room group
        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)

    # Receive message from WebSocket
    async def receive(self, text_data):
        text_data_json = json.loads(text_data)
        message = text_data_json["message"]

        # Send message to room group
        await self.channel_layer.group_send(self.room_group_name, {"type": "chat.message", "message": message})

    # Receive message from room group
    async def chat_message(self, event):
        message = event["message"]

        # Send message to WebSocket
        await self.send(text_data=json.dumps({"message": message}))


class RoomConsumer(ChatConsumer):
    """As it is usually extended: members only, and each message a row before it is sent to the group."""

    async def connect(self):
        if self.scope["user"].is_authenticated:
            await super().connect()
        else:
            await self.close()

    async def disconnect(self, close_code):
        if self.scope["user"].is_authenticated:
            await super().disconnect(close_code)

    async def receive(self, text_data):
        message = json.loads(text_data)["message"]
        await self.save(message)
        event = {"type": "chat.message", "message": message, "username": self.scope["user"].username}
        await self.channel_layer.group_send(self.room_group_name, event)

    @database_sync_to_async
    def save(self, message):
        from .models import Message

        Message.objects.create(room=self.room_name, author=self.scope["user"], text=message)

    async def chat_message(self, event):
        await self.send(text_data=json.dumps({"message": event["message"], "username": event["username"]}))
