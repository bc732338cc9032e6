import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.utils.module_loading import module_has_submodule


class Command(BaseCommand):
    help = "Make demo content: each app's demo.py, as often as you like. DEMO_PASSWORD sets the password of its people."

    def handle(self, *args: Any, **options: Any) -> None:
        site = f"http://localhost:{os.environ.get('PORT', '8000')}"
        found = Path(sys.executable)
        python = found.relative_to(Path.cwd()) if found.is_relative_to(Path.cwd()) else found
        for config in apps.get_app_configs():
            if module_has_submodule(config.module, "demo"):
                for line in import_module(f"{config.name}.demo").make():
                    self.stdout.write(line.replace("{site}", site).replace("{python}", str(python)))
