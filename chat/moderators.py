"""The group Moderators: whoever is in it (and is staff) keeps the rooms and works off the reports in the admin."""

from typing import Any

from django.apps import AppConfig

from realtime.desk import create_group

MODELS = ("room", "membership", "message", "report")
PERMISSIONS = {f"{verb}_{model}" for verb in ("view", "change") for model in MODELS} | {"moderate_room"}


def create_moderators(app_config: AppConfig, **kwargs: Any) -> None:
    create_group("Moderators", app_config, PERMISSIONS)
