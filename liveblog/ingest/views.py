"""Where scripts post: every answer is a JSON object, also to what is refused."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from realtime.hub import Rate, address_key, take
from realtime.people import Refusal, TooFast

from ..models import Entry, LiveBlog
from .models import IngestKey
from .payload import TYPES, read
from .refusals import answer, refusal
from .signatures import sender, signature_of
from .storing import store

MAX_BYTES = 1_000_000  # below what the server reads of strangers, so that who sends a little more is told in JSON
KEY_RATE = Rate(2, 60)
ADDRESS_RATE = Rate(5, 100)


@csrf_exempt  # no browser sends this, and no cookie counts
async def ingest(request: HttpRequest, slug: str) -> JsonResponse:
    """Who it is costs an address; what it is, a key. So nobody uses up the rate of a key that they do not have."""
    try:
        pace("address", address_key(request.META.get("REMOTE_ADDR")), ADDRESS_RATE)
        check(request)
        key = await sync_to_async(sender)(request, slug)
        pace("key", key.pk, KEY_RATE)
        response = await sync_to_async(carry_out)(request, slug, key)
    except Refusal as declined:
        response = answer(declined)
    response["Cache-Control"] = "no-store"
    return response


def pace(kind: str, who: Any, rate: Rate) -> None:
    if who is not None and (wait := take({("ingest", kind, who): rate})):
        raise TooFast(wait)


def check(request: HttpRequest) -> None:
    """What costs nothing to see. Chunks are counted when they are here, which is never more than the server reads."""
    if request.method != "POST":
        raise refusal("method")
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES or len(request.body) > MAX_BYTES:
        raise refusal("too_large")
    if request.content_type not in TYPES:
        raise refusal("content_type")


def carry_out(request: HttpRequest, slug: str, key: IngestKey) -> JsonResponse:
    liveblog = LiveBlog.objects.by_slug(slug)
    if liveblog is None:
        raise refusal("no_liveblog")
    if key.liveblog_id not in (None, liveblog.pk):
        raise refusal("other_liveblog")
    sent = read(request)
    done = store(key, liveblog, sent, signature_of(request))
    url = request.build_absolute_uri(Entry(pk=done.entry).get_absolute_url())
    told = {"id": sent.payload.id, "action": done.action, "entry": done.entry, "url": url}
    return JsonResponse(told, status=201 if done.action == "created" else 200)
