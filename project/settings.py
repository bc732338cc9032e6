"""The one settings file: works with nothing set; .env.example lists what the environment can change."""

import logging
import re
import sys
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.utils.csp import CSP
from environs import Env, EnvError, ValidationError, validate

from project import pool

BASE_DIR = Path(__file__).resolve().parent.parent
DEVELOPMENT_SECRET_KEY = "django-insecure-development-key-set-SECRET_KEY-in-production"

env = Env(eager=False)  # collects every wrong value, so that one start names them all
env.read_env(BASE_DIR / ".env", recurse=False)


def names(variable: str, default: list[str], pattern: str = ".+") -> list[str]:
    """A comma-separated list, as people write one: with blanks, and a comma at its end."""

    def check(items: list[str]) -> None:
        for item in filter(None, map(str.strip, items)):
            if not re.fullmatch(pattern, item):
                raise ValidationError(f"“{item}” makes no sense there.")

    return [name for item in env.list(variable, default, validate=check) or [] if (name := item.strip())]


DEBUG = env.bool("DEBUG", True)
SECRET_KEY = env.str("SECRET_KEY", DEVELOPMENT_SECRET_KEY, validate=validate.Length(min=1))
SECRET_KEY_FALLBACKS = names("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = names("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = names("CSRF_TRUSTED_ORIGINS", [])
SITE_NAME = env.str("SITE_NAME", "Newsroom")
DATABASE_URL = env.str("DATABASE_URL", f"sqlite:///{BASE_DIR / 'db.sqlite3'}")
DATABASES = {"default": env.dj_db_url("DATABASE_URL", DATABASE_URL)}
REDIS_URL = env.str(
    "REDIS_URL", "", validate=validate.Regexp(r"((redis|rediss|unix)://.+)?$", error="Not a Redis URL.")
)
HTTPS = env.bool("HTTPS", False)  # the site is reached by https alone: secure cookies, redirect, HSTS
MEDIA_ROOT = env.str("MEDIA_ROOT", str(BASE_DIR / "media"))
MEDIA_URL = env.str("MEDIA_URL", "media/")
FORCE_SCRIPT_NAME = env.str("FORCE_SCRIPT_NAME", None, validate=validate.Regexp(r"/.*[^/]$", error="Such as /news."))
HOST = env.str("HOST", "0.0.0.0")  # where `manage.py serve` listens
PORT = env.int("PORT", 8000, validate=validate.Range(min=0, max=65_535))
DRAIN_SECONDS = env.float("DRAIN_SECONDS", 10.0, validate=validate.Range(min=0))
MAX_SOCKETS = env.int("MAX_SOCKETS", 20_000, validate=validate.Range(min=1))  # of one process
# From one address: offices, schools and trains share theirs.
MAX_SOCKETS_PER_ADDRESS = env.int("MAX_SOCKETS_PER_ADDRESS", 2_000, validate=validate.Range(min=1))
LOG_LEVEL = env.str("LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
EMAIL_URL = env.str("EMAIL_URL", "console:", validate=validate.Regexp(r"(smtps?|submission|console|dummy):"))
EMAIL = env.dj_email_url("EMAIL_URL", "console:")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "webmaster@localhost")
LANGUAGE_CODE = env.str("LANGUAGE_CODE", "en")
# Of the newsroom, in its admin. Pages carry UTC; the reader's browser shows the reader's zone.
TIME_ZONE = env.str("TIME_ZONE", "UTC", validate=validate.OneOf(available_timezones(), error="No such zone."))
# Where the site is found, for links in mails, feeds and whatever else leads here from elsewhere.
SITE_URL = env.str("SITE_URL", "", validate=validate.Regexp(r"(https?://[^/\s]+)?$", error="Not a site's address."))
CONFIRM_EMAIL = env.bool("CONFIRM_EMAIL", False)  # of who signs up: the account sleeps until a link was opened
# Who is not signed in is told who is in a room by their public names alone: usernames are half of a sign-in.
PUBLIC_USERNAMES = env.bool("PUBLIC_USERNAMES", False)
# Sites that may show a live blog in a frame, by its embed view: all by "*", none if it is empty.
EMBED_ANCESTORS = names("EMBED_ANCESTORS", ["*"], r"\*|https?://(\*\.)?[A-Za-z0-9.-]+(:\d+)?")
try:
    env.seal()
except EnvError as error:
    for name, problems in getattr(error, "error_messages", {}).items():
        print(f"{name}: {' '.join(problems)} See .env.example.", file=sys.stderr)
    sys.exit(1)

if not SITE_URL:
    named = next((host for host in ALLOWED_HOSTS if host[0] not in "*."), "localhost")
    SITE_URL = f"http://{named}:{PORT}" if DEBUG else f"{'https' if HTTPS else 'http'}://{named}"

INSTALLED_APPS = [
    "project",  # before daphne, whose runserver it extends
    *(["daphne"] if DEBUG else []),  # before staticfiles; 28 MB a process
    "project.discussion",  # before liveblog, whose page it extends with a room of chat
    "accounts",
    "chat",
    "liveblog",
    "liveblog.ingest",
    "realtime",
    "channels",
    "servestatic",
    "realtime.apps.OnceAdminConfig",  # Django's admin, whose forms add once
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "realtime.sockets.requests.canonical_request",
    "realtime.pages.turns.TurnsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "project.urls"
SOCKET_URLCONF = "project.routing"
ASGI_APPLICATION = "project.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "project.context.site",
            ]
        },
    }
]

