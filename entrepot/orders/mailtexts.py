"""The built-in texts of every mail to a customer. `{name}` is filled in; the office may write its own instead."""

from __future__ import annotations

import re

from entrepot.kit.errors import N_

# What a text may name; each is filled by `actions.notify`.
PLACEHOLDERS = frozenset({"shop", "name", "number", "total", "amount", "lines", "link", "carrier", "tracking_number",
                          "tracking_url", "reason", "place", "return_number"})

# kind -> (subject, body)
TEXTS: dict[str, tuple[str, str]] = {
    "placed": (
        N_("{shop}: we have your order {number}"),
        N_("Hello {name},\n\nthank you for your order {number}.\n\n{lines}\n\nTotal: {total}\n\n"
           "Follow your order: {link}\n\n{shop}")),
    "tracking_link": (
        N_("{shop}: the link to your order {number}"),
        N_("Hello {name},\n\nsomebody, most likely you, asked for a link to order {number}. Here it is: {link}\n\n"
           "If it was not you, you need not do anything.\n\n{shop}")),
    "paid": (
        N_("{shop}: payment received for order {number}"),
        N_("Hello {name},\n\nwe have received your payment for order {number}. We are getting it ready.\n\n"
           "Your order and its invoice: {link}\n\n{shop}")),
    "payment_failed": (
        N_("{shop}: the payment for order {number} did not go through"),
        N_("Hello {name},\n\nthe payment for order {number} did not go through, and nothing was taken. "
           "You can try again: {link}\n\n{shop}")),
    "shipped": (
        N_("{shop}: order {number} is on its way"),
        N_("Hello {name},\n\na parcel of order {number} has left us.\n\n{lines}\n\nCarrier: {carrier}\n"
           "Tracking number: {tracking_number}\n{tracking_url}\n\nFollow your order: {link}\n\n{shop}")),
    "ready": (
        N_("{shop}: order {number} is ready to collect"),
        N_("Hello {name},\n\nyour order {number} is ready for you at {place}. Please bring this number.\n\n{lines}\n\n"
           "Your order: {link}\n\n{shop}")),
    "delivered": (
        N_("{shop}: order {number} has arrived"),
        N_("Hello {name},\n\norder {number} has been delivered. If something is not right, you can ask for a return "
           "here: {link}\n\n{shop}")),
    "cancelled": (
        N_("{shop}: order {number} is cancelled"),
        N_("Hello {name},\n\norder {number} has been cancelled. {reason}\n\nWhat you have paid goes back the way it "
           "came.\n\n{shop}")),
    "expired": (
        N_("{shop}: order {number} has lapsed"),
        N_("Hello {name},\n\norder {number} was not paid in time and has lapsed. The goods are free again; you are "
           "welcome to order anew.\n\n{shop}")),
    "refunded": (
        N_("{shop}: {amount} refunded for order {number}"),
        N_("Hello {name},\n\nwe have refunded {amount} for order {number}. Depending on your bank it takes a few days "
           "to arrive.\n\nYour order: {link}\n\n{shop}")),
    "changed": (
        N_("{shop}: order {number} was changed"),
        N_("Hello {name},\n\norder {number} was changed as agreed.\n\n{lines}\n\nTotal now: {total}\n\n"
           "Your order: {link}\n\n{shop}")),
    "return_requested": (
        N_("{shop}: we have your request {return_number}"),
        N_("Hello {name},\n\nwe have your request {return_number} for order {number} and will answer soon.\n\n"
           "Your order: {link}\n\n{shop}")),
    "return_approved": (
        N_("{shop}: your request {return_number} is approved"),
        N_("Hello {name},\n\nyour request {return_number} for order {number} is approved. If goods come back, please "
           "write this number on the parcel.\n\nYour order: {link}\n\n{shop}")),
    "return_declined": (
        N_("{shop}: your request {return_number}"),
        N_("Hello {name},\n\nwe cannot accept your request {return_number} for order {number}. {reason}\n\n"
           "Your order: {link}\n\n{shop}")),
    "return_confirmed": (
        N_("{shop}: your request {return_number} is settled"),
        N_("Hello {name},\n\nyour request {return_number} for order {number} is settled. {amount}\n\n"
           "Your order: {link}\n\n{shop}")),
}

_LABELLED = re.compile(r"^[^{}\n]*[:：][ \t]*\{(\w+)\}[ \t]*(?:\n|\Z)", re.M)  # "Carrier: {carrier}"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def unknown_placeholders(text: str) -> list[str]:
    """Names in braces that nobody fills."""
    return sorted(set(_PLACEHOLDER.findall(text)) - PLACEHOLDERS)


def fill(text: str, values: dict[str, str]) -> str:
    """Put the values in, once: braces inside a value stay as they are. Lines whose only content was empty go, with
    their label."""
    told = _LABELLED.sub(lambda m: m[0] if values.get(m[1]) else "", text)
    filled = _PLACEHOLDER.sub(lambda m: values.get(m[1], ""), told)
    return re.sub(r"\n{3,}", "\n\n", filled).strip()
