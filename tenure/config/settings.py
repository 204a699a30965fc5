"""Every setting, in one file, from the environment. `tenure config` prints what came out."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, urlsplit

from csp.constants import NONE, SELF
from platformdirs import user_data_dir

from tenure.config.logs import level, logging_settings
from tenure.lib.database_url import database
from tenure.lib.environment import Environment, boolean, whole, words
from tenure.lib.rootkeyfile import standby_root_keys, stored_root_key
from tenure.lib.secrets import RootKey, RootKeys

ENVIRONMENT = Environment()
read = ENVIRONMENT.read

# Where things are kept
TENURE_HOME = read(
    "TENURE_HOME",
    Path(user_data_dir("tenure")),
    lambda raw: Path(raw).expanduser().absolute(),
    help="directory for the database, the root key and files",
)
DATABASES = {
    "default": read(
        "TENURE_DATABASE_URL",
        database(f"sqlite://{quote(str(TENURE_HOME / 'tenure.sqlite3'))}"),
        database,
        help="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME",
        secret=True,
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Keys
_root = read(
    "TENURE_SECRET_KEY",
    None,
    RootKey,
    help="root key, base64 of 32 bytes; made in the home directory when absent",
    secret=True,
)
_previous = read(
    "TENURE_SECRET_KEY_PREVIOUS",
    None,
    RootKey,
    help="the root key before this one, until `tenure secrets rotate` has run",
    secret=True,
)
TENURE_ROOT_KEY_FILE = TENURE_HOME / "secret.key"
TENURE_ROOT_KEY_IS_GENERATED = _root is None
_current = _root or stored_root_key(TENURE_ROOT_KEY_FILE)
# A rotation that a crash interrupted: what it has sealed already opens with the key to come.
_standby = [] if _root else standby_root_keys(TENURE_ROOT_KEY_FILE)
TENURE_ROOT_KEYS = RootKeys(_current, *([_previous] if _previous else []), *_standby)
SECRET_KEY = _current.derive("django").hex()
SECRET_KEY_FALLBACKS = [_previous.derive("django").hex()] if _previous else []

# How it is reached
DEBUG = read("TENURE_DEBUG", False, boolean, help="developer's error pages and the style guide")
TENURE_PUBLIC_URL = read(
    "TENURE_PUBLIC_URL",
    "http://127.0.0.1:8000",
    lambda raw: urlsplit(raw.rstrip("/")).geturl(),
    help="the address people type; links in mail are made from it",
)
TENURE_TRUSTED_PROXIES: list[str] = read(
    "TENURE_TRUSTED_PROXIES",
    [],
    words,
    help="addresses or networks whose X-Forwarded-* headers are believed",
)
_public = urlsplit(TENURE_PUBLIC_URL)
_https = _public.scheme == "https"
ALLOWED_HOSTS = [_public.hostname or "127.0.0.1", "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
CSRF_FAILURE_VIEW = "tenure.web.views.csrf_failed"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "tenure_session", "tenure_csrf"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_SSL_REDIRECT = False  # the proxy's business; the cookie and HSTS are ours
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# How often it may be asked
TENURE_API_REQUESTS_PER_MINUTE: int = read(
    "TENURE_API_REQUESTS_PER_MINUTE", 600, whole, help="requests a minute one API token may send"
)

# What it may call
TENURE_PROVIDER_HOSTS_ALLOW: list[str] = read(
    "TENURE_PROVIDER_HOSTS_ALLOW",
    [],
    words,
    help="extra hosts that connections and targets may call, such as 127.0.0.1 for the simulator",
)
TENURE_MEMBERS_PAGE: str = read(
    "TENURE_MEMBERS_PAGE", "", str, help="where members behind a host of your own are changed"
)

# How much is kept, and how long
TENURE_QUIET_LISTS_DAYS: int = read(
    "TENURE_QUIET_LISTS_DAYS", 14, whole, help="days for which a sync keeps lists with nothing new"
)
TENURE_UPLOAD_MB: int = read("TENURE_UPLOAD_MB", 5, whole, help="megabytes of a file of accounts")

# The organization
TENURE_ORGANIZATION_NAME = read(
    "TENURE_ORGANIZATION_NAME", "", str, help="your company's name, shown beside the logo"
)
TENURE_TIME_ZONE = read(
    "TENURE_TIME_ZONE",
    "UTC",
    str,
    help="time zone in which a last day of work ends when a person has none",
)
TIME_ZONE, USE_TZ, USE_I18N, LANGUAGE_CODE = "UTC", True, False, "en"

# Mail
TENURE_EMAIL_URL = read(
    "TENURE_EMAIL_URL",
    "console:",
    str,
    help="smtp://USER:PASSWORD@HOST:PORT, smtps://…, console: or file:///DIRECTORY",
    secret=True,
)
DEFAULT_FROM_EMAIL = read(
    "TENURE_EMAIL_FROM",
    f"Tenure <tenure@{_public.hostname}>",
    str,
    help="the sender of our mail",
)

# What an error report may show
DEFAULT_EXCEPTION_REPORTER = "tenure.lib.errorreports.KeylessReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "tenure.lib.errorreports.KeylessFilter"

# Logs
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_settings(
    level=read("TENURE_LOG_LEVEL", "INFO", level, help="DEBUG, INFO, WARNING or ERROR"),
    json=read("TENURE_LOG_JSON", not DEBUG, boolean, help="one JSON object per line"),
)

# The parts
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "django_tasks",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "tenure.audit",
    "tenure.jobs",
    "tenure.users",
    "tenure.notifications",
    "tenure.evidence",
    "tenure.webhooks",
    "tenure.people",
    "tenure.connections",
    "tenure.inventory",
    "tenure.provisioning",
    "tenure.reviews",
    "tenure.access_requests",
    "tenure.compliance",
    "tenure.offboarding",
    "tenure.exports",
    "tenure.web",
    "tenure.api",
    "tenure.config",
]
MIDDLEWARE = [
    "tenure.lib.proxies.TrustedProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "tenure.users.middleware.ActorMiddleware",
    "tenure.web.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "tenure.config.urls"
WSGI_APPLICATION = "tenure.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Ours come first so that the sign-in library's pages wear our shell.
        "DIRS": [Path(__file__).parents[1] / name / "templates" for name in ("web", "users")],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tenure.web.context.shell",
                "tenure.users.context.sign_in",
            ],
            "builtins": [
                "django.templatetags.static",
                "tenure.web.templatetags.tenure_ui",
                "tenure.web.templatetags.tenure_blocks",
            ],
        },
    }
]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # served from the package: nothing to collect

# Background work
TASKS = {
    "default": {
        "BACKEND": "tenure.jobs.backend.LedgerBackend",
        "QUEUES": ["act", "sync", "mail", "rest"],
    }
}
# Jobs act under their own name and may do everything; permission sets belong to a higher part.
TENURE_JOB_PERMISSIONS = "tenure.users.rules.ALL_PERMISSIONS"

# Sign-in
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["tenure.users.backends.EmailBackend"]
_PASSWORDS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_PASSWORDS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {
        "NAME": f"{_PASSWORDS}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": f"{_PASSWORDS}.CommonPasswordValidator"},
]
# Asked of slices above: who a user is, who left, days, days of work, whose an address is and more.
TENURE_PERSON_RESOLVER = "tenure.people.resolving.person_refs_of_user"
TENURE_LEAVER_RESOLVER = "tenure.people.resolving.users_who_left"
TENURE_DAY_RESOLVER = "tenure.compliance.deadlines.day_of"
TENURE_ZONE_RESOLVER = "tenure.compliance.deadlines.zone"
TENURE_WORK_RESOLVER = "tenure.compliance.deadlines.works_on"
TENURE_READER_RESOLVER = "tenure.users.reading.readers_of"
TENURE_READER_SETS_RESOLVER = "tenure.users.reading.permission_sets_of"
TENURE_CONNECTION_LISTER = "tenure.connections.queries.connections"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
# Attempts and used codes are counted where every process sees them and a restart forgives nobody.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "users_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_ADAPTER = "tenure.users.adapters.AccountAdapter"
ACCOUNT_FORMS = {"reset_password": "tenure.users.backends.ResetPasswordForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation's link proved the address
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody is told, or mailed, who has an account
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "tenure.users.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "tenure.users.passkeys.AddPasskeyForm",
    "authenticate_webauthn": "tenure.users.passkeys.AuthenticatePasskeyForm",
    "login_webauthn": "tenure.users.passkeys.LoginPasskeyForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _public.hostname == "localhost"  # as browsers do
