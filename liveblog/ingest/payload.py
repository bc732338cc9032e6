"""What a request says, decoded into known types: from JSON, or from a form that brings a picture."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal, NoReturn

import msgspec
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from msgspec import UNSET, Meta, UnsetType

from ..images import Picture, prepared
from .refusals import refusal

TYPES = ("application/json", "multipart/form-data")
MAX_DETAIL = 300  # characters of an error's sentence: it may quote what was sent
Text = str | UnsetType


class Payload(msgspec.Struct, forbid_unknown_fields=True):
    """`id` is the sender's own. What is not given stays as it is; a field that is unknown is a mistake, and refused."""

    id: Annotated[str, Meta(pattern=r"\A[!-~]{1,100}\Z")]
    action: Literal["create", "edit", "retract"] = "create"
    state: Literal["published", "draft"] | UnsetType = UNSET
    headline: Text = UNSET
    body: Text = UNSET
    byline: Text = UNSET
    correction: Text = UNSET
    key_event: bool | UnsetType = UNSET
    image_alt: Text = UNSET
    image_credit: Text = UNSET

    @property
    def fields(self) -> dict[str, Any]:
        """Those of the entry that are given."""
        given = msgspec.to_builtins(self)
        return {name: value for name, value in given.items() if name not in ("id", "action")}


class Sent(msgspec.Struct):
    payload: Payload
    image: Picture | None
    digest: str  # of all of it: the same for the same, in whatever order and encoding it came


def read(request: HttpRequest) -> Sent:
    """Raises Refusal. Its picture is decoded here, before anything is locked."""
    if request.content_type == "application/json":
        payload, image = from_json(request.body), None
    else:
        payload, image = from_form(request)
    told = msgspec.json.encode(payload) + (image.read() if image else b"")
    return Sent(payload, picture(image) if image else None, hashlib.sha256(told).hexdigest())


def from_json(body: bytes) -> Payload:
    try:
        return msgspec.json.decode(body, type=Payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        malformed(error)


def from_form(request: HttpRequest) -> tuple[Payload, Any]:
    try:
        fields, files = request.POST.dict(), request.FILES.dict()
        payload = msgspec.convert(fields, Payload, strict=False)
    except (msgspec.ValidationError, MultiPartParserError, SuspiciousOperation) as error:
        malformed(error)
    if files.keys() - {"image"}:
        raise refusal("malformed", "A form brings one file, and calls it image.")
    return payload, files.get("image")


def picture(file: Any) -> Picture:
    try:
        return prepared(file)
    except ValidationError as error:
        raise refusal("invalid", f"image: {' '.join(error.messages)}") from error


def malformed(error: Exception) -> NoReturn:
    said = str(error)
    raise refusal("malformed", f"{said[:MAX_DETAIL]}{'…' if len(said) > MAX_DETAIL else '.'}") from error
