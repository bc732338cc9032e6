"""What the demo left behind is said where strangers come."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.db import Error as DatabaseError

from .demo import PEOPLE
from .models import User


@register
def check_demo_people(**kwargs: Any) -> list[CheckMessage]:
    if settings.DEBUG:
        return []
    public_names = [fields["public_name"] for fields in PEOPLE.values()]
    people = User.objects.filter(username__in=PEOPLE, public_name__in=public_names, is_active=True)
    try:
        names = ", ".join(sorted(people.values_list("username", flat=True)))
    except DatabaseError:  # it is away, or not migrated yet: others say so
        return []
    if not names:
        return []
    hint = "Delete them in the admin, or give each a password of their own: python manage.py changepassword editor"
    return [Warning(f"DEBUG is off and the people of the demo can sign in: {names}.", hint=hint, id="accounts.W001")]
