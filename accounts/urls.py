"""Mounted at /accounts/. The views are Django's own, under the names that Django itself reverses.

Templates are named here, not left to `registration/…`: the admin has files of those names, and which
of the two wins would hang on the order of INSTALLED_APPS.
"""

from django.conf import settings
from django.contrib.auth import views as auth
from django.urls import path

from .views import AccountView, SignUpView

# Two of the views would put the host in place of the site's name.
SITE = {"site_name": settings.SITE_NAME}

urlpatterns = [
    path("", AccountView.as_view(), name="account"),
    path("signup/", SignUpView.as_view(), name="signup"),
    path(
        "login/",
        auth.LoginView.as_view(template_name="accounts/login.html", extra_context=SITE),
        name="login",
    ),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path(
        "password/",
        auth.PasswordChangeView.as_view(template_name="accounts/password_change.html"),
        name="password_change",
    ),
    path(
        "password/changed/",
        auth.PasswordChangeDoneView.as_view(template_name="accounts/password_changed.html"),
        name="password_change_done",
    ),
    path(
        "reset/",
        auth.PasswordResetView.as_view(
            template_name="accounts/reset.html",
            subject_template_name="accounts/reset_subject.txt",
            email_template_name="accounts/reset_email.txt",
            extra_email_context=SITE,
        ),
        name="password_reset",
    ),
    path(
        "reset/sent/",
        auth.PasswordResetDoneView.as_view(template_name="accounts/reset_sent.html"),
        name="password_reset_done",
    ),
    path(
        "reset/done/",
        auth.PasswordResetCompleteView.as_view(template_name="accounts/reset_done.html"),
        name="password_reset_complete",
    ),
    path(
        "reset/<uidb64>/<token>/",
        auth.PasswordResetConfirmView.as_view(template_name="accounts/reset_confirm.html"),
        name="password_reset_confirm",
    ),
]
