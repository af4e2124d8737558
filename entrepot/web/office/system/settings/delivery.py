"""Settings of stock and delivery: warehouses and stores, ways of delivery with zones and rates."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entrepot.catalog import public as catalog
from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import DeliveryMethodInfo
from entrepot.checkout.permissions import DELIVERY
from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import WarehouseInfo
from entrepot.inventory.permissions import CONFIGURE
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.ids import uuid7
from entrepot.web.office.system.forms import (
    COUNTRY_CHOICES,
    ActionForm,
    country_field,
    long_text,
    names,
    names_initial,
    text,
    to_major,
    to_minor,
    yes,
)
from entrepot.web.office.system.settings.entry import NEW, Item, Setting

_ADDRESS = ("line1", "district", "city", "region", "postcode", "country")


def _channel_choices() -> list[tuple[str, str]]:
    return [(c.code, catalog.in_language(c.name, "en")) for c in catalog.channels()]


class WarehouseForm(ActionForm):
    name_en = text(gettext_lazy("Name"))
    name_zh_hans = text(gettext_lazy("Name in Chinese"), required=False)
    code = forms.SlugField(label=gettext_lazy("Code"), max_length=40, initial="main",
                           help_text=gettext_lazy("Files name the place by it, as in “stock:main”."))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=(("warehouse", gettext_lazy("warehouse")),
                                                                 ("store", gettext_lazy("store"))))
    line1 = text(gettext_lazy("Street and number"), required=False)
    district = text(gettext_lazy("District"), required=False)
    city = text(gettext_lazy("Town"), required=False)
    region = text(gettext_lazy("Region or province"), required=False)
    postcode = text(gettext_lazy("Postcode"), required=False, length=20)
    country = country_field()
    channels = forms.MultipleChoiceField(label=gettext_lazy("Sells for these channels"), choices=_channel_choices,
                                         required=False, widget=forms.CheckboxSelectMultiple)
    ships = yes(gettext_lazy("Parcels are sent from here"))
    pickup = yes(gettext_lazy("Customers may collect here"))
    is_active = yes(gettext_lazy("Active"))
    also = {"name": "name_en", "value": "code"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = self.target != NEW


def _warehouse(code: str) -> WarehouseInfo:
    found = next((w for w in inventory.warehouses() if w.code == code), None)
    if found is None:
        raise NotFound(N_("warehouse"))
    return found


def _warehouses(actor: Actor) -> list[Item]:
    return [Item(w.code, catalog.in_language(w.name, "en"), str(w.address.get("city", "")), w.is_active)
            for w in inventory.warehouses()]


def _warehouse_initial(target: str) -> dict[str, Any]:
    if target == NEW:
        shops = catalog.channels()
        return {"code": "" if inventory.warehouses() else "main", "ships": True, "is_active": True,
                "country": shops[0].country if shops else None, "channels": [c.code for c in shops]}
    w = _warehouse(target)
    return {**names_initial(w.name), **{k: w.address.get(k, "") for k in _ADDRESS}, "code": w.code, "kind": w.kind,
            "channels": sorted(inventory.served_by(w.code)), "ships": w.ships, "pickup": w.pickup,
            "is_active": w.is_active}


def _save_warehouse(data: dict[str, Any], target: str, actor: Actor) -> None:
    address = {key: data[key] for key in _ADDRESS if data[key]}
    plain = {"name": names(data), "kind": data["kind"], "ships": data["ships"], "pickup": data["pickup"]}
    if target == NEW:
        inventory.create_warehouse(data["code"], address=address, actor=actor, **plain)
    else:
        address = {**_warehouse(target).address, **address}
        inventory.update_warehouse(target, address=address, is_active=data["is_active"], actor=actor, **plain)
    served, wanted = inventory.served_by(data["code"]), set(data["channels"])
    for channel in sorted(wanted - set(served)):
        inventory.serve_channel(channel, data["code"], actor=actor)
    for channel in sorted(set(served) - wanted):
        inventory.stop_serving(channel, data["code"], actor=actor)


class DeliveryForm(ActionForm):
    name_en = text(gettext_lazy("Name"), initial="Standard delivery")
    name_zh_hans = text(gettext_lazy("Name in Chinese"), required=False, initial="标准配送")
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=(("shipping", gettext_lazy("sent to the customer")),
                                                                 ("pickup", gettext_lazy("collected by the customer"))))
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=_channel_choices)
    countries = forms.MultipleChoiceField(label=gettext_lazy("Countries"), choices=COUNTRY_CHOICES, required=False,
                                          widget=forms.SelectMultiple(attrs={"size": 5}),
                                          help_text=gettext_lazy("None chosen: everywhere."))
    rates = long_text(gettext_lazy("What it costs"), required=True, help_text=gettext_lazy(
        "One line per rate, the first that fits holds. “100+: 0” is free from 100 on; “up to 5 kg: 3.95”; “9.95” alone"
        " is for all else."))
    days_min = forms.IntegerField(label=gettext_lazy("Days at least"), min_value=0, max_value=90, initial=2)
    days_max = forms.IntegerField(label=gettext_lazy("Days at most"), min_value=0, max_value=90, initial=4)
    is_active = yes(gettext_lazy("Offered"))
    also = {"name": "name_en", "zones": "countries"}


def _method(code: str) -> DeliveryMethodInfo:
    found = next((m for m in checkout.delivery_methods().values() if m.code == code), None)
    if found is None:
        raise NotFound(N_("delivery method"))
    return found


def _methods(actor: Actor) -> list[Item]:
    codes = {c.id: c.code for c in catalog.channels()}
    return [Item(m.code, catalog.in_language(m.name, "en"), ", ".join(codes.get(c, "") for c in m.channels) or _("all"),
                 m.is_active) for m in checkout.delivery_methods().values()]


_RATE = re.compile(r"(?:(?P<begin>[\d.]+)\s*\+|(?:up to|至)\s*(?P<weight>[\d.]+)\s*(?P<unit>kg|g))?\s*[:：]?\s*"
                   r"(?P<amount>[\d.]+)", re.IGNORECASE)


def read_rates(given: str, currency: str) -> list[dict[str, int]]:
    """Rates as people type them. Raises InvalidInput at the first line that is none."""
    rates: list[dict[str, int]] = []
    for line in filter(None, (line.strip() for line in given.splitlines())):
        match = _RATE.fullmatch(line)
        try:
            if match is None:
                raise InvalidOperation
            rate = {"amount_minor": to_minor(Decimal(match["amount"]), currency) or 0}
            if match["begin"]:
                rate["from_minor"] = to_minor(Decimal(match["begin"]), currency) or 0
            if match["weight"]:
                rate["up_to_g"] = int(Decimal(match["weight"]) * (1000 if match["unit"].lower() == "kg" else 1))
        except InvalidOperation as error:
            raise InvalidInput("rates", N_("A line is an amount, or “100+: 0”, or “up to 5 kg: 3.95”.")) from error
        rates.append(rate)
    return rates


def told_rates(rates: Any, currency: str) -> str:
    """The inverse of `read_rates`."""
    lines = []
    for rate in rates:
        amount = to_major(rate["amount_minor"], currency)
        if rate.get("from_minor") is not None:
            amount = f"{to_major(rate['from_minor'], currency)}+: {amount}"
        elif rate.get("up_to_g") is not None:
            amount = f"up to {rate['up_to_g']} g: {amount}"
        lines.append(amount)
    return "\n".join(lines)


def _method_initial(target: str) -> dict[str, Any]:
    if target == NEW:
        shops = catalog.channels()
        return {"is_active": True, "channel": shops[0].code if shops else None, "rates": "100+: 0\n4.95",
                "countries": [shops[0].country] if shops else []}
    m = _method(target)
    codes = {c.id: c.code for c in catalog.channels()}
    return {**names_initial(m.name), "kind": m.kind, "channel": codes.get(m.channels[0]) if m.channels else None,
            "countries": [z["country"] for z in m.zones if z.get("country")], "rates": told_rates(m.rates, m.currency),
            "days_min": m.days_min, "days_max": m.days_max, "is_active": m.is_active}


def _save_method(data: dict[str, Any], target: str, actor: Actor) -> None:
    channel = catalog.channel(data["channel"])
    changes = {"name": names(data), "kind": data["kind"], "days_min": data["days_min"], "days_max": data["days_max"],
               "is_active": data["is_active"], "rates": read_rates(data["rates"], channel.currency),
               "zones": _zones(data["countries"], target)}
    if target == NEW:
        code = f"{data['kind']}-{uuid7().hex[-6:]}"
        checkout.create_delivery_method(code, changes.pop("name"), currency=channel.currency,
                                        rates=changes.pop("rates"), channels=[channel.code], actor=actor, **changes)
    else:
        checkout.update_delivery_method(target, changes, actor=actor)


def _zones(countries: list[str], target: str) -> list[dict[str, Any]]:
    """A zone narrower than its country (regions, postcodes) stays as it is while its country is chosen."""
    kept = [dict(z) for z in _method(target).zones if z.get("country") in countries] if target != NEW else []
    named = {z["country"] for z in kept}
    return [*kept, *({"country": c} for c in countries if c not in named)]


SETTINGS = (
    Setting("warehouses", "delivery", gettext_lazy("Warehouses and stores"),
            gettext_lazy("Places that hold stock: where parcels leave and where customers collect."), CONFIGURE,
            "warehouse", WarehouseForm, _warehouses, _warehouse_initial, _save_warehouse, gettext_lazy("Add a place"),
            words=("pick-up", "stock", "address", "门店", "自提", "库房")),
    Setting("delivery", "delivery", gettext_lazy("Ways of delivery"),
            gettext_lazy("What customers choose at checkout: where to, how long it takes and what it costs."), DELIVERY,
            "local_shipping", DeliveryForm, _methods, _method_initial, _save_method, gettext_lazy("Add a way"),
            words=("shipping", "zone", "postage", "rate", "运费", "快递", "包邮")),
)
