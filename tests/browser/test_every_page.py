"""Every page of the shop and of the office, as a guest, a customer and an owner see it: no fault of accessibility,
nothing blocked or broken, nothing wider than the screen, and not a sentence in the other language.

English pages in light on a desk, Chinese ones in dark on a phone; `EVERY_PAGE=all` walks all that can be combined.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import polib
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from playwright.sync_api import Browser

from entrepot.catalog import public as catalog
from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import BuyNow, LineInput
from entrepot.customers.tests.factories import LONDON
from entrepot.identity import public as identity
from entrepot.kit import outbox
from entrepot.orders import public as orders
from entrepot.web.office.urls import PAGES
from entrepot.web.storefront.urls import urlpatterns
from entrepot.web.tests.test_office import browser_of, client_of
from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.shop import ALICE, BOB, MUG, TEE, Shop, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Look = tuple[str, str, dict[str, int]]  # language, theme, size
LOOKS: list[Look] = [("en", "light", DESKTOP), ("zh-hans", "dark", PHONE)]
if os.environ.get("EVERY_PAGE") == "all":
    LOOKS = list(product(("en", "zh-hans"), ("light", "dark"), (DESKTOP, PHONE)))

ROOT = Path(__file__).resolve().parents[2]
NOT_PAGES = re.compile(r"\.(xml|gz|txt|js|webmanifest|pdf|csv|xlsx)$"
                       r"|/(feeds|theme|sitemaps|jsi18n|autocomplete|logout|styleguide|addons|look)/")
HAN = re.compile(r"[一-鿿]")
GOODS = ("素色马克杯",)
OWN_NAMES = ("简体中文", "English")  # every language is called by its own name
TYPED = ("Members", "owner", "Entrepot")  # names that people gave, also in an address, are shown as they were typed


@pytest.fixture
def sold(shop: Shop, look: Look) -> dict[str, Any]:
    """Alice has bought twice, in her language: one order has been delivered, one waits."""
    customer = person(ALICE)
    user_id = get_user_model().objects.get(email=ALICE).pk
    signed_in = identity.actor_of_user(user_id, None)
    assert signed_in is not None
    alice = replace(signed_in, customer_id=customer)
    placed = [checkout.buy_now(BuyNow(
        "shop", (LineInput(shop.variants[MUG.upper()], Decimal(2)),), ALICE, "test", language=look[0],
        shipping_address=LONDON, billing_address=LONDON, delivery_method="standard"), actor=alice).order.id
        for _ in range(2)]
    outbox.drain()
    for fulfilment in orders.plan_fulfilments(placed[0], actor=BOB):
        orders.ship_fulfilment(fulfilment.id, carrier="Post", tracking_number="T1", actor=BOB)
        orders.record_delivery(fulfilment.id, actor=BOB)
    outbox.drain()
    return {"order_id": placed[0], "customer_id": customer}


# ---- what there is to see


def shop_pages(known: dict[str, Any]) -> Iterator[str]:
    """Every address of the shop that can be made from what is known, in the active language."""
    arguments = {"slug": {"product": TEE, "category": "tea-coffee"}, **known}
    for pattern in urlpatterns:
        wanted = pattern.pattern.converters
        given = {name: arguments[name] for name in wanted if name in arguments}
        if isinstance(given.get("slug"), dict):
            if pattern.name not in given["slug"]:
                continue
            given["slug"] = given["slug"][pattern.name]
        try:
            yield reverse(f"shop:{pattern.name}", kwargs=given)
        except NoReverseMatch:
            continue


def office_pages(known: dict[str, Any]) -> Iterator[str]:
    yield reverse("admin:index")
    for page in PAGES:
        try:
            yield reverse(f"admin:{page.name}")
        except NoReverseMatch:
            try:
                yield reverse(f"admin:{page.name}", kwargs={n: known[n] for n in re.findall(r":(\w+)>", page.route)
                                                            if n in known})
            except NoReverseMatch:
                continue
    for model in admin.site._registry:
        meta = model._meta
        yield reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        first = model._default_manager.first()
        if first is not None:
            yield reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[first.pk])


# ---- what must hold on each


@cache
def sentences() -> frozenset[str]:
    """English texts of ours that read otherwise in Chinese."""
    found = set()
    for catalogue in (ROOT / "entrepot").glob("*/locale/zh_Hans/LC_MESSAGES/django.po"):
        for entry in polib.pofile(str(catalogue)):
            if HAN.search(entry.msgstr) and len(entry.msgid) > 2 and not re.search(r"[%{]", entry.msgid):
                found.add(entry.msgid.strip().casefold())
    return frozenset(found)


_TEXTS = """() => {
  const found = [], seen = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const page = document.documentElement.lang.slice(0, 2);
  while (seen.nextNode()) {
    const at = seen.currentNode.parentElement, text = seen.currentNode.textContent.trim();
    if (!text || at.closest("script, style, noscript, code, pre, textarea, .icon, [data-foreign]")) continue;
    const lang = at.closest("[lang]");
    if (lang && lang.lang.slice(0, 2) !== page) continue;
    found.push(text);
  }
  return found.concat([...document.querySelectorAll("[aria-label], [placeholder], [title]")]
    .filter((e) => !e.closest("[data-foreign]") && e.closest("[lang]").lang.slice(0, 2) === page)
    .flatMap((e) => ["aria-label", "placeholder", "title"].map((a) => e.getAttribute(a)).filter(Boolean)));
}"""


def foreign(page: Any, language: str) -> list[str]:
    """Texts of the page that are in the other language."""
    texts = [t for t in page.evaluate(_TEXTS) if not t.endswith(OWN_NAMES) and t not in (*GOODS, *TYPED)]
    if language == "en":
        return [t for t in texts if HAN.search(t)]
    return [t for t in texts if t.strip().casefold() in sentences()]


# Style sheets are not loaded once more: the page's policy refuses what axe would write into it for that, late enough
# to look like a fault of the next page.
_AXE = {"preload": False, "resultTypes": ["violations"]}


class Walk:
    """Opens pages one after another and keeps what is wrong with each."""

    def __init__(self, chromium: Browser, base: str, look: Look, signed_in: Client | None) -> None:
        self.language, theme, size = look
        self.context = chromium.new_context(viewport=size, color_scheme=theme, locale=self.language)  # type: ignore[arg-type]  # plain values for Playwright's literals
        cookies = {k: v.value for k, v in signed_in.cookies.items()} if signed_in else {}
        self.context.add_cookies([{"name": k, "value": v, "url": base}
                                  for k, v in {"language": self.language, **cookies}.items()])
        self.visit = Visit(self.context.new_page(), base)
        self.base, self.axe, self.wrong, self.seen = base, Axe(), list[str](), 0

    def see(self, path: str) -> None:
        if NOT_PAGES.search(path):
            return
        page, faults = self.visit.page, self.visit.faults
        first = self.context.request.get(self.base + path, max_redirects=0)
        if first.status == 405 or 300 <= first.status < 400 or "text/html" not in first.headers.get("content-type", ""):
            return  # an address to post to, a way elsewhere, a file
        if first.ok and "<title" not in first.text():
            return  # a part of a page
        faults.clear()
        answer = page.goto(self.base + path)
        assert answer is not None
        self.seen += 1
        wrong = [] if answer.status < 400 else [f"status {answer.status}"]
        wrong += [f"blocked or broken: {f}" for f in faults if answer.status < 400]
        wrong += [] if self.visit.fits() else ["wider than the screen"]
        wrong += [f"other language: {t!r}" for t in foreign(page, self.language)[:5]]
        found = self.axe.run(page, options=_AXE).response["violations"]
        wrong += [f"axe {v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]
        self.wrong += [f"{path}: {w}" for w in wrong]

    def done(self, least: int) -> None:
        self.context.close()
        assert self.seen >= least, f"only {self.seen} pages were seen"
        assert not self.wrong, "\n".join(["", *self.wrong])


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look[0]}-{look[1]}-{look[2]['width']}")
def test_the_shop_for_a_guest(look: Look, chromium: Browser, live_server: Any, sold: dict[str, Any]) -> None:
    walk = Walk(chromium, live_server.url, look, None)
    with translation.override(look[0]):
        paths = [p for p in shop_pages({}) if "/account/" not in p]
    walk.visit.page.goto(live_server.url + next(p for p in paths if TEE in p))
    walk.visit.page.locator("form[data-add] button:not([type])").click()
    walk.visit.page.locator("#cart-drawer[open]").wait_for()  # then it is in the cart
    for path in [*paths, *(p.replace(TEE, MUG) for p in paths if TEE in p), f"{paths[0]}no-such-page/"]:
        if "no-such-page" not in path:
            walk.see(path)
    walk.done(least=12)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look[0]}-{look[1]}-{look[2]['width']}")
def test_the_shop_for_a_customer(look: Look, chromium: Browser, live_server: Any, sold: dict[str, Any]) -> None:
    walk = Walk(chromium, live_server.url, look, browser_of(ALICE))
    with translation.override(look[0]):
        paths = [p for p in shop_pages(sold) if "/account/" in p or "/checkout" in p]
    for path in paths:
        walk.see(path)
    walk.done(least=12)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look[0]}-{look[1]}-{look[2]['width']}")
def test_the_office(look: Look, chromium: Browser, live_server: Any, shop: Shop, sold: dict[str, Any]) -> None:
    known = {**sold, "product_id": catalog.product_id_of(MUG)}
    walk = Walk(chromium, live_server.url, look, client_of("owner"))
    for path in office_pages(known):
        walk.see(path)
    walk.done(least=60)
