import os
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import CommandError

from .models import User

PEOPLE: dict[str, dict[str, Any]] = {
    "editor": {"public_name": "Edith Orwell", "is_staff": True, "is_superuser": True},
    "alice": {"public_name": "Alice Liddell", "email": "alice@demo.invalid"},
    "bob": {"public_name": "Bob Cratchit", "email": "bob@demo.invalid"},
}


def make() -> list[str]:
    """Create the superuser `editor` and the members `alice` and `bob`, where nobody is yet; the lines to print.

    The password of them all is `DEMO_PASSWORD`, or a random one that is shown this one time. A later run keeps it,
    unless `DEMO_PASSWORD` names another.
    """
    if not settings.DEBUG and User.objects.exclude(username__in=PEOPLE).exists():
        raise CommandError("DEBUG is off and this site has people of its own: the demo is for a new one.")
    chosen = os.environ.get("DEMO_PASSWORD", "")
    password = chosen or secrets.token_urlsafe(12)
    if not User.objects.exists():  # who was deleted since does not come back
        User.objects.bulk_create(
            User(username=username, password=make_password(password), **fields) for username, fields in PEOPLE.items()
        )
        chosen = password
    return [line(username, password, bool(chosen)) for username in PEOPLE]


def line(username: str, password: str, chosen: bool) -> str:
    """How one of them signs in, with the chosen password if there is one."""
    fields = PEOPLE[username]
    person = User.objects.filter(username=username).first()
    editor = "is_superuser" in fields
    where = "Admin:     {site}/admin/" if editor else "Member:    {site}/accounts/login/"
    if person is None:
        return f"{where}, user {username} was deleted: left so"
    if not (person.is_superuser if editor else person.email == fields["email"]):
        # Anyone may sign up under this name: such an account must never be handed the admin, nor to others.
        return f"{where}, user {username} is not of the demo's making: left as it was"
    if not chosen:
        return f"{where}, user {username}, password unchanged (set DEMO_PASSWORD to choose a new one)"
    if not person.check_password(password):  # setting the same again would sign them out
        person.set_password(password)
        person.save(update_fields=["password"])
    return f"{where}, user {username}, password {password}"
