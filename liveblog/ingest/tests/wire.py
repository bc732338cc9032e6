"""A sender of ingest: it signs what it posts, in its own words, not by the code that checks it."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from liveblog.ingest.models import IngestKey


class Wire:
    """`wire(id="a", body="…")`: the answer to a signed request. With a picture it goes as a form."""

    def __init__(self, key: IngestKey, slug: str = "regatta", secret: str = "") -> None:
        self.client = Client()
        self.handle, self.slug, self.secret = key.handle, slug, secret or key.secrets()[0]

    def __call__(self, image: Any = None, **fields: Any) -> Any:
        if image is None:
            return self.send(json.dumps(fields).encode())
        return self.send(encode_multipart(BOUNDARY, {**fields, "image": image}), MULTIPART_CONTENT)

    def send(self, body: bytes, content_type: str = "application/json", **options: Any) -> Any:
        return self.post(body, self.signed(body, **options), content_type)

    def signed(self, body: bytes, late: float = 0, **headers: str) -> dict[str, str]:
        """The headers; `late`: seconds that it has been on its way."""
        at = str(int(time.time() - late))
        signature = hmac.new(self.secret.encode(), f"{at}.{self.slug}.".encode() + body, hashlib.sha256).hexdigest()
        signed = {"Ingest-Key": self.handle, "Ingest-Time": at, "Ingest-Signature": signature}
        return signed | {name.replace("_", "-"): value for name, value in headers.items()}

    def post(self, body: bytes, headers: dict[str, str], content_type: str = "application/json") -> Any:
        path = f"/liveblog/{self.slug}/ingest/"
        return self.client.generic("POST", path, body, content_type, headers=headers, CONTENT_TYPE=content_type)


def refused(answer: Any) -> tuple[int, str]:
    """The status and code of an answer that says why, in a sentence."""
    told = answer.json()
    assert told.keys() == {"error", "detail"}
    assert told["detail"].strip().endswith((".", "…"))
    return answer.status_code, told["error"]
