"""What the office's templates say of states and events."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.admin.templatetags.admin_list import items_for_result, result_headers
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext

from entrepot.catalog import public as catalog
from entrepot.kit import columns, story
from entrepot.kit.errors import N_
from entrepot.orders.contracts import TEXT_OF
from entrepot.web.office.borrowed import CONTEXTS

register = template.Library()

WORDS = {
    **TEXT_OF,
    "active": N_("on sale"), "archived": N_("taken off sale"), "authorised": N_("authorised"),
    "captured": N_("captured"), "failed": N_("failed"), "voided": N_("voided"), "refunded": N_("refunded"),
    "good": N_("good"), "damaged": N_("damaged"), "lost": N_("lost"),
    # ways to pay
    "test": N_("test payment"), "simulator": N_("gateway simulator"), "bank_transfer": N_("bank transfer"),
    "cash_on_delivery": N_("cash on delivery"), "gift_card": N_("gift card"), "store_credit": N_("store credit"),
    "points": N_("points"),
    # movements of money, balances, what the fraud rules say
    "authorisation": N_("set aside"), "capture": N_("taken"), "void": N_("let go"), "refund": N_("refund"),
    "reversal": N_("refund that came back"), "credit": N_("store credit"), "accept": N_("nothing found"),
    "review": N_("to look at"), "waiting": N_("waiting for a second person"), "withdrawn": N_("withdrawn"),
    # transfers and counts
    "sent": N_("sent"), "received": N_("received"), "counting": N_("counting"), "posted": N_("booked"),
    # movements of stock
    "receipt": N_("received"), "sale": N_("sold"), "adjustment": N_("corrected"), "damage": N_("set aside as damaged"),
    "write_off": N_("written off"), "transfer_out": N_("sent to another place"),
    "transfer_in": N_("came from another place"), "opening": N_("opening stock"),
    # operations of a change
    "return_line": N_("comes back"), "refund_delivery": N_("delivery charge back"), "add_line": N_("one more line"),
    "discount_line": N_("discount by hand"), "set_quantity": N_("another quantity"),
    "override_price": N_("another price"), "set_address": N_("another address"),
    "set_delivery": N_("another delivery"), "compensate": N_("money back"), "resend": N_("send again"),
}

# what happened to an order, as the timeline keeps it
EVENTS = {
    "placed": N_("Order placed"), "paid": N_("Paid"), "authorised": N_("Payment authorised"),
    "payment_failed": N_("Payment failed"), "held": N_("Put on hold"), "released": N_("Hold released"),
    "note": N_("Note"), "cancelled": N_("Cancelled"), "expired": N_("Expired unpaid"),
    "fulfilment_planned": N_("Parcel planned"), "fulfilment_cancelled": N_("Plan of a parcel undone"),
    "shipped": N_("Shipped"), "ready": N_("Ready to collect"), "delivered": N_("Delivered"),
    "tracking_changed": N_("Tracking changed"), "change_requested": N_("Change requested"),
    "return_approved": N_("Return agreed to"), "return_declined": N_("Return declined"),
    "return_received": N_("Returned goods arrived"), "changed": N_("Change in effect"),
    "refund_waits": N_("Refund waits for a second person"), "refund_approved": N_("Refund agreed to"),
    "refund_declined": N_("Refund declined"), "collected": N_("Collected"), "return_confirmed": N_("Return settled"),
    "return_requested": N_("Return asked for"), "tracking_link": N_("Link to the order"),
    "refund_asked": N_("Refund asked for"), "refunded": N_("Refunded"), "refund_failed": N_("Refund failed"),
    "invoiced": N_("Invoice issued"), "split": N_("Split"), "merged": N_("Merged"),
    "merged_into": N_("Merged into another order"), "imported": N_("Imported"), "invoice": N_("Invoice issued"),
    "credit_note": N_("Credit note issued"),
    # what happened to a product, as the audit trail keeps it
    "catalog.create_product": N_("Created"), "catalog.import_product": N_("Imported"),
    "catalog.update_product": N_("Changed"), "catalog.archive_product": N_("Taken off sale"),
    "catalog.publish": N_("Published"), "catalog.unpublish": N_("Taken out of a channel"),
    "catalog.add_media": N_("Image added"), "catalog.delete_media": N_("Image removed"),
    "catalog.order_media": N_("Images put in order"), "catalog.add_variant": N_("SKU added"),
    "catalog.update_variant": N_("SKU changed"), "catalog.generate_variants": N_("SKUs made for every choice"),
    "catalog.bulk_edit": N_("Changed with others"), "catalog.set_options": N_("Other options"),
    "catalog.restore_product": N_("Brought back to an earlier version"), "catalog.update_media": N_("Image described"),
    "catalog.choose_collections": N_("Collections chosen"), "catalog.notice_dates": N_("A publication date came"),
}


@register.filter
def tone(state: Any) -> str:
    return columns.tone(state)


@register.filter
def words(code: Any) -> str:
    """A code of ours in words; what has none is shown as it is, readable."""
    text = WORDS.get(str(code))
    return gettext(text) if text else str(code).replace("_", " ")


# what the verb of an action says where the whole has no words of its own
_VERBS = {
    N_("Created"): {"create", "add", "open", "register", "plan", "issue", "invite"},
    N_("Changed"): {"update", "set", "change", "edit", "adjust", "order", "move", "assign", "activate", "end"},
    N_("Removed"): {"delete", "remove", "close", "revoke", "disable", "drop", "forget", "void"},
    N_("Cancelled"): {"cancel", "withdraw", "decline"}, N_("Put on hold"): {"hold"}, N_("Hold released"): {"release"},
    N_("Shipped"): {"ship"}, N_("Paid"): {"pay", "capture"}, N_("Refunded"): {"refund"}, N_("Note"): {"note"},
}


@register.filter
def happened(kind: str) -> str:
    """What an event or an action of ours was, in words; the code itself where there are none."""
    verb = kind.rpartition(".")[2].partition("_")[0]
    text = EVENTS.get(kind) or next((words for words, verbs in _VERBS.items() if verb in verbs), None)
    if text:
        return gettext(text)
    return kind if "." in kind else kind.replace("_", " ").capitalize()


@register.filter
def key(mapping: Any, name: Any) -> Any:
    return mapping.get(name) if hasattr(mapping, "get") else None


@register.filter
def in_language(texts: dict[str, str]) -> str:
    return catalog.in_language(texts, get_language() or "en")


@register.filter
def titled(value: Any) -> str:
    """A page's title or a context's name in the reader's language; names of records stay as they are."""
    text = str(value)
    return gettext(text) if text in CONTEXTS else text


