import os
import secrets

from .models import User


def make() -> list[str]:
    """Create the superuser `editor`, once, and return the lines to print.

    The password is `DEMO_PASSWORD`, or a random one that is shown this one time. A later run keeps it,
    unless `DEMO_PASSWORD` names another.
    """
    chosen = os.environ.get("DEMO_PASSWORD", "")
    editor, created = User.objects.get_or_create(
        username="editor",
        defaults={"public_name": "Edith Orwell", "is_staff": True, "is_superuser": True},
    )
    if not editor.is_superuser:
        # Anyone may sign up under this name: such an account must never be handed the admin.
        return ["Admin:     there is a user editor who is no superuser; it was left as it is"]
    if not (chosen or created):
        return ["Admin:     {site}/admin/, user editor, password unchanged (set DEMO_PASSWORD to choose a new one)"]
    password = chosen or secrets.token_urlsafe(12)
    if not editor.check_password(password):  # setting the same again would sign the editor out
        editor.set_password(password)
        editor.save(update_fields=["password"])
    return [f"Admin:     {{site}}/admin/, user editor, password {password}"]
