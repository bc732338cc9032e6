"""Files that were uploaded, sent piece by piece: who reads slowly holds no more than one of them."""

from __future__ import annotations

import asyncio
import mimetypes
import os
import posixpath
import re
from collections.abc import AsyncIterator, Generator
from stat import S_ISREG

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.views.decorators.http import require_safe

PIECE = 65_536  # bytes
SHOWN = {"image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"}  # what else there is, is to be saved
KEPT = "kept/"  # the folder of what belongs to no row yet: see keeping.py
RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})\Z")


async def send_file(request: HttpRequest, name: str) -> HttpResponse | StreamingHttpResponse:
    """A file of the storage, or a part of it by `Range`; 304 if the browser has it; raises Http404.

    Whether it may be kept, and by whom, is for the view to say.
    """
    path, stat = await asyncio.to_thread(found, name)
    etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    if known := get_conditional_response(request, etag=etag, last_modified=int(stat.st_mtime)):
        return known
    part = asked(request, stat.st_size, etag)
    if part is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stat.st_size}"})
    content = apieces(path, part) if isinstance(request, ASGIRequest) else pieces(path, part)
    response = HttpResponse() if request.method == "HEAD" else StreamingHttpResponse(content)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {"Content-Type": kind, "Content-Length": str(len(part)), "Accept-Ranges": "bytes"}
    for header, value in {**headers, "ETag": etag, "Last-Modified": http_date(stat.st_mtime)}.items():
        response[header] = value
    if len(part) < stat.st_size:
        response.status_code = 206
        response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{stat.st_size}"
    if kind not in SHOWN:  # in our place it could act in our name
        response["Content-Disposition"] = "attachment"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_safe
async def public_file(request: HttpRequest, name: str) -> HttpResponse | StreamingHttpResponse:
    """For everyone; browsers keep it and ask whether it is there still."""
    response = await send_file(request, name)
    patch_cache_control(response, public=True, no_cache=True)
    return response


def found(name: str) -> tuple[str, os.stat_result]:
    """The path of a file of the storage; raises Http404 for what is none, or lies elsewhere.

    A name is written in one way alone: who may see what goes by how it begins.
    """
    if name != posixpath.normpath(name):
        raise Http404
    try:
        path = default_storage.path(name)
        stat = os.stat(path)
    except (OSError, ValueError, SuspiciousFileOperation, NotImplementedError) as error:
        raise Http404 from error
    if not S_ISREG(stat.st_mode) or os.path.relpath(path, default_storage.path("")).startswith(KEPT):
        raise Http404
    return path, stat


def asked(request: HttpRequest, size: int, etag: str) -> range | None:
    """The bytes that a request is for, None for such as there are not: all, unless it names one range that fits."""
    header = request.headers.get("Range", "") if request.method == "GET" else ""
    condition = request.headers.get("If-Range", etag)
    if condition != etag or not (found := RANGE.match(header)) or found[1] == found[2] == "":
        return range(size)
    first, last = found[1], found[2]
    if not first:
        return range(max(0, size - int(last)), size) if int(last) else None
    stop = min(int(last) + 1, size) if last else size
    if last and int(last) < int(first):
        return range(size)  # makes no sense: as if it were not there
    return range(int(first), stop) if int(first) < size else None


def pieces(path: str, part: range) -> Generator[bytes]:
    with open(path, "rb") as file:
        file.seek(part.start)
        for start in range(part.start, part.stop, PIECE):
            yield file.read(min(PIECE, part.stop - start))


async def apieces(path: str, part: range) -> AsyncIterator[bytes]:
    """Reading is left to a thread, since disks may be slow; and so is closing, when somebody leaves meanwhile."""
    file = await asyncio.to_thread(open, path, "rb")
    try:
        file.seek(part.start)
        for start in range(part.start, part.stop, PIECE):
            yield await asyncio.to_thread(file.read, min(PIECE, part.stop - start))
    finally:
        asyncio.get_running_loop().run_in_executor(None, file.close)
