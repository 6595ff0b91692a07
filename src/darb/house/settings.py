"""Django's settings. Everything that differs between installations comes from the environment."""

from __future__ import annotations

import os

from django.utils.translation import gettext_lazy as _

from darb.desk.csp import CONTENT_SECURITY_POLICY  # noqa: F401 - django-csp reads it from here

from .place import assets_dir, data_dir, database, secret_key

DEBUG = os.environ.get("DARB_DEBUG") == "1"
SECRET_KEY = secret_key()
ALLOWED_HOSTS = os.environ.get("DARB_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "procrastinate.contrib.django",
    "darb.trust",
    "darb.places",
    "darb.people",
    "darb.cases",
    "darb.care",
    "darb.events",
    "darb.movements",
    "darb.assistance",
    "darb.desk",
    "darb.house",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "darb.desk.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "darb.desk.middleware.Asking",
]

ROOT_URLCONF = "darb.house.urls"
WSGI_APPLICATION = "darb.house.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "darb.desk.navigation.navigation",
            ],
        },
    }
]

# Two doors to one database: the application's role, behind the walls, and the owner's, for migrations.
DATABASES = {"default": database("darb_app"), "owner": database("darb_owner")}
if os.environ.get("DARB_POOL") == "1":
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 6}
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # a connection from before a restart of the server is replaced
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None
PROCRASTINATE_IMPORT_PATHS = ["darb.reactions.jobs"]

AUTH_USER_MODEL = "trust.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "desk:sign-in"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "desk:sign-in"
SESSION_COOKIE_AGE = 10 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en"
LANGUAGES = [("ar", _("Arabic")), ("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [os.path.join(os.path.dirname(__file__), "..", "locale")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("DARB_TIME_ZONE", "Africa/Tripoli")
USE_THOUSAND_SEPARATOR = False
# The number that people call, printed on what they take along; with none, room to write it.
HOTLINE = os.environ.get("DARB_HOTLINE", "")

STATIC_URL = "/static/"
STATIC_ROOT = data_dir() / "static"
STATICFILES_DIRS = [assets_dir()] if assets_dir().is_dir() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
