"""Who sits at the desk: staff who may change entries. What they are shown there, nobody else ever is."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from realtime.streams import written_by

log = logging.getLogger(__name__)


def is_editor(person: Any) -> bool:
    return bool(person and person.is_active and person.is_staff and person.has_perm("liveblog.change_entry"))


def is_allowed(person: Any, deed: str) -> bool:
    """What else it takes: `add_entry`, `delete_entry`, `change_liveblog`, as in the admin."""
    return bool(person.has_perm(f"liveblog.{deed}"))


def not_allowed(said: str) -> JsonResponse:
    return JsonResponse({"said": said}, status=403)


def for_editors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that the desk's scripts ask: they can make more of a status than of a redirect to a form."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"said": _("You are signed out. Sign in, and it goes on.")}, status=401)
        if not is_editor(request.user):
            return not_allowed(_("You may not post here."))
        try:
            with written_by(request.user):
                response = view(request, *args, **kwargs)
        except Http404:
            return JsonResponse({"said": _("A colleague has deleted this meanwhile.")}, status=404)
        except OperationalError as error:
            log.warning("%s: nothing was changed: %s", request.path, error)
            return JsonResponse({"said": _("The database is busy.")}, status=503)  # it is sent again
        response["Cache-Control"] = "private, no-store"
        return response

    return asked
