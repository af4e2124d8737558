"""What no form of the office expects, in every field of every work page: refused in words, and nothing changed.

The forms are those that the pages really show; what is sent is what a browser would send, one field spoiled.
"""

from __future__ import annotations

import re
import traceback
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils.html import escape
from psycopg import sql

from entrepot.catalog import public as catalog
from entrepot.growth import public as growth
from entrepot.growth.contracts import Content
from entrepot.inventory import public as inventory
from entrepot.orders import public as orders
from entrepot.orders.tests.factories import TEST, placed
from entrepot.pricing import public as pricing
from entrepot.pricing.tests.factories import a_promotion
from entrepot.web.office.urls import PAGES
from entrepot.web.tests.test_office import a_little_of_everything, client_of

pytestmark = pytest.mark.django_db
HAN = re.compile(r"[一-鿿]")
ROW = re.compile(r"[0-9a-f-]{32,36}|\d+")
UNKNOWN = str(uuid4())
HOSTILE = ("", "x" * 9000, "a\x00b", "-1", "9" * 40, "NaN", "no-such-choice", UNKNOWN, "0001-01-01", "[]", "💥", "²")
QUERIES = ("page=-1", "page=99999999999999999999", "page=x&cursor=%00", "q=%00", "q=" + "x" * 3000,
           "page=²&before=²&warehouse=²&category=²&days=²&version=²",
           "q=a&q=b&page=1&page=2",
           "state=none&kind=none&status=none", "warehouse=99999999999&channel=-1", f"product={UNKNOWN}&variant=x",
           "before=9999999999999999999999&from=x&until=0000-00-00", "step=none&target=%00&version=99999999999999")
ONE_OF_EACH = {
    "order_id": "orders.Order", "fulfilment_id": "orders.Fulfilment", "invoice_id": "orders.Invoice",
    "change_id": "orders.OrderChange", "transfer_id": "inventory.Transfer", "count_id": "inventory.Count",
    "product_id": "catalog.Product", "collection_id": "catalog.Collection", "promotion_id": "pricing.Promotion",
    "page_id": "growth.Page", "picture_id": "growth.Asset", "run_id": "channels.ImportRun",
    "user_id": "identity.User", "key_id": "identity.ApiKey", "endpoint_id": "kit.WebhookEndpoint",
    "delivery_id": "kit.WebhookDelivery",
    "audit_id": "kit.AuditRecord", "notice_id": "kit.Notice"}
CODES = {"desk_price_list": "pricing.PriceList", "desk_prices_change": "pricing.PriceList",
         "desk_role": "identity.Role", "desk_menu": "growth.Menu"}
COUNTED = sorted({*ONE_OF_EACH.values(), *CODES.values(), "orders.OrderLine", "orders.Hold", "orders.Refund",
                  "orders.FulfilmentLine", "orders.InvoiceIssuer", "orders.MailTemplate", "orders.ReturnPolicy",
                  "inventory.Movement", "inventory.Warehouse", "inventory.TransferLine", "inventory.Tally",
                  "catalog.Channel", "catalog.Attribute", "catalog.ProductType", "catalog.Brand", "catalog.Category",
                  "catalog.Variant", "catalog.Media", "catalog.CollectionItem", "pricing.Price", "pricing.Coupon",
                  "pricing.TaxRate", "growth.PageVersion", "identity.OrganisationUnit"} - {"kit.AuditRecord"})


