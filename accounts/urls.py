"""Mounted at /accounts/. Most views are Django's own, all under the names that Django itself reverses.

No cache keeps these pages. Templates are named here, not left to `registration/…`: the admin has files of those names,
and which of the two wins would hang on the order of INSTALLED_APPS.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import views as auth
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache

from . import views


def page(route: str, view: Callable[..., Any], name: str) -> URLPattern:
    return path(route, never_cache(view), name=name)


def told(name: str) -> str:
    return f"accounts/{name}.html"


urlpatterns = [
    page("", views.AccountView.as_view(), "account"),
    page("delete/", views.DeleteView.as_view(), "delete_account"),
    page("signup/", views.SignUpView.as_view(), "signup"),
    page("confirm/<uidb64>/<token>/", views.confirm_email, "confirm_email"),
    page("login/", views.SignInView.as_view(), "login"),
    page("logout/", auth.LogoutView.as_view(), "logout"),
    page("password/", views.PasswordChangeView.as_view(), "password_change"),
    page(
        "password/changed/",
        auth.PasswordChangeDoneView.as_view(template_name=told("password_changed")),
        "password_change_done",
    ),
    page("reset/", views.ResetView.as_view(), "password_reset"),
    page("reset/sent/", auth.PasswordResetDoneView.as_view(template_name=told("reset_sent")), "password_reset_done"),
    page(
        "reset/done/",
        auth.PasswordResetCompleteView.as_view(template_name=told("reset_done")),
        "password_reset_complete",
    ),
    page(
        "reset/<uidb64>/<token>/",
        auth.PasswordResetConfirmView.as_view(template_name=told("reset_confirm")),
        "password_reset_confirm",
    ),
]
