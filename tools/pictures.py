"""Take the pictures of README and guides from a running demo: `python -m tools.pictures [ADDRESS]`. They are committed.

The demo must be of this installation (`ENTREPOT_HOME`), for its logins are read there.
"""

from __future__ import annotations

import json
import os
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from entrepot.kit.home import home

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
OWNER = "owner@demo.example"
LANGUAGES = (("", "en-GB", "en"), ("-zh", "zh-CN", "zh-hans"))  # mark of the file, of the browser, ours


def main() -> None:
    import django
    from playwright.sync_api import sync_playwright

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    base = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
    with sync_playwright() as driver:
        browser: Any = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for mark, locale, language in LANGUAGES:
            shop = f"{base}/" if language == "en" else f"{base}/{language}/"
            _home(browser.new_context(viewport=DESKTOP, locale=locale).new_page(), shop, mark)
            page = browser.new_context(viewport=PHONE, locale=locale).new_page()
            _home(page, shop, f"-phone{mark}")
            _buying(page, shop, f"-phone{mark}")
            _office(browser.new_context(viewport=DESKTOP, locale=locale).new_page(), base, mark)
        browser.close()


def _home(page: Any, shop: str, end: str) -> None:
    page.goto(shop)
    page.locator("form[action$='/cookies/'] button[value=none]").click()
    _keep(page, f"shop-home{end}")


def _buying(page: Any, shop: str, end: str) -> None:
    page.goto(f"{shop}p/kyusu-teapot/")
    _keep(page, f"shop-product{end}")
    with page.expect_response("**/cart/add/"):
        page.locator("form.add button").last.click()
    page.goto(f"{shop}checkout/")
    _keep(page, f"shop-checkout{end}")


def _office(page: Any, base: str, end: str) -> None:
    page.goto(f"{base}/office/")
    logins = json.loads((home() / "demo-logins.json").read_text())
    page.fill("input[name=login]", OWNER)
    page.fill("input[name=password]", logins[OWNER])
    page.click("main form button[type=submit]")
    page.fill("input[name=code]", _code(logins[f"{OWNER} TOTP"]))
    page.click("main form button[type=submit]")
    page.wait_for_url("**/office/")
    _keep(page, f"office-today{end}")
    for name, address, link in (("board", "desk/orders/", ""), ("order", "desk/orders/", "a[href*='/desk/orders/']"),
                                ("product", "catalog/product/", "a[href*='/desk/products/']"),
                                ("stock", "desk/stock/", "")):
        page.goto(f"{base}/office/{address}")
        if link:
            page.locator(f"main {link}").first.click()
        _keep(page, f"office-{name}{end}")


def _code(secret: str) -> str:
    """What the authenticator app shows; no code is taken twice, so that after one the next is waited for."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    global _used
    while (now := int(time.time()) // 30) == _used:
        time.sleep(1)
    _used = now
    return str(format_hotp_value(hotp_value(secret, now)))


_used = 0


def _keep(page: Any, name: str) -> None:
    """In 256 colours: a third of the size, and nobody sees the difference."""
    page.wait_for_load_state("networkidle")
    page.reload(wait_until="networkidle")  # with its typefaces at hand, without the word about what was done before
    with Image.open(BytesIO(page.screenshot())) as shot:
        shot.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
