"""Invoices, credit notes and packing slips as PDF, in English or Chinese, named by their numbers.

Texts and amounts are formatted here and handed to the Typst templates as data, so nothing a customer typed is ever
read as markup. A document prints what was stored when it was issued.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from entrepot.catalog import public as catalog
from entrepot.customers import public as customers
from entrepot.inventory import public as inventory
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound
from entrepot.kit.json import dumps_text
from entrepot.kit.money import Money
from entrepot.orders import options, queries
from entrepot.orders.contracts import LineOption
from entrepot.orders.models import Fulfilment, Invoice, InvoiceIssuer
from entrepot.orders.permissions import READ

_TEMPLATES = Path(__file__).parent / "typst"
_FONT_PACKAGE = "cvttf_NotoSansCJK_Regular"


class Paper(bytes):
    """A PDF that knows what its file is called: `invoice-INV-2026-00012.pdf`."""

    name: str


def _paper(content: bytes, *words: str) -> Paper:
    paper = Paper(content)
    paper.name = re.sub(r"[^A-Za-z0-9._-]+", "-", "-".join(words)) + ".pdf"
    return paper


def invoice_pdf(invoice_id: UUID, language: str, *, actor: Actor) -> Paper:
    """An invoice or credit note on paper. Customers get those of their own orders."""
    queries.require_reader(actor)
    invoice = Invoice.objects.select_related("order").filter(pk=invoice_id).first()
    if invoice is None or not (queries.belongs(invoice.order, actor) if invoice.order else actor.is_staff_side):
        raise NotFound("invoice")
    with translation.override(language):
        content = _compile("invoice.typ", _invoice(invoice), language, invoice.issued_at)
    return _paper(content, invoice.kind.replace("_", "-"), invoice.number)


def packing_slip_pdf(fulfilment_id: UUID, language: str = "", *, actor: Actor) -> Paper:
    """What lies in a parcel, for whoever packs it and whoever opens it: no prices. In the buyer's language, since it
    goes along, where none is named."""
    queries.require_reader(actor)
    fulfilment = Fulfilment.objects.select_related("order").filter(pk=fulfilment_id).first()
    if fulfilment is None or not queries.belongs(fulfilment.order, actor):
        raise NotFound("fulfilment")
    return _slips([fulfilment], language)


def packing_slips_pdf(fulfilment_ids: Sequence[UUID], language: str = "", *, actor: Actor) -> Paper:
    """The slips of many parcels in one file, in the order given, each on paper of its own and, where no language is
    named, in its buyer's."""
    actor.require(READ)
    found = {f.id: f for f in Fulfilment.objects.select_related("order").filter(pk__in=list(fulfilment_ids))}
    chosen = [found[i] for i in fulfilment_ids if i in found]
    if not chosen:
        raise NotFound("fulfilment")
    return _slips(chosen, language)


def _slips(fulfilments: Sequence[Fulfilment], language: str) -> Paper:
    slips = []
    for fulfilment in fulfilments:
        own = language or fulfilment.order.language
        with translation.override(own):
            slips.append(_packing_slip(fulfilment) | _typesetting(own))
    data = {"title": slips[0]["title"], "seller": slips[0]["seller"], "slips": slips}
    content = _compile("packing_slip.typ", data, language or fulfilments[0].order.language,
                       max(f.created_at for f in fulfilments))
    return _paper(content, *(["packing-slip", fulfilments[0].number] if len(slips) == 1 else ["packing-slips"]))


def _compile(template: str, data: dict[str, Any], language: str, at: datetime) -> bytes:
    import typst

    spec = find_spec(_FONT_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"the font package {_FONT_PACKAGE} is not installed")
    data |= _typesetting(language)
    pdf = typst.compile(str(_TEMPLATES / template), root=str(_TEMPLATES),
                        font_paths=list(spec.submodule_search_locations),
                        ignore_system_fonts=True, sys_inputs={"data": dumps_text(data)},
                        timestamp=at.replace(microsecond=0))
    return bytes(pdf)


def _typesetting(language: str) -> dict[str, str]:
    zh = language.startswith("zh")
    return {"lang": "zh" if zh else "en", "region": "CN" if zh else "GB"}


def _money(minor: int, currency: str) -> str:
    return f"{Money(minor, currency).amount:,f}"


# Names of the invoice data a buyer gives, fapiao fields among them, in the order of the paper.
def _invoice_labels() -> dict[str, str]:
    return {"kind": _("Invoice kind"), "title": _("Invoice title"), "company": _("Company"),
            "tax_number": _("Tax number"),
            "tax_id": _("Tax number"), "vat_id": _("VAT number"), "address": _("Registered address"),
            "phone": _("Registered phone"), "bank": _("Bank"), "bank_account": _("Bank account"),
            "account": _("Bank account"), "po_number": _("Purchase order"), "email": _("E-mail")}


def _invoice_lines(given: dict[str, Any] | None) -> list[str]:
    labels = _invoice_labels()
    known = [f"{label}{_(': ')}{given[key]}" for key, label in labels.items() if given and given.get(key)]
    other = [f"{key}{_(': ')}{value}" for key, value in (given or {}).items()
             if key not in labels and isinstance(value, (str, int)) and value != ""]
    return known + other


