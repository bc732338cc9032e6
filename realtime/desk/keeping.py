"""Files that came with a form which was refused: kept for a day for who sent them, so that the form can be sent again.

A browser does not send a file twice by itself, and a published entry without its picture is worse than an error.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.core import signing
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from realtime.pages import KEPT

AGE = timedelta(days=1)
SUFFIX = "-kept"  # of the box, ticked, that names a file


def take_back(request: HttpRequest) -> None:
    """Put kept files where they would be had they been sent again. If one is not there any more, nothing is saved."""
    for field in [name for name in request.POST if name.endswith(SUFFIX)]:
        name = field.removesuffix(SUFFIX)
        if name in request.FILES or f"{name}-clear" in request.POST:
            continue
        try:
            kept = kept_by(request, field)
            with default_storage.open(kept["path"]) as file:
                request.FILES[name] = SimpleUploadedFile(kept["name"], file.read())
        except (signing.BadSignature, OSError):
            text = _(
                "Nothing was saved: a file that you have uploaded is no longer here. Choose it again, or leave it."
            )
            request.not_saved = text  # type: ignore[attr-defined]


def keep(request: HttpRequest, form: Any) -> list[tuple[str, str, str]]:
    """The files of a form that was refused, but those that were refused themselves: (box, its value, name)."""
    forget_old()
    kept = []
    files: Any = request.FILES
    for name, file in files.items():
        if name in form.fields and name not in form.errors:
            file.seek(0)
            path = default_storage.save(f"{KEPT}{secrets.token_urlsafe(16)}", file)
            what = {"person": request.user.pk, "path": path, "name": file.name}
            kept.append((f"{name}{SUFFIX}", signing.dumps(what, salt=__name__), file.name))
    return kept


def forget(request: HttpRequest) -> None:
    """The files that were taken back: they are in a row by now, or kept anew."""
    for field in [name for name in request.POST if name.endswith(SUFFIX)]:
        with suppress(signing.BadSignature):
            default_storage.delete(kept_by(request, field)["path"])


def kept_by(request: HttpRequest, field: str) -> dict[str, Any]:
    """What a form names as kept; raises BadSignature if that is too old, or another's."""
    kept: dict[str, Any] = signing.loads(request.POST[field], salt=__name__, max_age=AGE)
    if kept["person"] != request.user.pk:
        raise signing.BadSignature("It is another's.")
    return kept


def forget_old() -> None:
    if default_storage.exists(KEPT):
        for name in default_storage.listdir(KEPT)[1]:
            with suppress(FileNotFoundError):  # somebody else was quicker
                if default_storage.get_modified_time(KEPT + name) < timezone.now() - AGE:
                    default_storage.delete(KEPT + name)
