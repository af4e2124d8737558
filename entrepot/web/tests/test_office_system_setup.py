"""From an empty database to an order, by nothing but the screens; and the settings that the same forms change."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from entrepot.catalog import public as catalog
from entrepot.catalog.tests.factories import a_channel
from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import BuyNow, LineInput
from entrepot.experiments import public as experiments
from entrepot.fraud import public as fraud
from entrepot.identity import public as identity
from entrepot.inventory import public as inventory
from entrepot.kit import clock, db, invariants, outbox
from entrepot.kit.actor import ANONYMOUS, system
from entrepot.orders.tests.factories import a_shop, placed
from entrepot.payments import public as payments
from entrepot.pricing import public as pricing
from entrepot.service.tests.factories import a_picture
from entrepot.showcase import public as showcase
from entrepot.web.office.system import setup
from entrepot.web.office.system.settings_desk import SETTINGS
from entrepot.web.tests.test_office import client_of

pytestmark = pytest.mark.django_db(transaction=True)
BOB = system("test")


def step(client: Client, name: str, target: str, /, **fields: Any) -> str:
    """Fill in the form of a step as the page offers it; the next page."""
    page = client.get(reverse("admin:desk_setup"), {"step": name}).content.decode()
    address = reverse("admin:desk_setup_do", args=[name, target])
    assert f'action="{address}"' in page
    answer = client.post(address, fields)
    assert answer.status_code == 302, answer.content.decode()
    return client.get(answer["Location"]).content.decode()


def test_the_number_of_products_on_sale_is_true_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop(items=5)
    pricing.refresh_listing_prices(actor=BOB)
    assert setup.Facts().on_sale == 5
    monkeypatch.setattr(setup, "LOOKED_AT", 2)
    showcase.rebuild()
    assert setup.Facts().on_sale == 5


def test_an_empty_database_becomes_a_shop_that_takes_an_order(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ENTREPOT_TEST_PAYMENTS", "ENTREPOT_PAYMENT_SIMULATOR", "ENTREPOT_CASH_ON_DELIVERY"):
        monkeypatch.delenv(name, raising=False)
    client = client_of("owner")
    first = client.get("/office/")
    assert (first.status_code, first["Location"]) == (302, reverse("admin:desk_setup"))
    assert "0 of 9 steps done" in client.get(first["Location"]).content.decode()
    step(client, "channel", "new", name_en="Canal Street", name_zh_hans="运河街", code="shop", country="GB",
         currency="GBP", languages=["en", "zh-hans"], time_zone="Europe/London", prices_include_tax="on",
         allocation="priority", is_default="on", is_active="on")
    step(client, "company", "shop", name="Canal Street Ltd", address="1 Canal Street\nCoventry")
    step(client, "tax", "new", country="GB", tax_class="standard", percent="20", from_on="2020-01-01")
    step(client, "warehouse", "new", name_en="Shelf", code="main", kind="warehouse", country="GB", channels=["shop"],
         priority="0", ships="on", is_active="on")
    step(client, "delivery", "new", name_en="Post", kind="shipping", channels=["shop"], currency="GBP",
         **{"zones-n": "1", "zones-0-country": "GB", "closed_on-n": "0", "rates-n": "2", "rates-0-from_amount": "100",
            "rates-0-amount": "0", "rates-1-amount": "3.95"}, working_days=["1", "2", "3", "4", "5"],
         tax_class="standard", position="0", days_min="2", days_max="4", is_active="on")
    step(client, "payment", "shop", bank_transfer="on", account="Account 12345678, sort code 00-00-00.")
    page = step(client, "products", "new", name_en="Tea pot", sku="POT", price="25.00", stock="3",
                picture=SimpleUploadedFile("pot.png", a_picture(), "image/png"))
    assert "The shop can take orders." in page
    assert "standard 20" not in page
    outbox.drain()
    variant = catalog.find_variant("POT")
    assert variant is not None
    assert db.value("SELECT count(*) FROM catalog_media WHERE product_id = %s", [variant.product_id]) == 1
    order = _order()
    assert (order.total_minor, order.currency) == (2895, "GBP")
    page = step(client, "legal", "new", page="terms", text_en="Be kind.\n\nPay in time.")
    assert "Terms" in page


def test_a_first_product_with_a_file_that_is_no_picture_is_not_made() -> None:
    a_shop(items=0)
    client, count = client_of("owner"), len(catalog.product_ids(limit=10))
    answer = client.post(reverse("admin:desk_setup_do", args=["products", "new"]), {
        "name_en": "Tea pot", "sku": "POT", "price": "25.00", "stock": "3",
        "picture": SimpleUploadedFile("pot.png", b"no picture", "image/png")})
    assert answer.status_code == 422
    assert 'value="Tea pot"' in answer.content.decode()
    assert "it is not a complete JPEG" in answer.content.decode().partition('id="id_picture_error"')[2]
    assert len(catalog.product_ids(limit=10)) == count


def test_who_may_mend_it_is_told_why_mails_wait(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    order = placed(a_shop())
    db.execute("UPDATE orders_notification SET sent_at = NULL, next_at = now() + interval '1 hour', error = 'refused'")
    told, owner = "ENTREPOT_SMTP", client_of("owner")
    desk = reverse("admin:desk_order", args=[order.id])
    assert told not in owner.get("/office/").content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    monkeypatch.delenv("ENTREPOT_SMTP", raising=False)
    for page in ("/office/", reverse("admin:desk_setup")):
        assert told in owner.get(page).content.decode(), page
    assert reverse("admin:desk_setting", args=["mails"]) in owner.get("/office/").content.decode()
    assert "No mail server is named" in owner.get(desk).content.decode()
    monkeypatch.setenv("ENTREPOT_SMTP", "smtp://mail.example")
    assert told not in owner.get("/office/").content.decode()
    assert "The mail server did not take it. Tried again at" in owner.get(desk).content.decode()
    monkeypatch.delenv("ENTREPOT_SMTP")
    clerk = client_of("warehouse")
    assert told not in clerk.get("/office/").content.decode()


def _order() -> Any:
    """As a visitor places it."""
    variant = catalog.find_variant("POT")
    assert variant is not None
    method = next(iter(checkout.delivery_methods().values())).code
    address = {"name": "Alice", "line1": "2 High Street", "city": "Leeds", "postcode": "LS1 1AA", "country": "GB"}
    return checkout.buy_now(BuyNow(
        channel="shop", language="en", lines=(LineInput(variant.id, Decimal(1)),), email="alice@example.com",
        shipping_address=address, delivery_method=method, payment_method="bank_transfer", expected_total_minor=2895),
        actor=ANONYMOUS).order


def test_a_new_installation_tells_how_the_first_owner_comes_to_be() -> None:
    command = "entrepot staff you@example.com"
    assert command in Client().get("/accounts/login/").content.decode()
    client_of("owner")
    assert command not in Client().get("/accounts/login/").content.decode()


def test_a_form_that_is_refused_keeps_what_was_typed() -> None:
    client = client_of("owner")
    answer = client.post(reverse("admin:desk_setup_do", args=["channel", "new"]), {
        "name_en": "Canal Street", "code": "shop", "country": "GB", "currency": "GBP", "languages": ["en"],
        "time_zone": "Europe/Atlantis", "allocation": "priority"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Canal Street"' in page
    assert 'id="id_time_zone_error"' in page
    assert catalog.channels() == []


def test_the_set_up_is_for_those_who_may_make_channels() -> None:
    a_shop()
    for role in ("sales", "warehouse", "service", "finance", "auditor"):
        client = client_of(role)
        assert client.get(reverse("admin:desk_setup")).status_code == 403, role
        assert reverse("admin:desk_setup") not in client.get("/office/").content.decode(), role


def test_the_checklist_tells_rates_of_tax_in_the_readers_language() -> None:
    a_channel()
    pricing.set_tax_rate("DE", "reduced", Decimal("0.07"), date(2020, 1, 1), actor=BOB)
    client = client_of("owner")
    client.cookies["django_language"] = "zh-hans"
    page = client.get(reverse("admin:desk_setup")).content.decode()
    assert "低税率 7%" in page


@pytest.mark.parametrize(("query", "code"), [
    ("invoice company", "issuer"), ("税率", "taxes"), ("运费", "delivery"), ("积分", "points"), ("feature", "flags")])
def test_settings_are_found_in_both_languages(query: str, code: str) -> None:
    a_shop()
    page = client_of("owner").get(reverse("admin:desk_settings"), {"q": query}).content.decode()
    assert reverse("admin:desk_setting", args=[code]) in page
    assert page.count('class="sy-card"') < len(SETTINGS)


@pytest.mark.parametrize("role", ["owner", "manager", "sales", "warehouse", "finance"])
def test_each_role_sees_the_settings_within_its_rights(role: str) -> None:
    a_shop()
    client = client_of(role)
    page = client.get(reverse("admin:desk_settings")).content.decode()
    for setting in SETTINGS.values():
        if setting.form is None:
            continue
        address = reverse("admin:desk_setting", args=[setting.code])
        assert (client.get(address).status_code == 200) == (f'href="{address}"' in page), setting.code
    assert client_of("auditor").get(reverse("admin:desk_settings")).status_code == 403


def change(client: Client, code: str, target: str, /, **fields: Any) -> Any:
    address = reverse("admin:desk_setting_edit", args=[code, target])
    assert client.get(address).status_code == 200
    return client.post(address, fields)


def test_refund_limits_are_set_changed_and_taken_away_in_the_settings() -> None:
    a_shop()
    identity.ensure_roles()
    client = client_of("owner")
    assert change(client, "refund-limits", "new", currency="EUR", role="service", most="25.50").status_code == 302
    assert payments.list_refund_limits() == [{"currency": "EUR", "role": "service", "limit_minor": 2550}]
    assert "€25.50" in client.get(reverse("admin:desk_setting", args=["refund-limits"])).content.decode()
    assert change(client, "refund-limits", "EUR:service", most="40").status_code == 302
    assert payments.list_refund_limits()[0]["limit_minor"] == 4000
    assert change(client, "refund-limits", "EUR:service", most="").status_code == 302
    assert payments.list_refund_limits() == []
    assert change(client, "refund-limits", "new", currency="EUR", role="nobody", most="1").status_code == 422


def test_the_beginning_of_invoice_numbers_is_a_setting_and_counting_goes_on() -> None:
    shop = a_shop()
    client, year = client_of("owner"), clock.now().year
    assert placed(shop).invoices[0].number == f"INV-{year}-000001"
    assert f"INV-{year}-000002" in client.get(reverse("admin:desk_setting", args=["numbers"])).content.decode()
    assert change(client, "numbers", "invoice", beginning="re").status_code == 302
    assert placed(shop).invoices[0].number == f"RE-{year}-000002"
    assert change(client, "numbers", "credit_note", beginning="RE").status_code == 422
    assert change(client, "numbers", "credit_note", beginning="A-B").status_code == 422
    assert invariants.violations() == []


def test_settings_are_changed_by_their_actions_and_audited() -> None:
    shop = a_shop()
    fraud.ensure_rules(actor=BOB)
    client, channel = client_of("owner"), shop.channel.code
    assert change(client, "points", channel, worth="1.00").status_code == 302
    assert checkout.points_rate(shop.channel.id) == 100
    assert change(client, "taxes", "new", country="SE", tax_class="standard", percent="25",
                  from_on="2021-01-01").status_code == 302
    assert [str(t.rate) for t in pricing.list_tax_rates(0, 9, country="SE")] == ["0.2500"]
    assert change(client, "flags", "new", key="new-cart", description="The new cart", is_enabled="on",
                  share_percent="50").status_code == 302
    assert experiments.list_flags()[0].share_percent == 50
    assert change(client, "fraud", "country-mismatch", score="35", is_active="on",
                  dry_run="on").status_code == 302
    rule = next(r for r in fraud.list_rules() if r.code == "country-mismatch")
    assert (rule.score, rule.dry_run) == (35, True)
    told = {r.action for r in db.rows("SELECT action FROM kit_audit WHERE actor_kind = 'staff'")}
    assert {"checkout.set_points_rate", "pricing.set_tax_rate", "experiments.create_flag"} <= told


def test_a_mail_is_previewed_tried_and_put_back() -> None:
    a_shop()
    client = client_of("owner")
    address = reverse("admin:desk_setting_edit", args=["mails", "placed:en"])
    text = {"subject": "Thanks, {name}", "body": "Order {number} is ours.\n\n{shop}"}
    seen = client.post(address, {**text, "preview": "1"}).content.decode()
    assert "Thanks, Alice Example" in seen
    assert client.post(address, {**text, "body": "{nonsense}"}).status_code == 422
    assert client.post(address, text).status_code == 302
    client.post(reverse("admin:desk_setting_mail", args=["placed:en", "test"]), {"to": "bob@example.com"})
    assert mail.outbox[-1].subject == "Thanks, Alice Example"
    assert "E100123" in mail.outbox[-1].body
    client.post(reverse("admin:desk_setting_mail", args=["placed:en", "reset"]))
    assert "Thanks, {name}" not in client.get(address).content.decode()


class _Form(HTMLParser):
    """The fields of the guarded form of a page, as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, dict[str, str | None]] = {}
        self.typed: dict[str, list[str]] = {}
        self.inside, self.select = False, ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name = has.get("name") or ""
        if tag == "form":
            self.inside = "data-guard" in has
        elif self.inside and tag in ("input", "select") and "disabled" not in has:
            self.fields[name], self.select = has, name
            is_box = has.get("type") in ("checkbox", "radio")
            if tag == "input" and (not is_box or "checked" in has):
                self.typed.setdefault(name, []).append(has.get("value") or ("on" if is_box else ""))
        elif self.inside and tag == "option" and ("selected" in has or self.select not in self.typed):
            self.typed[self.select] = [has.get("value") or ""]  # the first where none is chosen

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"


