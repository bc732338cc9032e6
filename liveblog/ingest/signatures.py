"""Who sends a request: whose key has signed its time, the live blog's slug and its body.

The slug is signed too, or else who hears a request by a key for all live blogs could send it to another one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time

from django.http import HttpRequest

from .models import IngestKey
from .refusals import refusal

WINDOW = 300  # seconds that a request may be on its way, and that clocks may differ
HANDLE, TIME, SIGNATURE = re.compile(r"[0-9a-f]{16}"), re.compile(r"[0-9]{1,12}"), re.compile(r"[0-9a-f]{64}")


def sign(secret: str, sent_at: str, slug: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{sent_at}.{slug}.".encode() + body, hashlib.sha256).hexdigest()


def signature_of(request: HttpRequest) -> str:
    return request.headers.get("Ingest-Signature", "")


def sender(request: HttpRequest, slug: str) -> IngestKey:
    """The key of a request. Raises Refusal: whether a key exists is not told to who cannot sign with it."""
    sent_at, signature = request.headers.get("Ingest-Time", ""), signature_of(request)
    if not (TIME.fullmatch(sent_at) and SIGNATURE.fullmatch(signature)):
        raise refusal("unsigned")
    if abs(time.time() - int(sent_at)) > WINDOW:
        raise refusal("stale")
    key = key_of(request.headers.get("Ingest-Key", ""))
    expected = [sign(secret, sent_at, slug, request.body) for secret in key.secrets()]
    matches = [hmac.compare_digest(signature, each) for each in expected]
    if not any(matches) or not key.pk:
        raise refusal("signature")
    if key.revoked_at:
        raise refusal("revoked")
    return key


def key_of(handle: str) -> IngestKey:
    """The key of a handle; for one that is unknown a key that nobody has, so that it takes as long to say no."""
    known = IngestKey.objects.filter(handle=handle).first() if HANDLE.fullmatch(handle) else None
    return known or IngestKey(handle="", salt="")
