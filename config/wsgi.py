"""The WSGI entry point that Granian serves."""

import gc
import os
import sys

# What is loaded here stays for good: collecting it while it loads, and on every full collection after, finds nothing.
gc.disable()

if "rich" not in sys.modules:
    # Without coloured tracebacks for terminals, which nobody sees here: 3 MB in every web process.
    sys.modules["rich"] = None  # type: ignore[assignment]  # None: as if it was not installed
    import structlog  # noqa: F401

    del sys.modules["rich"]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from entrepot.kit.home import home  # noqa: E402  what loads is not collected

# Before anything counts: the processes of the web server share their metrics through files.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(home() / "metrics"))
os.makedirs(os.environ["PROMETHEUS_MULTIPROC_DIR"], exist_ok=True)

from django.core.wsgi import get_wsgi_application  # noqa: E402  after the folder is known

from entrepot.web.turns import Turns  # noqa: E402
from entrepot.web.whole import Whole  # noqa: E402

application = Turns(Whole(get_wsgi_application()))

# Routes are loaded now and not by the first visitor, who would wait for them.
from django.urls import get_resolver  # noqa: E402

get_resolver().url_patterns  # noqa: B018

gc.freeze()
gc.enable()
