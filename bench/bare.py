"""A Django without middleware on the database of the benchmark: what the limits are measured with."""

from __future__ import annotations

import os
from typing import Any


def application(urls: str) -> Any:
    """`urls` names the module that holds the views."""
    import django
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from psycopg.conninfo import conninfo_to_dict

    from entrepot.web.whole import Whole

    parts = conninfo_to_dict(os.environ["DATABASE_URL"])
    settings.configure(
        ALLOWED_HOSTS=["*"], SECRET_KEY="bench", ROOT_URLCONF=urls, MIDDLEWARE=[], USE_TZ=True,  # noqa: S106
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": parts["dbname"],
                               "USER": parts["user"], "HOST": parts["host"], "CONN_MAX_AGE": None,
                               # as ours: without it Django never prepares a statement, whatever its cursor asks for
                               "OPTIONS": {"prepare_threshold": 5}}})
    django.setup(set_prefix=False)
    return Whole(WSGIHandler())  # as ours: else the limit would be below what we reach
