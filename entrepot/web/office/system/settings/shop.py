"""Settings of the shop itself: channels, who issues invoices, taxes."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInput
from entrepot.catalog.permissions import CHANNELS
from entrepot.fraud import public as fraud
from entrepot.fraud.permissions import CONFIGURE
from entrepot.kit import clock, said
from entrepot.kit.actor import Actor, system
from entrepot.kit.errors import NotFound
from entrepot.orders import public as orders
from entrepot.orders.permissions import ISSUER
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PriceListInput
from entrepot.pricing.errors import CodeTaken
from entrepot.pricing.permissions import SET_TAX
from entrepot.web.office.system.forms import (
    ActionForm,
    country_field,
    long_text,
    names,
    names_initial,
    number,
    text,
    to_major,
    to_minor,
    yes,
)
from entrepot.web.office.system.settings.entry import NEW, Item, Setting
from entrepot.web.storefront.countries import COUNTRIES

_READER = system("settings")
CURRENCIES = ("GBP", "CNY", "EUR", "USD", "JPY", "AUD", "CAD", "CHF", "CZK", "DKK", "HKD", "HUF", "IDR", "INR", "KRW",
              "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "TWD", "VND", "ZAR")
ALLOCATIONS = (("priority", gettext_lazy("by priority of the warehouses")),
               ("nearest", gettext_lazy("from the nearest warehouse")),
               ("fewest_splits", gettext_lazy("in as few parcels as possible")))


class ChannelForm(ActionForm):
    name_en = text(gettext_lazy("Name of the shop"))
    name_zh_hans = text(gettext_lazy("Name in Chinese"), required=False)
    code = forms.SlugField(label=pgettext_lazy("name", "Code"), max_length=50, initial="shop",
                           help_text=gettext_lazy("Short and lasting: files and links name the channel by it."))
    country = country_field(gettext_lazy("Country it sells in"))
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=[(c, c) for c in CURRENCIES],
                                 help_text=gettext_lazy("It stays: prices and orders are kept in it."))
    languages = forms.MultipleChoiceField(label=gettext_lazy("Languages, the first is the shop's own"),
                                          choices=settings.LANGUAGES, initial=["en", "zh-hans"],
                                          widget=forms.CheckboxSelectMultiple)
    time_zone = forms.CharField(label=gettext_lazy("Time zone"), initial="Europe/London",
                                widget=forms.TextInput(attrs={"list": "time-zones"}),
                                help_text=gettext_lazy("A day of business begins and ends there."))
    prices_include_tax = yes(gettext_lazy("Prices include tax"))
    approve_above = number(gettext_lazy("Orders above this amount wait for approval"), required=False,
                           help_text=gettext_lazy("Empty: none does."))
    allocation = forms.ChoiceField(label=gettext_lazy("Goods are sent"), choices=ALLOCATIONS)
    is_default = yes(gettext_lazy("The default channel: what visitors of the main address see"))
    is_active = yes(gettext_lazy("Active"))
    also = {"approve_above_minor": "approve_above", "name": "name_en", "value": "code"}
    seldom = ("approve_above", "allocation", "is_default", "is_active")

    def shape(self) -> None:
        if self.target != NEW:
            for fixed in ("code", "currency"):
                self.fields[fixed].disabled = True


def _channels(actor: Actor) -> list[Item]:
    return [Item(c.code, said.in_language(c.name), f"{c.currency} · {COUNTRIES.get(c.country, c.country)}",
                 c.is_active) for c in catalog.channels()]


def _home() -> dict[str, Any]:
    """Where who reads this language most likely sells."""
    if get_language() == "zh-hans":
        return {"country": "CN", "currency": "CNY", "time_zone": "Asia/Shanghai", "languages": ["zh-hans"]}
    return {}


def _channel_initial(target: str) -> dict[str, Any]:
    if target == NEW:
        first = not catalog.channels()
        return {"prices_include_tax": True, "is_active": True, "is_default": first, "code": "shop" if first else "",
                "languages": ["en", "zh-hans"], "allocation": "priority", **_home()}
    c = catalog.channel(target)
    return {**names_initial(c.name), "code": c.code, "country": c.country, "currency": c.currency,
            "languages": c.languages, "time_zone": c.time_zone, "prices_include_tax": c.prices_include_tax,
            "approve_above": to_major(c.approve_above_minor, c.currency), "allocation": c.allocation,
            "is_default": c.is_default, "is_active": c.is_active}


def save_channel(data: dict[str, Any], target: str, actor: Actor) -> None:
    """A new channel gets its list of regular prices with it, and the first one the rules against fraud."""
    plain = {key: data[key] for key in ("country", "time_zone", "prices_include_tax", "allocation", "is_default",
                                        "is_active")}
    plain |= {"name": names(data), "languages": tuple(data["languages"]),
              "approve_above_minor": to_minor(data["approve_above"], data["currency"])}
    if target != NEW:
        catalog.update_channel(target, plain, actor=actor)
        return
    made = catalog.create_channel(ChannelInput(code=data["code"], currency=data["currency"], **plain), actor=actor)
    with suppress(CodeTaken):
        pricing.create_price_list(PriceListInput(f"base-{made.code}", {"en": "Base prices", "zh-hans": "基础价"},
                                                 made.currency, channel_id=made.id), actor=actor)
    if actor.can(CONFIGURE):
        fraud.ensure_rules(actor=actor)


class IssuerForm(ActionForm):
    name = text(gettext_lazy("Legal name of the company"))
    address = long_text(gettext_lazy("Address"), required=True)
    tax_number = text(gettext_lazy("Tax number"), required=False, length=40)
    bank_account = text(gettext_lazy("Bank account"), required=False, length=120)
    contact = text(gettext_lazy("Contact"), required=False, help_text=gettext_lazy("Telephone or e-mail on invoices."))
    note = long_text(gettext_lazy("Note at the foot of invoices"))


def issuer(channel_id: int) -> dict[str, str]:
    """What invoices say of the seller; nothing when nobody wrote it yet."""
    with suppress(NotFound):
        return orders.issuer_of(channel_id, actor=_READER)
    return {}


def _issuers(actor: Actor) -> list[Item]:
    found = [(c, issuer(c.id)) for c in catalog.channels()]
    return [Item(c.code, said.in_language(c.name), told.get("name") or _("not written yet"), bool(told))
            for c, told in found]


def _save_issuer(data: dict[str, Any], target: str, actor: Actor) -> None:
    orders.set_issuer(catalog.channel(target).id, **data, actor=actor)


class TaxForm(ActionForm):
    country = country_field()
    region = text(gettext_lazy("Region"), required=False, length=40,
                  help_text=gettext_lazy("Empty: all of the country."))
    tax_class = forms.SlugField(label=gettext_lazy("Class of goods"), initial="standard", max_length=20,
                                help_text=gettext_lazy("For example standard, reduced or zero."))
    percent = number(gettext_lazy("Rate in percent"), most=Decimal("99.99"))
    from_on = forms.DateField(label=gettext_lazy("Holds from"),
                              widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),  # as browsers take a day
                              help_text=gettext_lazy("Give a later day for a change to come; the old rate holds till"
                                                     " then."))
    name = text(gettext_lazy("Name on invoices"), required=False, length=40)
    also = {"rate": "percent"}
    seldom = ("region", "from_on", "name")


def _taxes(actor: Actor) -> list[Item]:
    return [Item(str(t.id), f"{COUNTRIES.get(t.country, t.country)} {t.region} {t.tax_class}".replace("  ", " "),
                 f"{t.rate * 100:.2f} % · {t.from_on}") for t in pricing.list_tax_rates(0, 500)]


def _tax_initial(target: str) -> dict[str, Any]:
    if target == NEW:
        home = catalog.default_channel().country if catalog.channels() else None
        return {"country": home, "tax_class": "standard", "from_on": date(clock.now().year, 1, 1)}
    found = next((t for t in pricing.list_tax_rates(int(target) - 1, 1) if str(t.id) == target), None)
    if found is None:
        raise NotFound("tax rate")
    return {"country": found.country, "region": found.region, "tax_class": found.tax_class,
            "percent": f"{found.rate * 100:.2f}", "from_on": found.from_on, "name": found.name}


def _save_tax(data: dict[str, Any], target: str, actor: Actor) -> None:
    pricing.set_tax_rate(data["country"], data["tax_class"], data["percent"] / 100, data["from_on"], data["region"],
                         data["name"], actor=actor)


SETTINGS = (
    Setting("channels", "shop", gettext_lazy("Sales channels"),
            gettext_lazy("A channel is a shop for one market: its currency, languages, time zone and rules."), CHANNELS,
            "storefront", ChannelForm, _channels, _channel_initial, save_channel, gettext_lazy("Add a channel"),
            words=("currency", "language", "time zone", "approval", "币种", "语言", "时区", "审批")),
    Setting("issuer", "shop", gettext_lazy("Invoice issuer"),
            gettext_lazy("What invoices say of your company: name, address, tax number, bank account."), ISSUER,
            "receipt_long", IssuerForm, _issuers, lambda target: issuer(catalog.channel(target).id), _save_issuer,
            words=("company", "VAT", "invoice", "公司", "开票", "税号", "发票抬头")),
    Setting("taxes", "shop", gettext_lazy("Tax rates"),
            gettext_lazy("The rate of each class of goods per country, from a day on. Old rates stay for old orders."),
            SET_TAX, "percent", TaxForm, _taxes, _tax_initial, _save_tax, gettext_lazy("Add a rate"),
            words=("VAT", "sales tax", "增值税", "税率")),
)
