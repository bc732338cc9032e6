"""The page of a board, and what changed on it."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from realtime.pages import stream_changes, stream_page
from realtime.streams import html

from .models import Board, Note

built: list[str] = []  # the places of the pages that were made


async def board(request: HttpRequest, pk: int) -> HttpResponse:
    def build(head: int) -> HttpResponse:
        built.append(place := request.GET.get("before", ""))
        notes = Note.objects.filter(board=pk, **Note.shown_when).order_by("pk")
        return HttpResponse("".join([f"{head}{place}", *(html(note, "testboard") for note in notes)]))

    return await stream_page(request, Board.stream_of(pk), build)


async def changes(request: HttpRequest, pk: int) -> HttpResponse:
    return await stream_changes(request, Board.stream_of(pk))


app_name = "testboard"
urlpatterns = [
    path("<int:pk>/", board, name="board"),
    path("<int:pk>/changes/", changes, name="changes"),
]