def typed(client: Client, address: str) -> dict[str, Any]:
    return _Form(client.get(address).content.decode()).typed


def test_zones_and_rates_are_typed_in_tables_that_need_no_script() -> None:
    client = client_of("owner")
    demo_shop = a_channel()
    checkout.create_delivery_method(
        "post", {"en": "Post"}, currency="GBP", channels=[demo_shop.code], cut_off=time(15, 30),
        rates=[{"amount_minor": 0, "from_minor": 10000, "up_to_g": 20000}, {"amount_minor": 395, "up_to_g": 5000}],
        zones=[{"country": "GB"}, {"country": "GB", "postcode_prefix": "BT", "excluded": True}], actor=BOB)
    stored, address = _post(), reverse("admin:desk_setting_edit", args=["delivery", "post"])
    form = typed(client, address)
    assert client.post(address, form).status_code == 302
    assert _post() == stored  # as it stands in the form, it is as it was

    more = client.post(address, form | {"again": "rates:add"})
    assert more.status_code == 200
    assert b'name="rates-2-amount"' in more.content
    fewer = client.post(address, form | {"again": "zones:drop:1", "name_en": "Parcel"}).content.decode()
    assert 'name="zones-1-country"' not in fewer
    assert 'value="Parcel"' in fewer
    assert _post() == stored

    refused = client.post(address, form | {"rates-1-amount": "free"})
    assert refused.status_code == 422
    cell = _Form(refused.content.decode()).fields["rates-1-amount"]
    assert (cell["value"], cell["aria-invalid"]) == ("free", "true")
    client.post(address, form | {"rates-1-amount": "4.20", "rates-0-from_amount": ""})
    assert _post().rates == ({"amount_minor": 0, "up_to_g": 20000}, {"amount_minor": 420, "up_to_g": 5000})


