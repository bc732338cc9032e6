import os
import secrets
from typing import Any

from .models import User

PEOPLE: dict[str, dict[str, Any]] = {
    "editor": {"public_name": "Edith Orwell", "is_staff": True, "is_superuser": True},
    "alice": {"public_name": "Alice Liddell", "email": "alice@demo.invalid"},
    "bob": {"public_name": "Bob Cratchit", "email": "bob@demo.invalid"},
}


def make() -> list[str]:
    """Create the superuser `editor` and the members `alice` and `bob`, once, and return the lines to print.

    The password of them all is `DEMO_PASSWORD`, or a random one that is shown this one time. A later run keeps it,
    unless `DEMO_PASSWORD` names another.
    """
    chosen = os.environ.get("DEMO_PASSWORD", "")
    password = chosen or secrets.token_urlsafe(12)
    return [line(username, fields, password, bool(chosen)) for username, fields in PEOPLE.items()]


def line(username: str, fields: dict[str, Any], password: str, chosen: bool) -> str:
    """Create one of them, and tell how to sign in."""
    person, created = User.objects.get_or_create(username=username, defaults=fields)
    editor = "is_superuser" in fields
    where = "Admin:     {site}/admin/" if editor else "Member:    {site}/accounts/login/"
    if not (person.is_superuser if editor else person.email == fields["email"]):
        # Anyone may sign up under this name: such an account must never be handed the admin, nor to others.
        return f"{where}, user {username} is not of the demo's making: left as it was"
    if not (chosen or created):
        return f"{where}, user {username}, password unchanged (set DEMO_PASSWORD to choose a new one)"
    if not person.check_password(password):  # setting the same again would sign them out
        person.set_password(password)
        person.save(update_fields=["password"])
    return f"{where}, user {username}, password {password}"
