"""Settings: only what differs between installations or wires Django together. Business rules are rows, not settings."""

import os
from pathlib import Path

from entrepot.kit import embedded
from entrepot.kit.home import home, secret

BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = os.environ.get("ENTREPOT_DEBUG") == "1"
SECRET_KEY = secret("ENTREPOT_SECRET_KEY")
ALLOWED_HOSTS = os.environ.get("ENTREPOT_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
SECURE = os.environ.get("ENTREPOT_SECURE", "0") == "1"  # served over HTTPS
BASE_URL = os.environ.get("ENTREPOT_URL", "http://localhost:8000")

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "procrastinate.contrib.django",
    "entrepot.kit.apps.KitConfig",
    "entrepot.identity.apps.IdentityConfig",
    "entrepot.customers.apps.CustomersConfig",
    "entrepot.catalog.apps.CatalogConfig",
    "entrepot.experiments.apps.ExperimentsConfig",
    "entrepot.pricing.apps.PricingConfig",
    "entrepot.inventory.apps.InventoryConfig",
    "entrepot.payments.apps.PaymentsConfig",
    "entrepot.fraud.apps.FraudConfig",
    "entrepot.showcase.apps.ShowcaseConfig",
    "entrepot.orders.apps.OrdersConfig",
    "entrepot.checkout.apps.CheckoutConfig",
    "entrepot.channels.apps.ChannelsConfig",
    "entrepot.insight.apps.InsightConfig",
    "entrepot.web.apps.WebConfig",
    "ninja",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "entrepot.web.middleware.ActorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


def _database() -> dict[str, object]:
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(os.environ.get("DATABASE_URL") or embedded.url())
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    settings: dict[str, object] = {known[k]: str(v) for k, v in parts.items() if k in known}
    options = {k: v for k, v in parts.items() if k not in known}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,
        "OPTIONS": {**options, "prepare_threshold": 5, "application_name": "entrepot",
                    "options": "-c statement_timeout=30s -c lock_timeout=5s"
                               " -c idle_in_transaction_session_timeout=60s"},
        **settings,
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["entrepot.identity.hashing.GuardedArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "entrepot.identity.passwords.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("email", "name")}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = home() / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = home() / "media"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
