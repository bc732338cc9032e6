"""As the Channels tutorial leaves them, for production."""

import os

import dj_database_url

DEBUG = False
SECRET_KEY = "of-the-benchmark-alone"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [
    "bench.usual",
    "channels",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.usual.asgi"
ASGI_APPLICATION = "bench.usual.asgi.application"
DATABASES = {"default": dj_database_url.parse(os.environ.get("DATABASE_URL", "sqlite://:memory:"))}
# In its favour, as this project sets them: without, SQLite waits for the disk, and each message connects to PostgreSQL.
if "sqlite" in DATABASES["default"]["ENGINE"]:
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
    DATABASES["default"]["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 10, "init_command": pragmas}
else:
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 10, "timeout": 5}}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            # Without a time-out: redis-py's, of 5 seconds, ends consumers that wait longer for a message.
            "hosts": [{"address": os.environ["REDIS_URL"], "socket_timeout": None}],
            "capacity": 2000,  # of 100, the default, it drops messages in a burst
        },
    }
}