@register.simple_tag
def list_table(cl: Any) -> dict[str, Any]:
    """Headers and rows of a list; each cell says its column too, so that a phone can stack them."""
    headers = [{"name": columns.name_of(column), "text": _first_large(str(header["text"])),
                "address": header["url_primary"] if header["sortable"] else "", "order": _order(header)}
               for column, header in zip(cl.list_display, result_headers(cl), strict=True)]
    labels = [f'data-label="{escape(header["text"])}"' for header in headers]
    return {"headers": headers, "rows": [(result.pk, _cells(cl, result, labels)) for result in cl.result_list]}


def _cells(cl: Any, result: Any, labels: list[str]) -> list[str]:
    return [mark_safe(cell[:3] + f" {label}" + cell[3:])  # noqa: S308  Django escaped the cell, we the label
            for cell, label in zip(items_for_result(cl, result, None), labels, strict=True)]


def _order(header: dict[str, Any]) -> str:
    if not header["sortable"] or not header["sort_priority"]:
        return ""
    return "ascending" if header["ascending"] else "descending"


def _first_large(text: str) -> str:
    """As words are written here; a column that has but its field's name ("warehouse") in the reader's language too."""
    large = text[:1].upper() + text[1:]
    told = gettext(large) if large else large
    if told == large and text:
        told = gettext(text[:1].lower() + text[1:])
    return told[:1].upper() + told[1:]


@register.filter
def most(value: int | None, limit: int) -> int:
    return min(value or 0, limit)


@register.simple_tag
def sparkline(values: list[int]) -> str:
    """A line of figures without axes, as a drawing that needs no script and no style."""
    if len(values) < 2 or not any(values):
        return ""
    low, high = min(0, *values), max(values)
    step, scale = 100 / (len(values) - 1), 28 / ((high - low) or 1)
    points = [f"{n * step:.1f} {30 - (value - low) * scale:.1f}" for n, value in enumerate(values)]
    line = "M" + " L".join(points)
    return format_html('<svg class="of-spark" viewBox="0 0 100 32" preserveAspectRatio="none" aria-hidden="true">'
                       '<path class="area" d="{} L100 32 L0 32 Z"/><path d="{}"/></svg>', line, line)


@register.inclusion_tag("office/_trail.html")
def audit_trail(subject: Any, subject_id: Any = None, limit: int = 20) -> dict[str, Any]:
    """Who did what with a record and why: `{% audit_trail order %}` or `{% audit_trail "order" order.id %}`."""
    return {"entries": story.story_of(subject, subject_id, limit=limit)}


@register.filter
def worded(text: Any) -> str:
    """A field's label, also that of one that is only named in code."""
    return _first_large(str(text))
