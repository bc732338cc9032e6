"""Groups that come with an app: who is in one may do that app's work in the admin."""

from collections.abc import Iterable

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission


def create_group(name: str, app_config: AppConfig, codenames: Iterable[str] | None = None) -> None:
    """After migrate, with these of the app's permissions, or with all of them.

    A group that is there keeps the permissions that it was given by hand.
    """
    create_permissions(app_config, verbosity=0)
    group, created = Group.objects.get_or_create(name=name)
    if created:
        permissions = Permission.objects.filter(content_type__app_label=app_config.label)
        group.permissions.set(permissions if codenames is None else permissions.filter(codename__in=codenames))