def _post() -> Any:
    return next(m for m in checkout.delivery_methods().values() if m.code == "post")


def test_a_place_is_asked_for_its_address_as_its_country_writes_it() -> None:
    client = client_of("owner")
    a_channel()
    address = reverse("admin:desk_setting_edit", args=["warehouses", "new"])
    form = typed(client, address) | {"name_en": "East", "code": "east", "country": "CN"}
    page = client.post(address, form | {"again": "country"}).content.decode()
    assert '<option value="浙江省">' in page
    page = client.post(address, form | {"again": "region", "region": "浙江省"}).content.decode()
    assert '<option value="杭州市">' in page
    chosen = {"region": "浙江省", "city": "杭州市", "line1": "文三路 1 号", "district": "-", "district_other": "新区"}
    assert client.post(address, form | chosen | {"latitude": "30.27", "longitude": "120.13"}).status_code == 302
    place = inventory.warehouses()[0]
    assert place.address == {"country": "CN", "region": "浙江省", "city": "杭州市", "district": "新区",
                             "line1": "文三路 1 号"}
    edit = reverse("admin:desk_setting_edit", args=["warehouses", "east"])
    assert typed(client, edit)["district_other"] == ["新区"]
    wrong = client.post(edit, typed(client, edit) | {"longitude": ""})
    assert wrong.status_code == 422
    assert "Give both coordinates or none." in wrong.content.decode()
    record = client.get(reverse("admin:inventory_warehouse_change", args=[place.id])).content.decode()
    assert edit in record


