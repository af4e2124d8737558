"""The limit of the page jobs: a Django view without middleware that sends the same bytes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

_FOLDER = os.environ.get("ENTREPOT_BENCH_PAGES")


def page(request: Any, name: str) -> Any:
    from django.http import HttpResponse

    return HttpResponse(BODIES[name])


if _FOLDER:
    import django
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.urls import path

    from entrepot.web.whole import Whole

    BODIES = {file.name: file.read_bytes() for file in Path(_FOLDER).iterdir()}
    urlpatterns = [path("<str:name>", page)]
    settings.configure(ALLOWED_HOSTS=["*"], SECRET_KEY="bench", ROOT_URLCONF="bench.pages_bare", MIDDLEWARE=[])  # noqa: S106
    django.setup(set_prefix=False)
    application = Whole(WSGIHandler())
