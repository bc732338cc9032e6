from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth import views as auth
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.auth.views import RedirectURLMixin
from django.core.mail import send_mail
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, UpdateView

from realtime.desk import say_saved, submission, token_of

from . import mail
from .forms import AccountForm, ChangePasswordForm, DeleteForm, ResetForm, SignUpForm, Throttled
from .models import User
from .throttle import Throttle, too_often

TOO_MANY = 429


class ThrottledMixin:
    """A form that may be sent so often, by the name in it and from an address; more is refused with 429."""

    kind = ""
    name_field = ""
    request: HttpRequest

    def name_of(self, form: Any) -> str:
        name: str = form.cleaned_data.get(self.name_field, "")
        return name

    def form_valid(self, form: Any) -> HttpResponse:
        name = self.name_of(form)
        if wait := Throttle(self.kind, name, self.request.META.get("REMOTE_ADDR")).attempt():
            form.add_error(None, too_often(wait))
            return slowed(super().form_invalid(form), wait)  # type: ignore[misc]
        return super().form_valid(form)  # type: ignore[misc]


def slowed(response: HttpResponse, wait: int) -> HttpResponse:
    response.status_code = TOO_MANY
    response["Retry-After"] = str(wait)
    return response


def slowed_by(form: Any, response: HttpResponse) -> HttpResponse:
    """The answer to a form that is invalid, perhaps because there were too many attempts."""
    errors = [error for field in form.errors.as_data().values() for error in field if error.code == "too_often"]
    return slowed(response, errors[0].params["wait"]) if errors else response


class SignInView(auth.LoginView):
    template_name = "accounts/login.html"
    form_class = Throttled
    extra_context = {"site_name": settings.SITE_NAME}  # else the host would stand there

    def form_invalid(self, form: Any) -> HttpResponse:
        return slowed_by(form, super().form_invalid(form))


class PasswordAgainMixin:
    """A form that takes the password of who is signed in once more."""

    request: HttpRequest

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)  # type: ignore[misc]
        form.host = self.request.META.get("REMOTE_ADDR")
        return form

    def form_invalid(self, form: Any) -> HttpResponse:
        return slowed_by(form, super().form_invalid(form))  # type: ignore[misc]


class PasswordChangeView(PasswordAgainMixin, auth.PasswordChangeView):
    form_class = ChangePasswordForm
    template_name = "accounts/password_change.html"


class ResetView(ThrottledMixin, auth.PasswordResetView):
    kind, name_field = "reset", "email"
    form_class = ResetForm
    template_name = "accounts/reset.html"
    subject_template_name = "accounts/reset_subject.txt"
    email_template_name = "accounts/reset_email.txt"


class AccountView(LoginRequiredMixin, PasswordAgainMixin, ThrottledMixin, UpdateView):
    """Who is signed in, what others see of them, and the ways out."""

    kind = "account"
    template_name = "accounts/account.html"
    form_class = AccountForm

    def get_object(self, queryset: Any = None) -> User:
        return User.objects.get(
            username=self.request.user.get_username()
        )  # not the one that the page's head shows, while it is typed

    def name_of(self, form: Any) -> str:
        return self.request.user.get_username()

    def get_success_url(self) -> str:
        return reverse("account")

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except IntegrityError:  # somebody took the name since it was looked for: looking again says so
            self.object = self.get_object()
            return self.form_invalid(self.get_form())


@method_decorator(sensitive_post_parameters(), name="dispatch")
class DeleteView(LoginRequiredMixin, PasswordAgainMixin, FormView):
    """The end of an account. What the person wrote stays, without their name."""

    template_name = "accounts/delete.html"
    form_class = DeleteForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "person": self.request.user}

    def form_valid(self, form: DeleteForm) -> HttpResponse:
        person = form.person
        logout(self.request)
        person.delete()
        return render(self.request, "accounts/deleted.html")


@method_decorator(sensitive_post_parameters(), name="dispatch")
class SignUpView(ThrottledMixin, RedirectURLMixin, FormView):
    """Create an account, sign in, and go to `next` if that is on this site, else to the account page.

    With the setting CONFIRM_EMAIL the account sleeps until a link in a mail was opened.
    """

    kind = "sign-up"
    template_name = "accounts/signup.html"
    form_class = SignUpForm
    next_page = "account"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, once=token_of(self.request))

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        response = super().form_valid(form)
        if response.status_code == TOO_MANY:
            return response
        form.instance.is_active = not settings.CONFIRM_EMAIL
        try:
            with submission(self.request) as sent:
                if sent.made:
                    return self.answer_again(sent.made)
                person = form.save()
                sent.made = str(person.pk)
        except IntegrityError:  # somebody took the name since it was looked for: looking again says so
            return self.form_invalid(self.get_form())
        if settings.CONFIRM_EMAIL:
            mail.later(send_confirmation, person)
            return render(self.request, "accounts/confirm_sent.html")
        login(self.request, person)
        return response

    def form_invalid(self, form: SignUpForm) -> HttpResponse:
        """The name may be taken because this form has taken it."""
        with submission(self.request) as sent:
            return self.answer_again(sent.made) if sent.made else super().form_invalid(form)

    def answer_again(self, made: str) -> HttpResponse:
        """The browser may have missed the first answer, which signed it in."""
        person = User.objects.filter(pk=made).first()
        if person and not person.is_active:
            return render(self.request, "accounts/confirm_sent.html")
        if person and person.check_password(self.request.POST.get("password1", "")):
            login(self.request, person)
        say_saved(self.request)
        return redirect(self.get_success_url())


class ConfirmationTokens(PasswordResetTokenGenerator):
    key_salt = "accounts.confirmation"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.is_active}"  # it works once


confirmations = ConfirmationTokens()


def send_confirmation(person: User) -> None:
    key = urlsafe_base64_encode(force_bytes(person.pk))
    path = reverse("confirm_email", args=[key, confirmations.make_token(person)])
    context = {**mail.context(), "path": path}
    subject = _("Your account at %(site)s") % {"site": settings.SITE_NAME}
    send_mail(subject, render_to_string("accounts/confirm_email.txt", context), None, [person.email])


def confirm_email(request: HttpRequest, uidb64: str, token: str) -> HttpResponse:
    """The link leads to a button: programs that look into mails open links, and press none."""
    try:
        person = User.objects.filter(pk=urlsafe_base64_decode(uidb64).decode()).first()
    except ValueError:
        person = None
    known = person is not None and confirmations.check_token(person, token)
    if not known or person is None:
        return render(request, "accounts/confirm.html", {"known": False}, status=404)
    if request.method != "POST":
        return render(request, "accounts/confirm.html", {"known": True})
    person.is_active = True
    person.save(update_fields=["is_active"])
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("account")