def test_who_reads_chinese_opens_a_shop_in_chinese_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Country, currency and time zone are China's to begin with; no English name is asked for."""
    monkeypatch.delenv("ENTREPOT_CASH_ON_DELIVERY", raising=False)
    client = client_of("owner")
    client.cookies["django_language"] = "zh-hans"
    page = client.get(reverse("admin:desk_setup")).content.decode()
    for piece in ('<option value="CN" selected>', '<option value="CNY" selected>', 'value="Asia/Shanghai"', "英文名称"):
        assert piece in page
    step(client, "channel", "new", name_zh_hans="运河街", code="shop", country="CN", currency="CNY",
         languages=["zh-hans"], time_zone="Asia/Shanghai", prices_include_tax="on", allocation="priority",
         is_default="on", is_active="on")
    tax = client.get(reverse("admin:desk_setup"), {"step": "tax"}).content.decode()
    assert f'name="from_on" value="{clock.now().year}-01-01"' in tax  # as a browser takes a day, whatever the language
    step(client, "warehouse", "new", name_zh_hans="货架", code="main", kind="warehouse", country="CN",
         channels=["shop"], priority="0", ships="on", is_active="on")
    step(client, "products", "new", name_zh_hans="茶壶", sku="POT", price="25.00", stock="3", description="好壶")
    found = catalog.find_variant("POT")
    assert found is not None
    assert found.name == {"zh-hans": "茶壶"}
    assert "价格（CNY）" in client.get(reverse("admin:desk_setup"), {"step": "products"}).content.decode()


@pytest.mark.parametrize(("typed", "told"), [
    ({}, "Choose at least one way to pay."),
    ({"bank_transfer": "on"}, "Without an account nobody can transfer anything."),
    ({"account": "12345678"}, "Choose it, or leave the account empty."),
])
def test_ways_to_pay_are_chosen_together(typed: dict[str, str], told: str) -> None:
    shop = a_shop()
    client = client_of("owner")
    address = reverse("admin:desk_setup_do", args=["payment", shop.channel.code])
    refused = client.post(address, typed)
    assert (refused.status_code, told in refused.content.decode()) == (422, True)
    done = client.post(address, {"bank_transfer": "on", "account": "12345678", "cash_on_delivery": "on"})
    assert done["Location"].endswith("#next")  # goods are missing: the page opens at what comes next
    offered = {m.code for m in payments.methods(shop.channel.id, shop.channel.currency)}
    assert {"bank_transfer", "cash_on_delivery"} <= offered


def test_an_account_told_in_one_language_leaves_the_other_as_it_was() -> None:
    shop, client = a_shop(), client_of("owner")
    payments.set_method(shop.channel.id, "bank_transfer", is_offered=True, position=0, actor=BOB,
                        instructions={"en": "To 1111", "zh-hans": "汇款至 1111"})
    address = reverse("admin:desk_setup_do", args=["payment", shop.channel.code])
    client.post(address, {"bank_transfer": "on", "account": "To 2222"})
    told = {w["code"]: w["instructions"] for w in payments.ways(shop.channel.id, shop.channel.currency)}
    assert told["bank_transfer"] == {"en": "To 2222", "zh-hans": "汇款至 1111"}


_WRONG = ("", "x" * 70_000, "-5", "nu\x00ll", "😀", "9" * 60, "1e999", "NaN")
_FORMS = (("channel", "new", ("name_en", "code", "country", "currency", "languages", "time_zone", "approve_above",
                              "allocation")),
          ("company", "", ("name", "address", "tax_number", "contact", "note")),
          ("tax", "new", ("country", "region", "tax_class", "percent", "from_on", "name")),
          ("warehouse", "new", ("name_en", "code", "kind", "country", "line1", "postcode", "channels", "priority",
                                "latitude")),
          ("delivery", "new", ("name_en", "kind", "currency", "channels", "rates-n", "rates-0-amount", "zones-n",
                               "zones-0-country", "days_min", "days_max", "cut_off", "position")),
          ("payment", "", ("bank_transfer", "account", "cash_on_delivery")),
          ("products", "new", ("name_en", "sku", "price", "stock", "description")),
          ("legal", "new", ("page", "text_en", "text_zh_hans")))


@pytest.mark.parametrize(("name", "target", "fields"), _FORMS)
def test_no_wrong_word_breaks_a_form_of_the_set_up(name: str, target: str, fields: tuple[str, ...]) -> None:
    """Every field in turn, and all of them together, with what does not belong there."""
    shop = a_shop()
    client = client_of("owner")
    client.raise_request_exception = False
    address = reverse("admin:desk_setup_do", args=[name, target or shop.channel.code])
    for wrong in (*_WRONG, "0001-01-01", "9999-12-31"):
        for typed in (dict.fromkeys(fields, wrong), *({f: wrong} for f in fields)):
            assert client.post(address, typed).status_code in (302, 422), typed
