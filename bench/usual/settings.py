"""As the Channels tutorial leaves them, for production."""

import os

DEBUG = False
SECRET_KEY = "of-the-benchmark-alone"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["channels", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.usual.asgi"
ASGI_APPLICATION = "bench.usual.asgi.application"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
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