if "sqlite" in DATABASES["default"]["ENGINE"]:
    # WAL lets readers read while one writes; IMMEDIATE makes writers queue instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    DATABASES["default"]["TEST"] = {"NAME": f"{DATABASES['default']['NAME']}.test"}
elif "postgresql" in DATABASES["default"]["ENGINE"]:
    # Under ASGI a kept connection would belong to a thread that may never come back: a pool instead.
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": 28,  # of one process: 8 turns of pages, 8 of catch-ups, 9 threads of the hub, and some for others
        "timeout": 5,
        "check": pool.check,
    }

if REDIS_URL:
    # Pub/sub, since it needs no scripts on the server. Time-outs in seconds: redis-py's own would hang longer.
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {
                # Sites that share a Redis don't hear each other: channels know nothing of its database numbers.
                "prefix": sha256(f"{SECRET_KEY} {urlsplit(REDIS_URL).path}".encode()).hexdigest()[:16],
                "hosts": [{"address": REDIS_URL, "socket_connect_timeout": 1, "socket_timeout": 2}],
            },
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Whose forms take a third of a second of a core.
HASHING_PATHS = ("/accounts/", "/admin/login/", "/admin/password_change/", "/admin/accounts/")
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "account"
LOGOUT_REDIRECT_URL = "front"
MAILERS = {"default": {"BACKEND": EMAIL["EMAIL_BACKEND"]}}
if EMAIL["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
    MAILERS["default"]["OPTIONS"] = {
        "host": EMAIL["EMAIL_HOST"],
        "port": EMAIL["EMAIL_PORT"],
        "username": EMAIL["EMAIL_HOST_USER"],
        "password": EMAIL["EMAIL_HOST_PASSWORD"],
        "use_tls": EMAIL["EMAIL_USE_TLS"],
        "use_ssl": EMAIL["EMAIL_USE_SSL"],
    }

USE_TZ = True

URLIZE_ASSUME_HTTPS = True  # where example.org leads that is written in the chat

FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 2**20  # bytes: all that may come; so that no folder for temporary files is needed
UPLOADS = {"/admin/": FILE_UPLOAD_MAX_MEMORY_SIZE}  # that a request may bring under these paths, from staff alone

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "project.storage.StaticStorage"
    },
}

media = urlsplit(MEDIA_URL)
MEDIA_ORIGIN = [f"{media.scheme or 'https'}://{media.netloc}"] if media.netloc else []  # elsewhere, such as a CDN

# No nonce for public pages: a 304 would replace the stored policy, and the cached page's scripts would die.
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", *MEDIA_ORIGIN],  # the admin's icons are data: URLs
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
    # Under these names browsers take no cookie from a subdomain, or from who stands in between.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"

DAPHNE_WEBSOCKET_MAX_MESSAGE_SIZE = DAPHNE_WEBSOCKET_MAX_FRAME_SIZE = 65_536


def shorten(record: logging.LogRecord) -> bool:
    """What a stranger sends is refused, and no error of ours: a line, without Django's traceback."""
    if record.name.startswith("django.security") or 400 <= getattr(record, "status_code", 0) < 500:
        record.exc_info, record.levelname = None, "WARNING"
    return True


DEFAULT_EXCEPTION_REPORTER_FILTER = "project.reports.ReportFilter"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"shorten": {"()": "django.utils.log.CallbackFilter", "callback": shorten}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["shorten"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL},  # Django's own handler would say everything twice
        # Redis away is said once by the hub; the layer would write a traceback a second.
        "channels_redis": {"level": "CRITICAL"},
        "uvicorn": {"level": "WARNING"},
        "daphne": {"level": "WARNING"},
    },
}
