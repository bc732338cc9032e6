"""An item as its readers get it: the same bytes in frames and on pages.

A row that cannot be rendered must not stop its stream: a placeholder stands for it. Such failures may pass (no file
descriptor left, a full disk), so that it is tried again, and told as a new change once it works.
"""

from __future__ import annotations

import logging
import time
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from . import wire
from .fields import VersionField, members, own_stream
from .items import Item
from .wire import Encoded

FIRST_RETRY, LAST_RETRY = 1.0, 3600.0  # seconds to wait, doubled each time
MAX_FAILED = 1_000  # rows that are tried again

log = logging.getLogger(__name__)


class Failed(NamedTuple):
    """A row that has a placeholder in this process."""

    model: Any
    pk: Any
    kind: str
    version: int


#: When to try each again (time.monotonic), and how long to wait if that fails.
failed: dict[Failed, tuple[float, float]] = {}


def encode(row: Item, field: VersionField) -> Encoded:
    """A row as its stream's readers get it: the item, or that it is removed."""
    version = getattr(row, field.attname)
    item = _rendered(row, field.kind, version)[0] if field.shows(row) else wire.removed(row.item_id, version)
    if not field.is_own:
        return item
    return item._replace(is_own=True, ends=row.ends_stream and field == own_stream(type(row)))


def html(row: Item, kind: str) -> str:
    """A row's HTML for a page: byte for byte what the stream's readers are sent."""
    version = next(field.attname for model, field in members(kind) if model is type(row))
    html = _rendered(row, kind, getattr(row, version))[1]
    if settings.DEBUG:
        demand(row, getattr(row, version), row.as_item(kind)["position"], html)
    return html


def demand(row: Item, version: int, position: str | None, html: str) -> None:
    """What the client looks for; without it items would be sorted wrongly, and nobody told."""
    wanted = {"id": row.item_id, "data-version": version} | ({} if position is None else {"data-position": position})
    for name, value in wanted.items():
        if f'{name}="{value}"' not in html:
            raise ImproperlyConfigured(f'The HTML of {row.item_id} needs {name}="{value}" at its root element.')


def _rendered(row: Item, kind: str, version: int) -> tuple[Encoded, str]:
    """The item and its HTML, or those of its placeholder."""
    try:
        return _render(row, kind, version)
    except Exception:
        log.exception("%s cannot be rendered; its readers see a placeholder", row.item_id)
        if version is not None and len(failed) < MAX_FAILED:  # what was never shown has none
            failed.setdefault(Failed(type(row), row.pk, kind, version), (time.monotonic() + FIRST_RETRY, FIRST_RETRY))
        html = wire.placeholder(row.item_id, version)
        return wire.item(row.item_id, version, position=None, html=html, data={}), html


def _render(row: Item, kind: str, version: int) -> tuple[Encoded, str]:
    fields = row.as_item(kind)
    item = wire.item(row.item_id, version, **fields)
    if len(item.json) >= wire.MAX_ITEMS_SENT:
        raise ValueError(f"{len(item.json)} bytes do not go into a frame")
    return item, fields["html"]


def retry() -> None:
    """Try again what is due: what can be rendered by now gets a new version, unless somebody was faster."""
    for row, (due, wait) in list(failed.items()):
        if due <= time.monotonic():
            wait = min(2 * wait, LAST_RETRY)
            failed[row] = time.monotonic() + wait, wait  # first, for what the database may refuse
            if _is_over(row):
                del failed[row]


def _is_over(row: Failed) -> bool:
    [version] = [field for model, field in members(row.kind) if model is row.model]
    same = row.model._base_manager.filter(pk=row.pk, **{version.name: row.version})
    if (found := same.first()) and version.shows(found):
        try:
            _render(found, row.kind, row.version)
        except Exception:
            return False
        same.tell_again()
        log.info("%s can be rendered again", found.item_id)
    return True
