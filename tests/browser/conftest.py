"""A real Chromium against a live server with the demonstration company and a handful of goods."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from entrepot.web.storefront import typefaces
from tests.shop import Shop, forget, open_shop

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    if not typefaces.are_written():
        typefaces.write_files()
    # Playwright keeps an event loop in this thread; the tests' own reads of the database are plain and short.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def shop(transactional_db: None, live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("ENTREPOT_TEST_PAYMENTS", "1")
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR", "1")
    monkeypatch.setenv("ENTREPOT_URL", live_server.url)
    settings.BASE_URL = live_server.url
    yield open_shop()
    forget()


class Visit:
    """A page of a browser that writes down what must not happen: errors, blocked content, requests to other hosts."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base, self.faults = page, base, list[str]()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._asked)

    def _heard(self, message: Any) -> None:
        refused_form = "status of 422" in message.text  # the browser notes a form that came back with its errors
        if message.type in ("error", "warning") and not refused_form:
            self.faults.append(message.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:")):
            self.faults.append(request.url)

    def open(self, path: str) -> None:
        answer = self.page.goto(self.base + path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        assert self.fits(), f"{path} is wider than the screen"

    def fits(self) -> bool:
        """A page that is still on its way has no width: wait for it."""
        self.page.wait_for_load_state()
        self.page.wait_for_function("document.readyState === 'complete' && document.documentElement !== null")
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.fixture
def visit(chromium: Browser, live_server: Any) -> Iterator[Any]:
    """Opens visits: `visit(PHONE, script=False)`."""
    contexts = []

    def begin(size: dict[str, int], *, script: bool = True) -> Visit:
        told: Any = {"viewport": size, "java_script_enabled": script, "base_url": live_server.url, "locale": "en-GB"}
        context = chromium.new_context(**told)
        contexts.append(context)
        return Visit(context.new_page(), live_server.url)

    yield begin
    for context in contexts:
        context.close()
