"""Forms that make something make it once: sent again, by a second click or from the browser's history, they lead to
what they made.

The form carries a token, `{% include "realtime/once.html" %}`, and its view makes what it makes within `submission()`.
In the admin every form that adds does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from realtime.models import Submission

from .choices import Choices
from .undo import undo


def token_of(request: HttpRequest) -> str:
    """For the form that is shown: the token that it was sent with, when it comes back with errors."""
    return request.POST.get("once") or uuid4().hex


def key_of(request: HttpRequest) -> str:
    return hashlib.sha256(f"{request.path} {token_of(request)}".encode()).hexdigest()


@contextmanager
def submission(request: HttpRequest) -> Iterator[Submission]:
    """What the form has `made`, "" if nothing: the view sets it when it makes something, or else the token stays good.

    Whoever sends the same form meanwhile waits for the end of the transaction.
    """
    with transaction.atomic():
        sent, _new = Submission.objects.get_or_create(key=key_of(request))
        yield sent
        sent.save() if sent.made else sent.delete()


def say_saved(request: HttpRequest) -> None:
    text = _("This was saved when the form was first sent, and not a second time. What you changed since is not in it.")
    messages.warning(request, text)


class AddsOnce(admin.ModelAdmin):
    """What is sent again is answered as it was the first time, whichever button it was."""

    def _changeform_view(self, request: Any, object_id: str | None, form_url: str, extra_context: Any) -> HttpResponse:
        """Django calls it within the transaction of the save."""
        form: Any = super()
        if object_id is not None:
            return form._changeform_view(request, object_id, form_url, extra_context)
        extra_context = {**(extra_context or {}), "once": token_of(request)}
        if request.method != "POST" or not transaction.get_connection().in_atomic_block:
            return form._changeform_view(request, object_id, form_url, extra_context)
        with submission(request) as sent:
            if sent.made:
                return self._answer_again(request, sent.made)
            response = form._changeform_view(request, object_id, form_url, extra_context)
            sent.made = getattr(request, "made", "")
            return response

    def response_add(self, request: Any, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        request.made = str(obj.pk)
        return super().response_add(request, obj, post_url_continue)

    def _answer_again(self, request: Any, made: str) -> HttpResponse:
        say_saved(request)
        obj = self.get_object(request, made)
        if obj is None:  # it was deleted since
            return self._get_obj_does_not_exist_redirect(request, self.opts, made)  # type: ignore[attr-defined]
        return self.response_add(request, obj)


class OnceAdminSite(admin.AdminSite):
    """The admin, with that in every form of every app; pickers that say what they offer; a way back from actions."""

    def get_urls(self) -> list[Any]:
        way_back = self.admin_view(partial(undo, site=self), cacheable=False)
        return [path("undo/", way_back, name="undo"), *super().get_urls()]

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return Choices.as_view(admin_site=self)(request)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        admin_class = admin_class or admin.ModelAdmin
        once = type(admin_class.__name__, (AddsOnce, admin_class), {"__module__": admin_class.__module__})
        super().register(model_or_iterable, once, **options)
