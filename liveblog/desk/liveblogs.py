"""The live blog itself, from its desk."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.forms import modelform_factory
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from realtime.streams import statement, stream_name
from realtime.text import newlines

from ..models import LiveBlog
from .access import for_editors, is_allowed, not_allowed


@require_POST
@for_editors
def mark_liveblog(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin, end or reopen the live blog (`state`), change its `summary`, or after how many idle hours it ends
    (`ends_after`, "" for never). `was` is what it was when the form was opened, if that matters.
    """
    name, value = request.POST.get("name", ""), request.POST.get("value", "")
    if name not in ("state", "summary", "ends_after"):
        raise BadRequest(f"{name[:40]!r} can't be changed here.")
    if not is_allowed(request.user, "change_liveblog"):
        return not_allowed(_("You may change entries, and not the live blog."))
    with statement([stream_name("desk", pk)]):
        liveblog = get_object_or_404(LiveBlog, pk=pk)
        was = text_of(liveblog, name)
        if request.POST.get("was", was) != was:
            said = _("A colleague has changed this meanwhile. Look at it, and save again.")
            return JsonResponse({"said": said}, status=409)
        form = modelform_factory(LiveBlog, fields=[name])({name: value}, instance=liveblog)
        if not form.is_valid():
            return JsonResponse(
                {"said": " ".join(str(text) for errors in form.errors.values() for text in errors)}, status=400
            )
        liveblog.save(update_fields=[name])
    words = {"live": _("It is live."), "ended": _("It has ended."), "upcoming": _("It is announced.")}
    said = words[liveblog.state] if name == "state" else _("Saved.")
    return JsonResponse({"said": said, "undo": {"name": name, "value": was, "was": text_of(liveblog, name)}})


def text_of(liveblog: LiveBlog, name: str) -> str:
    """As the desk's form has it; with one kind of line breaks."""
    value = getattr(liveblog, name)
    return "" if value is None else newlines(str(value))
