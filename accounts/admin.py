from django.contrib import admin
from django.contrib.auth import admin as auth
from django.utils.translation import gettext_lazy as _

from .forms import AddPersonForm, ChangePersonForm
from .models import User

ACCESS = ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")
NEW = ("username", "public_name", "email", "usable_password", "password1", "password2")


@admin.register(User)
class UserAdmin(auth.UserAdmin):
    """Django's own user admin; people go by their public name, so first and last names step back."""

    form = ChangePersonForm
    add_form = AddPersonForm
    fieldsets = (
        (None, {"fields": ("username", "password", "public_name", "email")}),
        (_("Permissions"), {"fields": ACCESS}),
        (_("Important dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": NEW}),)
    list_display = ("username", "public_name", "email", "is_staff", "is_active")
    search_fields = ("username", "public_name", "email")
