"""The settings of the tests: the site's own, and a small app that only the kernel's tests have."""

import os

from project.settings import *  # noqa: F403
from project.settings import DATABASES, MIDDLEWARE
from project.settings import INSTALLED_APPS as SITE_APPS

INSTALLED_APPS = [*SITE_APPS, "realtime.tests.board"]
ROOT_URLCONF = "tests.urls"
MIGRATION_MODULES = {"testboard": None}  # its tables are made from its models

os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"  # for the processes that tests start

# What serves static files looks through all of them for each test's browser: that is left to tests with real servers.
MIDDLEWARE = [each for each in MIDDLEWARE if not each.startswith("servestatic.")]

if "sqlite" in DATABASES["default"]["ENGINE"]:  # nothing of it has to outlive the machine
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
