"""The site's own settings, and what only the benchmark needs."""

import os
from pathlib import Path

from project.settings import *  # noqa: F403
from project.settings import INSTALLED_APPS as SITE_APPS

INSTALLED_APPS = [*SITE_APPS, "bench.site"]
ROOT_URLCONF = "bench.site.urls"
ASGI_APPLICATION = "bench.site.asgi.application"
STATIC_ROOT = Path(os.environ["STATIC_ROOT"])
