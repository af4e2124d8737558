"""Smaller reads of the office: refunds, messages, mail texts, who issues invoices, one order's story."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext

from entrepot.kit import db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound
from entrepot.orders import mailtexts, views
from entrepot.orders.models import InvoiceIssuer, MailTemplate, Notification, Order, Refund
from entrepot.orders.permissions import READ


def timeline_of(order_id: UUID, *, actor: Actor) -> list[dict[str, Any]]:
    """The whole story of an order, oldest first."""
    actor.require(READ)
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise NotFound("order")
    return [asdict(views.timeline_view(entry, internal=True)) for entry in order.timeline.order_by("id")]


def issuer_of(channel_id: int, *, actor: Actor) -> dict[str, str]:
    """Who issues the channel's invoices, as printed on them. Raises NotFound."""
    actor.require(READ)
    found = InvoiceIssuer.objects.filter(channel_id=channel_id).first()
    if found is None:
        raise NotFound("invoice issuer")
    return {f: getattr(found, f) for f in ("name", "address", "tax_number", "bank_account", "contact", "note")}


def list_refunds(*, failed: bool = False, order_id: UUID | None = None, before: int | None = None, limit: int,
                 actor: Actor) -> dict[str, Any]:
    """Refunds asked for, newest first; `failed` ones wait for someone to look."""
    actor.require(READ)
    found = Refund.objects.order_by("-id").annotate(order_number=F("order__number"), currency=F("order__currency"))
    if failed:
        found = found.filter(failed_minor__gt=0)
    if order_id:
        found = found.filter(order_id=order_id)
    if before:
        found = found.filter(id__lt=before)
    return _page(found.values("id", "order_id", "order_number", "currency", "reference", "change_id",
                                   "amount_minor", "done_minor", "failed_minor", "reason", "failure",
                                   "asked_at")[: limit + 1], limit)


def list_notifications(*, order_id: UUID | None = None, state: str = "", before: int | None = None, limit: int,
                       actor: Actor) -> dict[str, Any]:
    """Messages, newest first: waiting (or to be tried again), sent, failed for good."""
    actor.require(READ)
    states: dict[str, dict[str, Any]] = {"waiting": {"next_at__isnull": False}, "sent": {"sent_at__isnull": False},
              "failed": {"sent_at": None, "next_at": None}}
    found = Notification.objects.order_by("-id").filter(**states.get(state, {}))
    if order_id:
        found = found.filter(order_id=order_id)
    if before:
        found = found.filter(id__lt=before)
    return _page(found.values("id", "order_id", "kind", "recipient", "language", "subject", "created_at",
                                   "attempts", "next_at", "sent_at", "error")[: limit + 1], limit)


def mails_wait(*, actor: Actor) -> bool:
    """Whether a message was tried and could not be handed to the mail server yet, or ever."""
    actor.require(READ)
    return Notification.objects.filter(sent_at=None).exclude(error="").exists()


@dataclass(frozen=True, slots=True)
class Value:
    """What a customer has bought in one currency, less what went back."""

    currency: str
    orders: int
    total_minor: int
    first_at: datetime
    last_at: datetime


def customer_value(customer_id: UUID, *, actor: Actor) -> list[Value]:
    """Orders that count (not cancelled, not expired) and what they are worth, by currency."""
    actor.require(READ)
    return [Value(*r) for r in db.rows(
        "SELECT currency, count(*), sum(total_minor - credited_minor)::bigint, min(placed_at), max(placed_at)"
        " FROM orders_order WHERE customer_id = %s AND state NOT IN ('cancelled', 'expired')"
        " GROUP BY 1 ORDER BY 2 DESC", [customer_id])]


def _page(found: Iterable[Any], limit: int) -> dict[str, Any]:
    """`next` is the `before` of the following page."""
    rows = list(found)
    return {"items": rows[:limit], "next": str(rows[limit - 1]["id"]) if len(rows) > limit else None}


def list_templates(*, actor: Actor) -> list[dict[str, Any]]:
    """Every kind of mail in every language: the office's text where it wrote one, else the built-in."""
    actor.require(READ)
    own = {(t.kind, t.language): t for t in MailTemplate.objects.all()}
    found = []
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            for kind, (subject, body) in mailtexts.TEXTS.items():
                text = own.get((kind, language))
                found.append({"kind": kind, "language": language, "is_own": text is not None,
                              "subject": text.subject if text else gettext(subject),
                              "body": text.body if text else gettext(body)})
    return found
