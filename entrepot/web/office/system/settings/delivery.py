"""Settings of stock and delivery: warehouses and stores, ways of delivery with zones and rates."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from entrepot.catalog import public as catalog
from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import DeliveryMethodInfo
from entrepot.checkout.permissions import DELIVERY
from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import WarehouseInfo
from entrepot.inventory.permissions import CONFIGURE
from entrepot.kit import said
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, NotFound
from entrepot.kit.ids import uuid7
from entrepot.web.office.system.forms import (
    COUNTRY_CHOICES,
    ActionForm,
    country_field,
    names,
    names_initial,
    number,
    text,
    to_major,
    to_minor,
    yes,
)
from entrepot.web.office.system.rows import RowsField
from entrepot.web.office.system.settings.entry import NEW, Item, Setting
from entrepot.web.storefront.forms import OTHER, AddressForm

_ADDRESS = ("line1", "line2", "district", "city", "region", "postcode", "country")


def _channel_choices() -> list[tuple[str, str]]:
    return [(c.code, said.in_language(c.name)) for c in catalog.channels()]


class WarehouseForm(ActionForm):
    """The address is asked for as its country writes it, with the areas that we know."""

    name_en = text(gettext_lazy("Name"))
    name_zh_hans = text(gettext_lazy("Name in Chinese"), required=False)
    code = forms.SlugField(label=pgettext_lazy("name", "Code"), max_length=40, initial="main",
                           help_text=gettext_lazy("Files name the place by it, as in “stock:main”."))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=(("warehouse", gettext_lazy("warehouse")),
                                                                 ("store", gettext_lazy("store"))))
    country = country_field()
    channels = forms.MultipleChoiceField(label=gettext_lazy("Sells for these channels"), choices=_channel_choices,
                                         required=False, widget=forms.CheckboxSelectMultiple)
    ships = yes(gettext_lazy("Parcels are sent from here"))
    pickup = yes(gettext_lazy("Customers may collect here"))
    is_active = yes(gettext_lazy("Active"))
    priority = forms.IntegerField(label=gettext_lazy("Priority"), initial=0, min_value=-999, max_value=999,
                                  help_text=gettext_lazy("The lowest number serves first."))
    latitude = number(gettext_lazy("Latitude"), least=-90, most=90, required=False, places=5)
    longitude = number(gettext_lazy("Longitude"), least=-180, most=180, required=False, places=5)
    also = {"name": "name_en", "value": "code"}
    seldom = ("priority", "latitude", "longitude")
    reshaping = ("country", "region", "city")

    def shape(self) -> None:
        self.fields["code"].disabled = self.target != NEW
        known = self.data if self.is_bound else self.initial
        district = known.get("district_other" if known.get("district") == OTHER else "district")
        address = AddressForm(country=str(known.get("country") or ""), leave_out=("name", "company", "phone"),
                              initial={**{k: known.get(k) for k in _ADDRESS}, "district": district})
        self.initial = {**self.initial, **{k: v for k, v in address.initial.items() if v}}
        for name, field in address.fields.items():
            if name != "country":
                field.required = False
                field.widget.attrs.pop("data-live", None)
                self.fields[name] = field
        self.order_fields(["name_en", "name_zh_hans", "code", "kind", *address.fields])

    def address(self) -> dict[str, str]:
        said = {key: self.cleaned_data.get(key) or "" for key in _ADDRESS}
        if said["district"] == OTHER:
            said["district"] = self.cleaned_data.get("district_other") or ""
        return {key: value for key, value in said.items() if value}

    def clean(self) -> dict[str, Any]:
        return {**self.cleaned_data, "address": self.address()}


def _warehouse(code: str) -> WarehouseInfo:
    found = next((w for w in inventory.warehouses() if w.code == code), None)
    if found is None:
        raise NotFound(N_("warehouse"))
    return found


def _warehouses(actor: Actor) -> list[Item]:
    return [Item(w.code, said.in_language(w.name), str(w.address.get("city", "")), w.is_active)
            for w in inventory.warehouses()]


def _warehouse_initial(target: str) -> dict[str, Any]:
    if target == NEW:
        shops = catalog.channels()
        return {"code": "" if inventory.warehouses() else "main", "ships": True, "is_active": True,
                "country": shops[0].country if shops else None, "channels": [c.code for c in shops]}
    w = _warehouse(target)
    return {**names_initial(w.name), **{k: w.address.get(k, "") for k in _ADDRESS}, "code": w.code, "kind": w.kind,
            "channels": sorted(inventory.served_by(w.code)), "ships": w.ships, "pickup": w.pickup,
            "is_active": w.is_active, **{k: getattr(w, k) for k in WarehouseForm.seldom}}


def _save_warehouse(data: dict[str, Any], target: str, actor: Actor) -> None:
    plain = {"name": names(data), **{k: data[k] for k in ("kind", "ships", "pickup", "priority")},
             **{k: None if data[k] is None else float(data[k]) for k in ("latitude", "longitude")}}
    if target == NEW:
        inventory.create_warehouse(data["code"], address=data["address"], actor=actor, **plain)
    else:
        kept = {k: v for k, v in _warehouse(target).address.items() if k not in _ADDRESS}  # a name, a telephone number
        inventory.update_warehouse(target, address={**kept, **data["address"]}, is_active=data["is_active"],
                                   actor=actor, **plain)
    served, wanted = inventory.served_by(data["code"]), set(data["channels"])
    for channel in sorted(wanted - set(served)):
        inventory.serve_channel(channel, data["code"], actor=actor)
    for channel in sorted(set(served) - wanted):
        inventory.stop_serving(channel, data["code"], actor=actor)


_ZONE = {"country": forms.ChoiceField(label=gettext_lazy("Country"), required=False,
                                     choices=[("", gettext_lazy("everywhere")), *COUNTRY_CHOICES]),
         "region": text(gettext_lazy("Region or province"), required=False, length=80),
         "postcode_prefix": text(gettext_lazy("Postcodes that begin with"), required=False, length=12),
         "excluded": yes(gettext_lazy("not there"))}
_RATE = {"up_to_kg": number(gettext_lazy("Up to (kg)"), least=Decimal("0.001"), required=False, places=3),
         "from_amount": number(gettext_lazy("Goods worth at least"), required=False, places=3),
         "amount": number(gettext_lazy("Costs"), places=3)}
_DAYS = [(str(n), day) for n, day in enumerate((
    gettext_lazy("Mon"), gettext_lazy("Tue"), gettext_lazy("Wed"), gettext_lazy("Thu"), gettext_lazy("Fri"),
    gettext_lazy("Sat"), gettext_lazy("Sun")), start=1)]


class DeliveryForm(ActionForm):
    name_en = text(gettext_lazy("Name"), initial="Standard delivery")
    name_zh_hans = text(gettext_lazy("Name in Chinese"), required=False, initial="标准配送")
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=(("shipping", gettext_lazy("sent to the customer")),
                                                                 ("pickup", gettext_lazy("collected by the customer"))))
    currency = text(gettext_lazy("Currency"), length=3)
    channels = forms.MultipleChoiceField(label=gettext_lazy("Channels"), choices=_channel_choices, required=False,
                                         widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy(
                                             "None chosen: all that sell in this currency."))
    zones = RowsField(_ZONE, label=gettext_lazy("Areas it goes to"), add=gettext_lazy("Add an area"), required=False,
                      help_text=gettext_lazy("No row: everywhere. “Not there” takes a part away again."))
    rates = RowsField(_RATE, label=gettext_lazy("What it costs"), add=gettext_lazy("Add a charge"),
                      help_text=gettext_lazy("The first row that fits holds; a cell left empty fits always."))
    days_min = forms.IntegerField(label=gettext_lazy("Days at least"), min_value=0, max_value=90, initial=2)
    days_max = forms.IntegerField(label=gettext_lazy("Days at most"), min_value=0, max_value=90, initial=4)
    is_active = yes(gettext_lazy("Offered"))
    working_days = forms.MultipleChoiceField(label=gettext_lazy("Working days"), choices=_DAYS,
                                             widget=forms.CheckboxSelectMultiple)
    cut_off = forms.TimeField(label=gettext_lazy("Orders until this hour leave the same day"), required=False,
                              widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    closed_on = RowsField({"day": forms.DateField(label=gettext_lazy("Day"),
                                                  widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))},
                          label=gettext_lazy("Days off"), add=gettext_lazy("Add a day"), required=False)
    tax_class = text(gettext_lazy("Tax class"), length=20, initial="standard")
    position = forms.IntegerField(label=gettext_lazy("Position"), initial=0)
    also = {"name": "name_en"}
    seldom = ("working_days", "cut_off", "closed_on", "tax_class", "position")


_PLAIN = ("kind", "days_min", "days_max", "is_active", "cut_off", "tax_class", "position")  # kept as they are typed


def _method(code: str) -> DeliveryMethodInfo:
    found = next((m for m in checkout.delivery_methods().values() if m.code == code), None)
    if found is None:
        raise NotFound(N_("delivery method"))
    return found


def _methods(actor: Actor) -> list[Item]:
    shops = {c.id: said.in_language(c.name) for c in catalog.channels()}
    return [Item(m.code, said.in_language(m.name), ", ".join(shops.get(c, "") for c in m.channels) or _("all"),
                 m.is_active) for m in checkout.delivery_methods().values()]


def _read_rate(row: dict[str, Any], currency: str) -> dict[str, int]:
    """Cells left empty are not kept: they fit always."""
    told = {"amount_minor": to_minor(row["amount"], currency), "from_minor": to_minor(row["from_amount"], currency),
            "up_to_g": None if row["up_to_kg"] is None else int(row["up_to_kg"] * 1000)}
    return {key: value for key, value in told.items() if value is not None}


def _told_rate(rate: Mapping[str, int], currency: str) -> dict[str, str]:
    weight, amount, begin = rate.get("up_to_g"), rate["amount_minor"], rate.get("from_minor")
    return {"amount": to_major(amount, currency), "from_amount": to_major(begin, currency),
            "up_to_kg": "" if weight is None else f"{(Decimal(weight) / 1000).normalize():f}"}


def _method_initial(target: str) -> dict[str, Any]:
    if target == NEW:
        first = catalog.channels()[:1]
        return {"is_active": True, "channels": [c.code for c in first], "currency": "".join(c.currency for c in first),
                "zones": [{"country": c.country} for c in first], "rates": [{"amount": "4.95"}],
                "working_days": ["1", "2", "3", "4", "5"]}
    m = _method(target)
    return {**names_initial(m.name), "channels": [c.code for c in catalog.channels() if c.id in m.channels],
            "zones": m.zones, "rates": [_told_rate(r, m.currency) for r in m.rates],
            "working_days": [str(d) for d in m.working_days], "closed_on": [{"day": d} for d in m.closed_on],
            "currency": m.currency, **{k: getattr(m, k) for k in _PLAIN}}


def _save_method(data: dict[str, Any], target: str, actor: Actor) -> None:
    currency = data["currency"].upper()
    changes = {**{k: data[k] for k in ("channels", *_PLAIN)}, "name": names(data), "currency": currency,
               "rates": [_read_rate(r, currency) for r in data["rates"]],
               "zones": [{k: v for k, v in zone.items() if v} for zone in data["zones"]],
               "working_days": [int(d) for d in data["working_days"]],
               "closed_on": [row["day"] for row in data["closed_on"]]}
    if target == NEW:
        code = f"{data['kind']}-{uuid7().hex[-6:]}"
        checkout.create_delivery_method(code, changes.pop("name"), currency=changes.pop("currency"),
                                        rates=changes.pop("rates"), actor=actor, **changes)
    else:
        checkout.update_delivery_method(target, changes, actor=actor)


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
