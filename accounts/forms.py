from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.utils.translation import gettext_lazy as _

from .models import User


class SignUpForm(UserCreationForm[User]):
    """A username and a password; a public name and an address for password resets may be left out."""

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "public_name", "email")
        help_texts = {"email": _("Optional. Only used to send you a link when you forget your password.")}
        widgets = {
            "public_name": forms.TextInput(attrs={"autocomplete": "nickname"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }
