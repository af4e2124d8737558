"""The company behind the demo: channels, taxes, warehouses, delivery, staff, customers' groups, promotions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo, ChannelInput
from entrepot.checkout import public as checkout
from entrepot.customers import public as customers
from entrepot.demo.goods import DEPARTMENTS
from entrepot.identity import public as identity
from entrepot.inventory import public as inventory
from entrepot.kit.actor import Actor
from entrepot.kit.home import home, secret
from entrepot.payments import public as payments
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PriceListInput, PromotionInput

TAXES = (  # country, class, rate
    ("GB", "standard", "0.20"), ("GB", "reduced", "0.05"), ("CN", "standard", "0.13"), ("CN", "reduced", "0.09"),
    ("DE", "standard", "0.19"), ("DE", "reduced", "0.07"), ("FR", "standard", "0.20"), ("FR", "reduced", "0.055"))

WAREHOUSES = (  # code, name, kind, address, latitude, longitude, pick-up
    ("midlands", ("Midlands Warehouse", "英国中部仓"), "warehouse",
     {"name": "Entrepot", "line1": "1 Canal Road", "city": "Coventry", "postcode": "CV1 1AA", "country": "GB"},
     "52.40656", "-1.51217", False),
    ("hangzhou", ("Hangzhou Warehouse", "杭州仓"), "warehouse",
     {"name": "货栈", "line1": "运河路 1 号", "district": "余杭区", "city": "杭州市", "region": "浙江省",
      "postcode": "311100", "country": "CN"}, "30.29365", "120.16142", False),
    ("london-store", ("London Store", "伦敦门店"), "store",
     {"name": "Entrepot", "line1": "12 Lamb's Conduit Street", "city": "London", "postcode": "WC1N 3LT",
      "country": "GB"}, "51.50853", "-0.12574", True))

DEMO_STAFF = (  # e-mail, name, roles
    ("owner@demo.example", "Olivia Owner", ("owner",)), ("clerk@demo.example", "Carl Clerk", ("sales", "warehouse")))
DEMO_CUSTOMER = ("alice@demo.example", "Alice Shopper")


@dataclass(frozen=True, slots=True)
class Company:
    """What the trade of the demo needs to know."""

    shop: ChannelInfo
    china: ChannelInfo
    group_id: int
    methods: dict[str, tuple[str, ...]]  # channel code -> delivery method codes


def texts(words: tuple[str, str]) -> dict[str, str]:
    return {"en": words[0], "zh-hans": words[1]}


def build_company(now: datetime, *, actor: Actor) -> Company:
    """Everything but goods: safe to call on an empty database only."""
    identity.ensure_roles()
    shop = catalog.create_channel(ChannelInput(
        "shop", texts(("Entrepot", "货栈")), "GBP", "GB", ("en", "zh-hans"), "Europe/London",
        approve_above_minor=300_000, allocation="nearest", is_default=True), actor=actor)
    china = catalog.create_channel(ChannelInput(
        "china", texts(("China shop", "中国网店")), "CNY", "CN", ("zh-hans", "en"), "Asia/Shanghai",
        allocation="priority"), actor=actor)
    for country, tax_class, rate in TAXES:
        pricing.set_tax_rate(country, tax_class, Decimal(rate), date(2020, 1, 1), actor=actor)
    for code, name, kind, address, latitude, longitude, pickup in WAREHOUSES:
        inventory.create_warehouse(code, texts(name), kind=kind, address=address, latitude=float(latitude),
                                   longitude=float(longitude), pickup=pickup, actor=actor)
    for channel, warehouse, buffer in (("shop", "midlands", 2), ("shop", "london-store", 1), ("china", "hangzhou", 2)):
        inventory.serve_channel(channel, warehouse, Decimal(buffer), actor=actor)
    for channel_info in (shop, china):
        pricing.create_price_list(PriceListInput(
            f"base-{channel_info.code}", texts(("Base prices", "基础价")), channel_info.currency,
            channel_id=channel_info.id), actor=actor)
    group_id = customers.create_group("members", "Members", actor=actor).id
    pricing.create_price_list(PriceListInput(
        "members-shop", texts(("Member prices", "会员价")), "GBP", channel_id=shop.id, group_id=group_id, priority=5),
        actor=actor)
    for channel_info in (shop, china):
        payments.set_method(channel_info.id, "bank_transfer", is_offered=True, position=5, actor=actor, instructions={
            "en": "Please transfer to Entrepot Ltd, demo account 00-00-00 12345678, with your order number.",
            "zh-hans": "请转账至货栈有限公司演示账户 0000 1234，并注明订单号。"})
        payments.set_method(channel_info.id, "cash_on_delivery", is_offered=True, position=6, actor=actor)
    return Company(shop, china, group_id, _delivery(shop, china, actor))


def _delivery(shop: ChannelInfo, china: ChannelInfo, actor: Actor) -> dict[str, tuple[str, ...]]:
    """Standard, express and pick-up in Britain; standard and next day in China."""
    def method(code: str, name: tuple[str, str], channel: ChannelInfo, country: str, rates: list[dict[str, int]],
               days: tuple[int, int], position: int, kind: str = "shipping") -> None:
        checkout.create_delivery_method(
            code, texts(name), currency=channel.currency, rates=rates, kind=kind, channels=[channel.code],
            zones=[{"country": country}] if kind == "shipping" else [], days_min=days[0], days_max=days[1],
            cut_off=time(15), position=position, actor=actor)

    light, heavy = {"up_to_g": 5000, "amount_minor": 395}, {"amount_minor": 995}
    method("standard", ("Standard delivery", "标准配送"), shop, "GB",
           [{"from_minor": 10000, "amount_minor": 0}, light, heavy], (2, 4), 0)
    method("express", ("Express delivery", "特快配送"), shop, "GB", [{"up_to_g": 10000, "amount_minor": 895}],
           (1, 1), 1)
    method("pickup", ("Pick up in store", "门店自提"), shop, "GB", [{"amount_minor": 0}], (1, 2), 2, "pickup")
    method("cn-standard", ("Standard delivery", "标准快递"), china, "CN",
           [{"from_minor": 9900, "amount_minor": 0}, {"amount_minor": 1000}], (2, 3), 0)
    method("cn-express", ("Next day", "次日达"), china, "CN", [{"amount_minor": 2200}], (1, 1), 1)
    return {"shop": ("standard", "express", "pickup"), "china": ("cn-standard", "cn-express")}


def build_promotions(company: Company, now: datetime, gift: UUID, *, actor: Actor) -> None:
    """Running offers of several kinds; begun before the first order."""
    begun, soon = now - timedelta(days=95), now + timedelta(days=30)
    categories = {c["slug"]: c["id"] for c in catalog.list_categories()}
    offers = (
        PromotionInput("autumn-lights", texts(("Autumn lights, 15% off", "秋日灯光 85 折")),
                       {"kind": "percent", "percent": 15},
                       {"products": {"categories": [categories["lighting"]]}}, scope="catalogue", from_at=begun),
        PromotionInput("tea-3-for-2", texts(("3 for 2 on tea", "茶叶买二赠一")),
                       {"kind": "buy_x_get_y", "buy": 2, "get": 1},
                       {"products": {"categories": [categories["tea"]]}}, from_at=begun),
        PromotionInput("spend-and-save", texts(("Spend more, save more", "满额立减")), {
            "kind": "tiered", "steps": [
                {"spend": {"GBP": 10000, "CNY": 50000}, "amounts": {"GBP": 1000, "CNY": 5000}},
                {"spend": {"GBP": 25000, "CNY": 100000}, "amounts": {"GBP": 3500, "CNY": 15000}}]},
                       lane=1, from_at=begun),
        PromotionInput("free-gift", texts(("A gift with orders over £150", "满 £150 赠礼")),
                       {"kind": "gift", "variants": [str(gift)]}, {"min_spend": {"GBP": 15000}},
                       channel_ids=(company.shop.id,), lane=2, from_at=begun, usage_limit=500),
        PromotionInput("welcome", texts(("Welcome: 10% off", "新客 9 折")), {"kind": "percent", "percent": 10},
                       needs_coupon=True, customer_limit=1, lane=3, from_at=begun, until_at=soon),
        PromotionInput("free-delivery", texts(("Free delivery", "免运费")), {"kind": "free_shipping"},
                       needs_coupon=True, lane=4, from_at=begun, budget_minor=50_000, budget_currency="GBP"),
    )
    for offer in offers:
        pricing.create_promotion(offer, actor=actor)
        pricing.activate_promotion(offer.code, actor=actor)
    pricing.create_coupons("welcome", codes=("WELCOME10",), limit=None, actor=actor)
    pricing.create_coupons("free-delivery", count=50, prefix="POST", limit=1, batch="autumn", actor=actor)


def build_people(company: Company, *, actor: Actor) -> dict[str, str]:
    """Staff and a shopper to sign in as; their passwords are made here and kept in the home folder only."""
    logins: dict[str, str] = {}
    for email, name, roles in DEMO_STAFF:
        password = secret(f"DEMO_PASSWORD_{email.partition('@')[0].upper()}")[:20]
        user_id = identity.create_staff(email, name, password, list(roles), actor=actor)
        logins[email] = password
        logins[f"{email} TOTP"] = identity.enrol_totp(user_id, actor=actor)
    email, name = DEMO_CUSTOMER
    password = secret("DEMO_PASSWORD_ALICE")[:20]
    user_id = identity.create_login(email, password, name, "en")
    customers.create_customer(email=email, name=name, language="en", country="GB", user_id=user_id,
                              group_code="members", actor=actor)
    logins[email] = password
    path = home() / "demo-logins.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(logins, indent=2))
    return logins


def departments() -> list[str]:
    return [d.code for d in DEPARTMENTS]
