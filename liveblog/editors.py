"""The group Editors: whoever is in it (and is staff) posts to live blogs in the admin."""

from typing import Any

from django.apps import AppConfig

from realtime.desk import create_group


def create_editors(app_config: AppConfig, **kwargs: Any) -> None:
    create_group("Editors", app_config)
