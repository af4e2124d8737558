"""The one form of the checkout page: what was typed, what of it is right, and keeping that in the cart.

Every press of a button sends the whole form. What is right is kept in the cart at once; what is not comes back as it
was typed, with the reason beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo
from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import CheckoutView, DeliveryOption
from entrepot.customers import public as customers
from entrepot.customers.contracts import AddressInfo, BuyerInfo
from entrepot.kit import clock
from entrepot.kit.errors import DomainError
from entrepot.kit.rest import translated
from entrepot.web.storefront.carts import VisitorCart
from entrepot.web.storefront.forms import AddressForm, ContactForm, ExtrasForm, InvoiceForm, MarkedForm, PickupForm

NEW = "new"
DELIVERED, COLLECTED = "delivery", "pickup"


@dataclass(slots=True)
class Buying:
    """The forms of the page over a cart. `errors` beside fields that no form has: delivery, method, coupon."""

    own: VisitorCart
    view: CheckoutView
    channel: ChannelInfo
    buyer: BuyerInfo | None
    said: Mapping[str, Any] | None = None
    errors: dict[str, str] = field(default_factory=dict)
    valid: dict[str, bool] = field(default_factory=dict)  # by form, once checked
    contact: ContactForm = field(init=False)
    address: AddressForm = field(init=False)
    pickup: PickupForm = field(init=False)
    billing: AddressForm = field(init=False)
    invoice: InvoiceForm = field(init=False)
    extras: ExtrasForm = field(init=False)

    def __post_init__(self) -> None:
        view, said, home = self.view, self.said, self.channel.country
        known = self._known()
        self.contact = ContactForm(said, initial={"email": known["email"], "phone": known["phone"]})
        self.address = AddressForm(said, country=home, countries=checkout.delivery_countries(self.channel),
                                   initial=known, leave_out=("phone",))
        self.pickup = PickupForm(said, initial={
            "collected_by": (view.delivery and view.delivery.collected_by) or known.get("name", "")})
        self.billing = AddressForm(said, country=home, initial=view.billing_address or {"country": home}, prefix="bill",
                                   leave_out=("phone",))
        self.invoice = InvoiceForm(said, initial=InvoiceForm.known(view.invoice_data),
                                   with_fapiao=home == "CN" or self.channel.currency == "CNY")
        self.extras = ExtrasForm(said, initial={"gift_message": view.gift_message, "note": view.note})

    def _known(self) -> dict[str, Any]:
        """What we know of the buyer: this cart's words, else the member's own and the first of the address book."""
        view = self.view
        known = {"email": view.email, "phone": view.phone, **(view.shipping_address or {})}
        if self.buyer is not None and not (view.email and view.shipping_address):
            person = self.buyer.person
            first = asdict(self.book[0].address) if self.book else {"name": person.name}
            known = {**first, **{k: v for k, v in known.items() if v}}
            known["email"] = view.email or person.email
            known["phone"] = view.phone or known.get("phone") or person.phone
        return {"email": "", "phone": "", **known}

    @property
    def book(self) -> tuple[AddressInfo, ...]:
        return self.buyer.addresses if self.buyer else ()

    # ---- what was chosen among the ways of the page

    @property
    def way(self) -> str:
        """Delivered to an address, or collected in a store."""
        if self.said is not None:
            return COLLECTED if self.said.get("way") == COLLECTED else DELIVERED
        return COLLECTED if self.view.delivery and self.view.delivery.kind == "pickup" else DELIVERED

    @property
    def from_book(self) -> str:
        """Which address of the book was chosen, or NEW."""
        if self.said is not None:
            asked = str(self.said.get("book", NEW))
            return asked if any(str(a.id) == asked for a in self.book) else NEW
        stored = self.view.shipping_address
        if not stored:
            return str(self.book[0].id) if self.book else NEW
        return next((str(a.id) for a in self.book if _same(asdict(a.address), stored)), NEW)

    @property
    def bills_elsewhere(self) -> bool:
        if self.said is not None:
            return bool(self.said.get("bill_elsewhere"))
        billing = self.view.billing_address
        return bool(billing and not _same(billing, self.view.shipping_address or {}))

    @property
    def splits(self) -> bool:
        if self.said is not None:
            return bool(self.said.get("split"))
        return bool(self.view.delivery and self.view.delivery.split)

    @property
    def method(self) -> str:
        return str((self.said or {}).get("method", ""))[:60]

    def uses(self, kind: str) -> bool:
        """Whether points or store credit shall pay."""
        if self.said is not None:
            return bool(self.said.get(f"use_{kind}"))
        parts = {p.kind for p in self.view.parts}
        return (kind if kind == "points" else "store_credit") in parts

    # ---- checking

    @property
    def asked_forms(self) -> dict[str, MarkedForm]:
        """The forms that count, given what was chosen; their names lead the ids of the summary."""
        forms: dict[str, MarkedForm] = {"contact": self.contact}
        if self.view.needs_delivery and self.way == DELIVERED and self.from_book == NEW:
            forms["address"] = self.address
        if self.view.needs_delivery and self.way == COLLECTED:
            forms["pickup"] = self.pickup
        if self.bills_elsewhere:
            forms["billing"] = self.billing
        return forms | {"invoice": self.invoice, "extras": self.extras}

    def check(self, *, strict: bool) -> bool:
        """Whether all that counts is right. Unless `strict`, what is still empty is not wrong."""
        for name, form in self.asked_forms.items():
            self.valid[name] = form.is_valid()
            if not strict and not self.valid[name]:
                form.forgive()
            form.mark()
        for form in {self.address, self.billing, self.pickup} - set(self.asked_forms.values()):
            form.errors.clear()  # what is not asked for cannot be wrong
        return all(self.valid.values()) if strict else not self.has_errors

    @property
    def has_errors(self) -> bool:
        """Whether anything on the page has to be put right."""
        return bool(self.errors) or any(form.is_bound and form.errors for form in self.asked_forms.values())

    def summary(self) -> list[dict[str, str]]:
        """Every error with the field to jump to."""
        told = [{"to": form[name].auto_id if name in form.fields else "checkout-form", "text": str(found[0]),
                 "label": str(form.fields[name].label) if name in form.fields else ""}
                for form in self.asked_forms.values() if form.is_bound for name, found in form.errors.items()]
        return told + [{"to": name, "text": text, "label": ""} for name, text in self.errors.items()]

    # ---- keeping

    def keep(self) -> None:
        """Put into the cart what is right and differs from what it says. Refusals stand beside their field."""
        if changes := self._changes():
            self._try("checkout-form", lambda: checkout.keep(self.view.id, changes, **self.own.proof))

    def _changes(self) -> dict[str, Any]:
        view, found = self.view, dict[str, Any]()
        if self.valid["contact"]:
            found |= {k: self.contact.cleaned_data[k] for k in ("email", "phone")}
        if self.view.needs_delivery:
            found |= self._shipping()
        if not self.bills_elsewhere:
            found["billing_address"] = found.get("shipping_address", view.shipping_address)
        elif self.valid["billing"]:
            found["billing_address"] = self.billing.address()
        if self.valid["invoice"]:
            found["invoice_data"] = self.invoice.invoice_data()
        if self.valid["extras"]:
            found |= {k: self.extras.cleaned_data[k] for k in ("gift_message", "note")}
        return {k: v for k, v in found.items() if not _same(v, getattr(view, k))}

    def _shipping(self) -> dict[str, Any]:
        """The address of the book, or the one that was typed. A courier reaches people by their telephone."""
        if self.way == COLLECTED:
            return {}
        chosen = next((a for a in self.book if str(a.id) == self.from_book), None)
        if chosen is not None:
            return {"shipping_address": asdict(chosen.address)}
        if not self.valid["address"]:
            return {}
        phone = self.contact.cleaned_data["phone"] if self.valid["contact"] else self.view.phone
        return {"shipping_address": self.address.address() | {"phone": phone}}

    def keep_delivery(self, options: tuple[DeliveryOption, ...], *, strict: bool) -> None:
        """Choose as asked; without a word the first that is offered, so that the total is whole. The goods are held.

        When `strict`, a way that is not offered any more is not replaced without a word.
        """
        asked = str((self.said or {}).get("delivery" if self.way == DELIVERED else "store", ""))
        offered = {key: (o.method_id, place) for o in options for key, place in _keys(o, self.way)}
        if not offered:
            if self.way == COLLECTED:
                self.errors["delivery"] = gettext("No store has everything in your cart. Please have it delivered.")
            return
        if strict and asked and asked not in offered:
            self.errors["delivery"] = gettext(
                "What you chose is not offered any more. Please look at what is chosen now.")
        method, place = offered.get(asked) or next(iter(offered.values()))
        name = str(self.pickup.cleaned_data["collected_by"]) if self.valid.get("pickup") else ""
        now, until = self.view.delivery, self.view.held_until
        is_held = until is not None and until > clock.now()
        if now and is_held and (now.method_id, now.pickup_warehouse_id, now.split, now.collected_by) == (
                method, place, self.splits, name):
            return
        self._try("delivery", lambda: checkout.choose_delivery(
            self.view.id, method, pickup_warehouse_id=place, split=self.splits and place is None, collected_by=name,
            **self.own.proof))

    def keep_parts(self, cards: list[str], points: int, credit_minor: int) -> None:
        """Which gift cards, points and credit shall pay."""
        self._try("gift_card", lambda: checkout.set_payment_parts(
            self.view.id, gift_card_codes=cards, points=points, credit_minor=credit_minor, **self.own.proof))

    def keep_address(self) -> None:
        """Into the member's address book, when they asked for it. A full book stands in nobody's way."""
        customer_id = self.own.actor.customer_id
        if customer_id and (self.said or {}).get("keep_address") and self.valid.get("address"):
            self._try("book", lambda: customers.add_address(customer_id, self.address.address(), actor=self.own.actor))

    def _try(self, where: str, work: Any) -> None:
        try:
            work()
        except DomainError as error:
            self.errors[where] = translated(error)


def _keys(option: DeliveryOption, way: str) -> list[tuple[str, int | None]]:
    """(value of the radio button, store)"""
    if option.kind == COLLECTED:
        return [(f"{option.method_id}:{p.warehouse_id}", p.warehouse_id) for p in option.places
                if p.level != "none"] if way == COLLECTED else []
    return [(str(option.method_id), None)] if way == DELIVERED else []


def _same(one: Any, other: Any) -> bool:
    """Addresses and invoice data are the same when all that they say is."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return {k: v for k, v in one.items() if v} == {k: v for k, v in other.items() if v}
    return bool(one == other) or (not one and not other)


def option_of(option: DeliveryOption, language: str) -> dict[str, Any]:
    places = [{**asdict(p), "label": catalog.in_language(p.name, language)} for p in option.places]
    return {**asdict(option), "places": places}


def missing(view: CheckoutView, *, collects: bool) -> str:
    """What is to be told first before this cart can be bought, as a sentence."""
    if collects and view.email:
        return gettext("Please choose a store that has everything.")
    if not view.email or (view.needs_delivery and not collects and view.shipping_address is None):
        return gettext("Tell us where it goes, then you see how it can come and how you can pay.")
    return ""