class Form(HTMLParser):
    """The forms of a page: where they go and what a browser would send of them as they stand."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.texts: set[str] = set()  # fields that show whatever was typed
        self.by_id: dict[str, dict[str, str]] = {}
        self._open: dict[str, str] | None = None
        self._select = self._text = ""
        self._late: list[tuple[str, str, str]] = []
        self.feed(page)
        for form, name, value in self._late:
            if form in self.by_id:
                self.by_id[form].setdefault(name, value)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {k: v or "" for k, v in attrs}
        if tag == "form":
            self._open = {}
            self.by_id[told.get("id", "-")] = self._open
            if told.get("method", "").lower() == "post":
                self.found.append((told.get("action", ""), self._open))
            return
        if tag == "option" and self._select and ("selected" in told or not self._value(self._select)):
            self._put(self._select, told.get("value", ""))
        name = told.get("name", "")
        if not name or "disabled" in told:
            return
        if tag == "select":
            self._select = name
            self._put(name, "")
        elif tag == "textarea":
            self._text = name
            self._put(name, "")
        elif tag in ("input", "button") and (told.get("type") not in ("radio", "checkbox") or "checked" in told
                                             or self._value(name) is None):
            if "form" in told:
                self._late.append((told["form"], name, told.get("value", "")))
            elif told.get("type") != "file":
                if tag == "input" and told.get("type", "text") in ("text", "search", "email"):
                    self.texts.add(name)
                self._put(name, told.get("value", "on"))

    def _value(self, name: str) -> str | None:
        return self._open.get(name) if self._open is not None else None

    def _put(self, name: str, value: str) -> None:
        if self._open is not None:
            self._open[name] = value

    def handle_data(self, data: str) -> None:
        if self._text:
            self._put(self._text, (self._value(self._text) or "") + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._text = ""


@pytest.fixture
def office(settings: Any) -> Client:
    shop = a_little_of_everything()
    order = placed(shop)
    orders.hold(order.id, reason="look", actor=TEST)
    placed(shop, pay="bank_transfer")
    a_promotion({"kind": "percent", "percent": 10}, code="ten-off", needs_coupon=True)
    pricing.create_coupons("ten-off", codes=("TEN",), limit=None, actor=TEST)
    inventory.create_transfer("main", "second", {shop.items[0]: Decimal(1)}, actor=TEST)
    growth.create_page("about", "page", Content({"en": "About"}), actor=TEST)
    catalog.create_collection("best", {"en": "Best"}, product_ids=[catalog.variant_facts(shop.items)[i].product_id
                                                                    for i in shop.items], actor=TEST)
    catalog.create_category("cups", {"en": "Cups"}, actor=TEST)
    client = client_of("owner")
    client.raise_request_exception = False
    return client


def addresses() -> Iterator[str]:
    """Every work page, its ids and codes taken from what there is, else from nothing."""
    yield "/office/"
    for page in PAGES:
        known: dict[str, Any] = {}
        for kind, name in re.findall(r"<(\w+):(\w+)>", page.route):
            label = ONE_OF_EACH.get(name) or (CODES.get(page.name) if name == "code" else None)
            row = apps.get_model(label)._default_manager.order_by("pk").first() if label else None
            if name in ("code", "kind", "target", "verb"):
                known[name] = row.code if row else "ten-off" if name == "code" else "none"
            else:
                known[name] = row.pk if row else {"int": 1, "uuid": UNKNOWN}.get(kind, "none")
        yield reverse(f"admin:{page.name}", kwargs=known)
    from entrepot.web.office.system.settings_desk import SETTINGS

    for setting in SETTINGS:
        yield reverse("admin:desk_setting", args=[setting])
        yield reverse("admin:desk_setting_edit", args=[setting, "new"])
    for order in apps.get_model("orders.Order").objects.all():
        yield reverse("admin:desk_order", args=[order.pk])
    for step in ("channel", "company", "tax", "warehouse", "delivery", "payment", "products", "legal"):
        yield f"{reverse('admin:desk_setup')}?step={step}"
    for kind in ("amount", "tiered", "bundle_price"):
        yield reverse("admin:desk_promotion_new", args=[kind])


class Walk:
    def __init__(self, client: Client) -> None:
        self.client, self.wrong, self.told, self.asked = client, dict[str, str](), "", 0
        self.heard = Counter[str]()  # refusals in words, by language
        got_request_exception.connect(self._broke)

    def _broke(self, **_kwargs: Any) -> None:
        self.told = traceback.format_exc()

    def ask(self, method: str, path: str, sent: dict[str, str] | None = None, spoiled: str = "") -> Any:
        """One request that leaves nothing behind."""
        self.told = ""
        self.asked += 1
        self.client.cookies.pop("messages", None)  # what was said before
        self.client.cookies["django_language"] = ("en", "zh-hans")[self.asked % 2]
        point = transaction.savepoint()
        before = counts() if sent is not None else ()
        answer = getattr(self.client, method)(path, sent)
        if hasattr(answer, "render") and not answer.is_rendered:
            answer.render()
        what = f"{method} {path} {short(sent)}"
        if answer.status_code >= 500:
            self.blame(path, sent, f"{what}: {answer.status_code}\n{self.told[-1500:]}")
        elif sent is not None:
            self._judge(path, sent, answer, what, before, spoiled)
        transaction.savepoint_rollback(point)
        return answer

    def _judge(self, path: str, sent: dict[str, str], answer: Any, what: str, before: Any,
               spoiled: str) -> None:
        refused = answer.status_code >= 400 or any(m.level_tag == "error" for m in get_messages(answer.wsgi_request))
        if refused and counts() != before:
            self.blame(path, sent, f"{what}: refused, and yet something changed")
        for told in refusals(answer):
            self.heard[answer["Content-Language"]] += 1
            if re.search(r"[^\W\d_]{2}", told) and bool(HAN.search(told)) != (answer["Content-Language"] == "zh-hans"):
                self.blame(path, sent, f"{what}: refused in the other language: {told[:200]}")
        if answer.status_code == 422:
            page = answer.content.decode()
            if not re.search(r'aria-invalid|of-error|errorlist|role="alert"|of-message|of-notice|<main><h1>', page):
                self.blame(path, sent, f"{what}: refused without a word {page[:3000]}")
            typed = sent.get(spoiled, "")
            if f'name="{spoiled}"' in page and typed and "\0" not in typed and spoiled in Form(page).texts \
                    and escape(typed) not in page:
                self.blame(path, sent, f"{what}: {spoiled} came back without what was typed")

    def blame(self, path: str, sent: dict[str, str] | None, text: str) -> None:
        name = resolve(path.partition("?")[0]).url_name or path
        self.wrong.setdefault(f"{name} {text.strip().splitlines()[-1][:150]}", text)


def short(sent: dict[str, str] | None) -> dict[str, str]:
    return {k: v[:12] for k, v in (sent or {}).items()}


def refusals(answer: Any) -> list[str]:
    """The sentences of a refusal: notices that are errors, and what stands at the fields."""
    found = [str(m.message) for m in get_messages(answer.wsgi_request) if m.level_tag == "error"]
    if answer.status_code == 422:
        found += re.findall(r'class="[^"]*(?:of-error|errorlist)[^"]*"[^>]*>(?:\s*<li>)?([^<]+)<',
                            answer.content.decode())
    return [text for text in map(str.strip, found) if text]


def counts() -> Any:
    counting = sql.SQL(", ").join(sql.SQL("(SELECT count(*) FROM {})").format(
        sql.Identifier(apps.get_model(label)._meta.db_table)) for label in COUNTED)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT {}").format(counting))
        return cursor.fetchone()


def test_hostile_words_in_an_address_break_no_page(office: Client) -> None:
    walk = Walk(office)
    for n, path in enumerate(addresses()):
        base = path.partition("?")[0]
        for query in QUERIES[n % 6::6]:
            walk.ask("get", f"{base}?{query}")
    assert not walk.wrong, "\n\n".join(walk.wrong.values())


def test_hostile_words_in_a_form_are_refused_and_change_nothing(office: Client) -> None:
    walk, seen, turn = Walk(office), set[Any](), 0
    for path in addresses():
        page = office.get(path)
        if page.status_code != 200 or "text/html" not in page["Content-Type"]:
            continue
        for action, fields in Form(page.content.decode()).found:
            target = action or path
            try:
                match = resolve(target.partition("?")[0])
            except Resolver404:
                continue
            fields = {k: v for k, v in fields.items() if k != "csrfmiddlewaretoken"}
            key = (match.url_name, match.kwargs.get("verb"), match.kwargs.get("code"), *sorted(fields))
            if key in seen or not target.startswith("/office/") or match.url_name == "logout":
                continue
            seen.add(key)
            for value in HOSTILE[turn % 6::6]:
                walk.ask("post", target, dict.fromkeys(fields, value))
            walk.ask("post", target, {})
            for name in fields:
                alike = (match.url_name, match.kwargs.get("verb"), match.kwargs.get("code"), ROW.sub("#", name))
                if alike not in seen:
                    seen.add(alike)
                    turn += 1
                    walk.ask("post", target, {**fields, name: HOSTILE[turn % len(HOSTILE)]}, spoiled=name)
    assert walk.asked > 400  # the forms were found
    assert min(walk.heard["en"], walk.heard["zh-hans"]) > 100, walk.heard
    assert not walk.wrong, "\n\n".join(walk.wrong.values())