def _invoice(invoice: Invoice) -> dict[str, Any]:
    data, currency = invoice.data, invoice.currency
    is_credit = invoice.kind == Invoice.Kind.CREDIT_NOTE
    kind = _("Credit note") if is_credit else _("Invoice")
    seller = data.get("seller") or {"name": ""}
    facts = [(_("Number"), invoice.number), (_("Date"), invoice.business_on.isoformat()),
             (_("Order"), data.get("order_number", "")), (_("Refers to"), data.get("original") or "")]
    return {
        "title": f"{kind} {invoice.number}", "seller": {"name": seller.get("name", "")},
        "facts": [f for f in facts if f[1]],
        "labels": {"kind": kind, "seller": _("Seller"), "buyer": _("Buyer"), "ship_to": _("Delivered to"),
                   "invoice_data": _("Invoice data"), "sku": _("SKU"), "name": pgettext("goods", "Description"),
                   "quantity": _("Quantity"), "discount": _("Discount"), "rate": pgettext("rate", "Tax"),
                   "amount": _("Amount"),
                   "total": f"{_('Credited') if is_credit else _('Total')} ({currency})"},
        "seller_lines": _seller_lines(seller),
        "buyer_lines": [*customers.address_lines(data.get("buyer")), data.get("email") or ""],
        "ship_to_lines": customers.address_lines(data.get("ship_to")),
        "invoice_lines": _invoice_lines(data.get("invoice_data")),
        "rows": [_row(line, currency) for line in data.get("lines", [])],
        "totals": _totals(data, currency), "total": _money(invoice.total_minor, currency),
        "note": seller.get("note", ""),
    }


def _seller_lines(seller: dict[str, str]) -> list[str]:
    numbers = [f"{label}{_(': ')}{seller[key]}" for key, label in (("tax_number", _("Tax number")),
                                                           ("bank_account", _("Bank account"))) if seller.get(key)]
    return [seller.get("name", ""), *seller.get("address", "").splitlines(), *numbers, seller.get("contact", "")]


def _row(line: dict[str, Any], currency: str) -> list[Any]:
    name = _("Delivery") if not line["sku"] and line["name"] == "delivery" else line["name"]
    discount = _money(line["discount_minor"], currency) if line["discount_minor"] else ""
    chosen = options.said(LineOption(*pair) for pair in line.get("options", ()))
    return [line["sku"], [name, chosen], line["quantity"], discount, _percent(line["rate"]),
            _money(line["gross_minor"], currency)]


def _percent(rate: str) -> str:
    percent = (Decimal(rate) * 100).normalize()
    return f"{percent:f}%"


def _totals(data: dict[str, Any], currency: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for tax in data.get("taxes", []):
        if tax["net_minor"] or tax["tax_minor"]:
            rows.append((_("Net at {rate}").format(rate=_percent(tax["rate"])), _money(tax["net_minor"], currency)))
            rows.append((_("Tax {rate}").format(rate=_percent(tax["rate"])), _money(tax["tax_minor"], currency)))
    return rows


def _packing_slip(fulfilment: Fulfilment) -> dict[str, Any]:
    order = fulfilment.order
    channel = catalog.channel(order.channel_id)
    issuer = InvoiceIssuer.objects.filter(channel_id=order.channel_id).first()
    shop = catalog.in_language(channel.name, translation.get_language() or "en")
    place = next((w for w in inventory.warehouses() if w.id == fulfilment.warehouse_id), None)
    name = catalog.in_language(place.name, translation.get_language() or "en") if place else ""
    on = fulfilment.created_at.astimezone(ZoneInfo(channel.time_zone)).date().isoformat()
    facts = [(_("Number"), fulfilment.number), (_("Order"), order.number), (_("Date"), on), (_("From"), name),
             (_("Carrier"), fulfilment.carrier), (_("Tracking number"), fulfilment.tracking_number)]
    kind = _("Packing slip")
    return {
        "title": f"{kind} {fulfilment.number}", "seller": {"name": issuer.name if issuer else shop},
        "facts": [f for f in facts if f[1]],
        "labels": {"kind": kind, "ship_to": _("Pick-up") if order.pickup_warehouse_id else _("Delivered to"),
                   "seller": _("Seller"), "sku": _("SKU"), "name": pgettext("goods", "Description"),
                   "quantity": _("Quantity"), "packed": _("Packed"), "gift_message": _("Gift message"),
                   "note": _("Customer's note")},
        "ship_to_lines": customers.address_lines(order.shipping_address) or [
            line for line in (order.delivery.get("collected_by"), order.email, order.phone) if line],
        "seller_lines": [issuer.name, *issuer.address.splitlines(), issuer.contact] if issuer else [shop],
        "rows": [[line.line.sku, [line.line.name, options.said_of(line.line.facts, order.language)],
                  f"{line.quantity.normalize():f}", "□"]
                 for line in fulfilment.lines.select_related("line").order_by("line__position")],
        "gift_message": order.gift_message, "note": order.customer_note,
    }
