"""A board that is for people who have a seat, and a socket of it."""

import msgspec
from django.db import OperationalError

from realtime.people import PersonConsumer, Refusal
from realtime.sockets import CloseSocket
from realtime.streams import Close

from .board.models import Board, Seat


class Say(msgspec.Struct, tag="say", tag_field="type"):
    text: str
    id: str | None = None


def board_of(name, person):
    """The name of a board's stream; those called `members` are for people who have a seat."""
    board = Board.objects.filter(pk=name.partition(".")[2]).first()
    if board is None:
        raise CloseSocket(Close.NOT_FOUND)
    if board.title == "members" and not (person and Seat.objects.filter(board=board, user=person).exists()):
        raise CloseSocket(Close.FORBIDDEN)
    return name


class SeatConsumer(PersonConsumer):
    grants = frozenset({"seat"})
    decoder = msgspec.json.Decoder(Say)

    async def stream(self):
        return await self.hub.database(board_of, self.scope["path"].strip("/"), self.person)

    async def perform(self, action):
        if action.text == "no":
            raise Refusal("muted", "You are muted.", 60)
        if action.text == "fail":
            raise OperationalError
        return {"by": self.person.username if self.person else None}


async def code_of(socket):
    """The close code; what comes before it is passed over."""
    while (message := await socket.receive_output(5))["type"] != "websocket.close":
        pass
    return message["code"]


async def stays(socket):
    """It answers still."""
    await socket.send_json_to({"type": "say", "id": "1", "text": "here"})
    while (frame := await socket.receive_json_from(5))["type"] != "ack":
        assert frame["type"] in ("hello", "changes", "heartbeat")
    return True


async def answer(socket, **action):
    await socket.send_json_to({"type": "say", **action})
    while (frame := await socket.receive_json_from(5))["type"] not in ("ack", "error"):
        pass
    return frame
