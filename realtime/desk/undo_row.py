"""The way back from a change of one row, for pages whose scripts ask: what it takes stands in the answer, signed."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

from .undo import AGE, Values, field_values, opened, row_values


class ChangedSince(Exception):
    """Somebody has changed the row since, or it is too late: nothing was given back. Its text says so."""


def way_back(person: Any, row: Any, before: Values) -> str:
    """What `go_back` takes, of what `row_values` said before the change; "" if the row says that still.

    Files can't be brought back: name none.
    """
    after = row_values(row, before)
    if after == before:
        return ""
    sent = {"person": person.pk, "row": [row._meta.label_lower, str(row.pk)], "before": before, "after": after}
    return signing.dumps(sent, salt=__name__, compress=True)


def go_back(person: Any, row: Any, text: str) -> list[str]:
    """Make the row say what it said, without saving it; the names of the fields that this sets. The row is locked.

    Raises ChangedSince, and BadRequest for what is no way back of this person's and this row's.
    """
    sent = opened(text, __name__)
    if (sent["person"], sent["row"]) != (person.pk, [row._meta.label_lower, str(row.pk)]):
        raise BadRequest("This is another's way back.")
    try:
        signing.loads(text, salt=__name__, max_age=AGE)
    except signing.SignatureExpired as error:
        raise ChangedSince(_("It is too late to undo this.")) from error
    if row_values(row, sent["after"]) != sent["after"]:
        raise ChangedSince(_("It has been changed since: nothing was undone."))
    for name, value in field_values(type(row), sent["before"]).items():
        setattr(row, name, value)
    return list(sent["before"])
