"""Why a request is refused: by status and code, for programs, and in a sentence, for who wrote them."""

from __future__ import annotations

from math import ceil

from django.http import JsonResponse

from realtime.people import Refusal, TooFast

REFUSALS = {
    "malformed": (400, "This is not what docs/ingest.md says."),
    "invalid": (400, "An entry can't be like this."),
    "unsigned": (
        401,
        "Send Ingest-Key, Ingest-Time in Unix seconds, and Ingest-Signature in 64 lower-case hex digits.",
    ),
    "stale": (401, "Ingest-Time is more than five minutes from the server's clock. Set yours, and sign again."),
    "signature": (401, "This is not signed by a key that is known here."),
    "revoked": (403, "This key was revoked."),
    "other_liveblog": (403, "This key is for another live blog."),
    "no_liveblog": (404, "There is no such live blog."),
    "unknown_id": (404, "Nothing was created under this id, by this key and in this live blog."),
    "method": (405, "Use POST."),
    "taken": (409, "Something else was created under this id. To change it, send the action edit."),
    "retracted": (409, "This entry is retracted, and stays so."),
    "deleted": (409, "This entry was deleted by the newsroom."),
    "too_large": (413, "A request has a million bytes at most, its picture among them."),
    "content_type": (415, "Send application/json, or multipart/form-data with a picture."),
}
TOO_FAST = TooFast(1).code
STATUS = {code: status for code, (status, _detail) in REFUSALS.items()} | {TOO_FAST: 429}


def refusal(code: str, detail: str = "") -> Refusal:
    return Refusal(code, detail or REFUSALS[code][1])


def answer(declined: Refusal) -> JsonResponse:
    response = JsonResponse({"error": declined.code, "detail": declined.detail}, status=STATUS[declined.code])
    if declined.retry_after is not None:
        response["Retry-After"] = str(max(1, ceil(declined.retry_after)))
    if response.status_code == 405:
        response["Allow"] = "POST"
    return response
