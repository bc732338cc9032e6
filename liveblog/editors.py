"""The group Editors: whoever is in it (and is staff) posts to live blogs in the admin."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

GROUP = "Editors"


def create_group(app_config: AppConfig, **kwargs: Any) -> None:
    """After migrate. A group that is there keeps the permissions that it was given by hand."""
    create_permissions(app_config, verbosity=0)
    group, created = Group.objects.get_or_create(name=GROUP)
    if created:
        group.permissions.set(Permission.objects.filter(content_type__app_label=app_config.label))
