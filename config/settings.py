"""Settings: only what differs between installations or wires Django together. Business rules are rows, not settings."""

import os
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from entrepot.kit import embedded, logs, smtp
from entrepot.kit.home import folder, home, secret

BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = os.environ.get("ENTREPOT_DEBUG") == "1"
SECRET_KEY = secret("ENTREPOT_SECRET_KEY")
ALLOWED_HOSTS = os.environ.get("ENTREPOT_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
SECURE = os.environ.get("ENTREPOT_SECURE", "0") == "1"  # served over HTTPS
BASE_URL = os.environ.get("ENTREPOT_URL", "http://localhost:8000")

INSTALLED_APPS = [
    "entrepot.web.office.apps.OfficeConfig",
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
    "entrepot.service.apps.ServiceConfig",
    "entrepot.growth.apps.GrowthConfig",
    "entrepot.insight.apps.InsightConfig",
    "entrepot.web.apps.WebConfig",
    "ninja",
]

MIDDLEWARE = [
    "entrepot.showcase.express.ExpressLane",  # first: answers the public reads itself
    "entrepot.web.staticfiles.StaticFiles",
    "entrepot.kit.middleware.Gate",
    "entrepot.kit.middleware.Light",
    "entrepot.web.compress.Compressed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "entrepot.web.office.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "entrepot.identity.sessions.SignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "entrepot.identity.middleware.StaffSessionMiddleware",
    "entrepot.web.middleware.ActorMiddleware",
    "entrepot.web.closed.Closed",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # the shopkeeper's theme first; then ours, before those of packages: our look for their pages
        "DIRS": [home() / "theme" / "templates", BASE_DIR / "entrepot" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "entrepot.web.storefront.shop.around_sign_in",
                "entrepot.web.storefront.shop.named",
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
        "ENGINE": "entrepot.kit.postgres",  # Django's own, with a hook before the commit
        "CONN_MAX_AGE": None,
        "OPTIONS": {**options, "prepare_threshold": 5, "application_name": "entrepot",
                    "options": "-c statement_timeout=30s -c lock_timeout=5s"
                               " -c idle_in_transaction_session_timeout=60s"},
        **settings,
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Small and shared by all processes: used one-time codes, allauth's own limits. Nothing hot is cached here.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kit_cache",
                      "TIMEOUT": 3600, "OPTIONS": {"MAX_ENTRIES": 100_000}}}

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
# our own words before those of packages, which call other things by the same names
LOCALE_PATHS = [BASE_DIR / "entrepot" / name.split(".")[1] / "locale" for name in INSTALLED_APPS
                if name.startswith("entrepot.") and ".office." not in name]
FORMAT_MODULE_PATH = ["entrepot.web.formats"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = folder("static")
STORAGES = {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "entrepot.web.staticfiles.NamedByContent"}}
WHITENOISE_MAX_AGE = 300  # under a plain name; under one with a digest for good
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATICFILES_DIRS = [
    folder("generated"),  # charts and typefaces, made by this installation
    # the office's letters and icons, which come with an installed package
    ("skin", Path(find_spec("unfold").origin).parent / "static" / "unfold" / "fonts"),  # type: ignore[union-attr,arg-type]  # a dependency of ours
]
MEDIA_URL = "/media/"
MEDIA_ROOT = home() / "media"

# Response headers (CSP, HSTS, nosniff, frames) are set by kit.middleware.Gate.
SESSION_ENGINE = "entrepot.identity.sessions"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "entrepot.web.storefront.views.frame.forged"
SESSION_COOKIE_AGE = 30 * 24 * 3600  # customers; staff sessions end by identity.session
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("ENTREPOT_ORIGINS", "").split(",") if o]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 2**20
SILENCED_SYSTEM_CHECKS = ["security.W001", "security.W002"]  # SecurityMiddleware, XFrameOptions: the gate does both

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/account/"
ACCOUNT_ADAPTER = "entrepot.identity.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # so that signing up does not tell who has an account
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
PASSWORD_RESET_TIMEOUT = 3600
MFA_ADAPTER = "entrepot.identity.adapters.MfaAdapter"
MFA_FORMS = {"authenticate": "entrepot.identity.forms.CodeForm", "reauthenticate": "entrepot.identity.forms.AgainForm",
             "activate_totp": "entrepot.identity.forms.SetUpForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Entrepot"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
USERSESSIONS_TRACK_ACTIVITY = False
EMAIL_BACKEND = os.environ.get("ENTREPOT_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend" if DEBUG
                               else "django.core.mail.backends.smtp.EmailBackend")
_SMTP = smtp.server(os.environ.get("ENTREPOT_SMTP", "smtp://localhost"))
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _SMTP.host, _SMTP.port, _SMTP.user, _SMTP.password
EMAIL_USE_TLS, EMAIL_USE_SSL, EMAIL_TIMEOUT = _SMTP.starts_tls, _SMTP.is_tls, 20
DEFAULT_FROM_EMAIL = os.environ.get("ENTREPOT_MAIL_FROM", f"shop@{urlsplit(BASE_URL).hostname}")
EMAIL_FILE_PATH = str(home() / "mails")  # where the backend that writes files puts them, as in the demo

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logs.standard_library()
logs.configure()

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
