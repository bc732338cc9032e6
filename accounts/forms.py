from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.forms import (
    AdminUserCreationForm,
    AuthenticationForm,
    PasswordChangeForm,
    PasswordResetForm,
    UserChangeForm,
    UserCreationForm,
)
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from . import mail, names
from .models import NAMES, User
from .throttle import Throttle, too_often

TAKEN = _("Somebody goes by this name, or by one that looks like it.")


class Named(forms.ModelForm):
    """Names that are changed here become nobody else's."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for field in NAMES & set(self.changed_data):
            if not cleaned.get(field):  # left out, or refused
                continue
            try:
                cleaned[field] = names.written(cleaned[field])
                if not self.instance.may_take(cleaned[field]):
                    raise forms.ValidationError(TAKEN, code="taken")
            except forms.ValidationError as error:
                self.add_error(field, error)
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """Raises IntegrityError where somebody took the name since it was looked for."""
        with transaction.atomic():
            person = super().save(commit)
            changed = [getattr(person, field) for field in NAMES & set(self.changed_data)]
            if commit and not all(map(person.may_take, changed)):
                raise IntegrityError("A name is taken.")
        return person


class AddPersonForm(Named, AdminUserCreationForm):
    """The admin's."""


class ChangePersonForm(Named, UserChangeForm):
    """The admin's."""


class SignUpForm(Named, UserCreationForm[User]):
    """A username and a password; a public name and an address for password resets may be left out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = settings.CONFIRM_EMAIL

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "public_name", "email")
        help_texts = {"email": _("Optional. Only used to send you a link when you forget your password.")}
        widgets = {
            "public_name": forms.TextInput(attrs={"autocomplete": "nickname"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }


class Throttled(AuthenticationForm):
    """A sign-in whose attempts are counted, of names that exist and of others alike."""

    def clean(self) -> dict[str, Any]:
        host = self.request.META.get("REMOTE_ADDR") if self.request else None
        throttle = Throttle("sign-in", self.cleaned_data.get("username", ""), host)
        if wait := throttle.attempt():
            raise forms.ValidationError(too_often(wait), code="too_often", params={"wait": wait})
        try:
            cleaned = super().clean()
        except forms.ValidationError:
            throttle.failed()
            raise
        throttle.succeeded()
        return cleaned


class StaffSignInForm(Throttled, AdminAuthenticationForm):
    """The admin's."""


class ResetForm(PasswordResetForm):
    """Who asks too often, for one address or from one, has to wait; nobody learns whether an address is known."""

    def save(self, **kwargs: Any) -> None:  # type: ignore[override]
        mail.later(super().save, **{**kwargs, "extra_email_context": mail.context()})


class PasswordAgain:
    """Their own password once more. Attempts count as those to sign in: who finds a browser open must not guess."""

    host: str | None = None  # which the view sets

    def check_again(self, person: Any, password: str) -> None:
        throttle = Throttle("sign-in", person.get_username(), self.host)
        if wait := throttle.attempt():
            raise forms.ValidationError(too_often(wait), code="too_often", params={"wait": wait})
        if not person.check_password(password):
            throttle.failed()
            raise forms.ValidationError(_("This is not your password."))
        throttle.succeeded()


class ChangePasswordForm(PasswordAgain, PasswordChangeForm):
    def clean_old_password(self) -> str:
        password: str = self.cleaned_data["old_password"]
        self.check_again(self.user, password)
        return password


class StaffChangePasswordForm(ChangePasswordForm, AdminPasswordChangeForm):
    """The admin's."""


class AccountForm(PasswordAgain, Named):
    """What a person says of themselves. A new address takes the password: links to choose another one go there."""

    password = forms.CharField(
        label=_("Your password, to change the email address"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    class Meta:
        model = User
        fields = ("public_name", "email")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "email" in self.changed_data:
            try:
                self.check_again(self.instance, cleaned.get("password", ""))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


class DeleteForm(PasswordAgain, forms.Form):
    """The end of an account takes its password."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        self.check_again(self.person, password)
        return password
