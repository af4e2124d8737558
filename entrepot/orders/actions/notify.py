"""Mail to customers: queued with the fact it tells of, sent once, failures kept in sight and tried again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from entrepot.catalog import public as catalog
from entrepot.inventory import public as inventory
from entrepot.kit import audit, clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.amounts import money
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.ids import secret_token
from entrepot.kit.json import dumps_text
from entrepot.orders import mailtexts, options, queries
from entrepot.orders.models import Fulfilment, MailTemplate, Notification, Order, TrackingSecret
from entrepot.orders.permissions import MAIL

MAX_ATTEMPTS = 6
LEASE = timedelta(minutes=15)  # a sender that died is replaced after this
SECRET_DAYS = 90

_QUEUE = """
WITH note AS (
    INSERT INTO orders_notification (order_id, kind, key, recipient, language, data, subject, created_at, attempts,
        next_at, error)
    VALUES (%(order)s, %(kind)s, %(key)s, %(to)s, %(language)s, %(data)s::jsonb, '', %(at)s, 0, %(at)s, '')
    ON CONFLICT (key) DO NOTHING RETURNING id
)
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
SELECT 'default', 'orders.send_notification', 0, jsonb_build_object('notification_id', id) FROM note
"""


def queue(order: Order, kind: str, key: str, data: dict[str, Any], *, now: datetime, actor: Actor) -> None:
    """Queue one message in the caller's transaction; the same key again queues nothing."""
    if order.email and order.origin != "import":
        db.execute(_QUEUE, {"order": order.id, "kind": kind, "key": key[:120], "to": order.email,
                            "language": order.language, "data": dumps_text(data), "at": now})


# Whoever sets `next_at` ahead has the message until then.
_CLAIM = """
UPDATE orders_notification SET attempts = attempts + 1, next_at = %(lease)s
WHERE id = %(id)s AND sent_at IS NULL AND next_at <= %(now)s RETURNING attempts
"""


def send_notification(notification_id: int, *, actor: Actor) -> bool:
    """Send one queued message; False when it was sent already or someone else is at it.

    Claimed first, sent outside any transaction, then marked. A crash between sending and marking repeats it after the
    lease, with the same Message-ID, by which mail programs drop the double.
    """
    actor.require(MAIL)
    now = clock.now()
    attempts = db.value(_CLAIM, {"id": notification_id, "now": now, "lease": now + LEASE})
    if attempts is None:
        return False
    note = Notification.objects.select_related("order").get(pk=notification_id)
    try:
        message = _message(note, now)
        message.send()
    except Exception as error:  # whatever the mail server says is kept and tried again
        wait = timedelta(minutes=2**attempts) if attempts < MAX_ATTEMPTS else None
        Notification.objects.filter(pk=note.pk).update(
            error=f"{type(error).__name__}: {error}"[:2000], next_at=now + wait if wait else None)
        return False
    Notification.objects.filter(pk=note.pk).update(subject=message.subject[:300], sent_at=clock.now(), next_at=None,
                                                   error="")
    return True


def send_due(*, limit: int = 200, actor: Actor) -> int:
    """Everything whose time has come: retries, and messages whose job was lost."""
    actor.require(MAIL)
    due = Notification.objects.filter(next_at__lte=clock.now()).order_by("next_at").values_list("id", flat=True)[:limit]
    return sum(send_notification(notification_id, actor=actor) for notification_id in list(due))


_PAST = """
WITH past AS (
    UPDATE orders_notification SET sent_at = created_at, next_at = NULL
    WHERE sent_at IS NULL AND next_at IS NOT NULL AND created_at < %(before)s RETURNING id
), jobs AS (
    DELETE FROM procrastinate_jobs j USING past WHERE j.status = 'todo' AND j.task_name = 'orders.send_notification'
        AND j.args = jsonb_build_object('notification_id', past.id)
)
SELECT count(*) FROM past
"""


def leave_unsent(before: datetime, *, actor: Actor) -> int:
    """Count messages that waited at this moment as sent at their time: days that were brought in (from another system,
    from a copy, by the demo) are not mailed once more. Returns how many."""
    actor.require(MAIL)
    with transaction.atomic():
        found = int(db.value(_PAST, {"before": before}))
        audit.record(actor, "orders.leave_unsent", "notification", "",
                     new={"before": before.isoformat(), "count": found})
    return found


def _message(note: Notification, now: datetime) -> EmailMessage:
    if note.order is None:
        raise NotFound("order")
    with translation.override(note.language):
        subject, body = _texts(note.kind, note.language)
        values = _values(note, note.order, now, wants_link="{link}" in body + subject)
        subject = " ".join(mailtexts.fill(subject, values).split())
        digest = hashlib.sha256(note.key.encode()).hexdigest()[:32]
        return EmailMessage(subject, mailtexts.fill(body, values), to=[note.recipient],
                            headers={"Message-ID": f"<{digest}@entrepot>", "Auto-Submitted": "auto-generated"})


def _texts(kind: str, language: str) -> tuple[str, str]:
    own = MailTemplate.objects.filter(kind=kind, language=language).values_list("subject", "body").first()
    if own:
        return own
    subject, body = mailtexts.TEXTS[kind]
    return gettext(subject), gettext(body)


def _values(note: Notification, order: Order, now: datetime, *, wants_link: bool) -> dict[str, str]:
    channel = catalog.channel(order.channel_id)
    data, address = note.data, order.shipping_address or order.billing_address or {}
    shop = channel.name.get(order.language) or channel.name.get("en") or channel.code
    amount = data.get("amount_minor")
    return {
        "shop": shop, "name": str(address.get("name", "")), "number": order.number,
        "total": money(order.total_minor, order.currency), "lines": _lines(order, data.get("fulfilment_id")),
        "amount": money(amount, order.currency), "place": _place(order),
        "reason": str(data.get("reason", "")), "return_number": str(data.get("return_number", "")),
        "carrier": str(data.get("carrier", "")), "tracking_number": str(data.get("tracking_number", "")),
        "tracking_url": str(data.get("tracking_url", "")), "link": _link(order, now) if wants_link else "",
    }


def _lines(order: Order, fulfilment_id: str | None) -> str:
    rows: Iterable[tuple[Decimal, str, str, dict[str, Any]]]
    if fulfilment_id:
        rows = Fulfilment.objects.get(pk=fulfilment_id).lines.values_list("quantity", "line__name", "line__sku",
                                                                          "line__facts")
    else:
        rows = order.lines.filter(quantity__gt=0).values_list("quantity", "name", "sku", "facts")
    return "\n".join(f"{quantity.normalize():f} × {_called(name, facts, order.language)} ({sku})"
                     for quantity, name, sku, facts in rows)


def _called(name: str, facts: dict[str, Any], language: str) -> str:
    chosen = options.said_of(facts, language)
    return f"{name} · {chosen}" if chosen else name


def _place(order: Order) -> str:
    if order.pickup_warehouse_id is None:
        return ""
    found = next((w for w in inventory.warehouses() if w.id == order.pickup_warehouse_id), None)
    return "" if found is None else found.name.get(order.language) or found.name.get("en") or found.code


def _link(order: Order, now: datetime) -> str:
    """A fresh secret for every mail, so that none needs to be kept."""
    others = dict(settings.LANGUAGES).keys() - {settings.LANGUAGE_CODE}  # pages of these have it in their address
    language = f"/{order.language}" if order.language in others else ""
    return f"{settings.BASE_URL}{language}/track/{_new_secret(order.id, now)}/"


def _new_secret(order_id: UUID, now: datetime) -> str:
    secret = secret_token()
    TrackingSecret.objects.create(hash=queries.hash_secret(secret), order_id=order_id,
                                  expires_at=now + timedelta(days=SECRET_DAYS))
    return secret


def retry_notification(notification_id: int, *, actor: Actor) -> None:
    """Give a message that was given up fresh attempts."""
    actor.require(MAIL)
    now = clock.now()
    with transaction.atomic():
        found = Notification.objects.filter(pk=notification_id, sent_at=None).update(attempts=0, next_at=now, error="")
        if not found:
            raise NotFound("notification")
        audit.record(actor, "orders.retry_notification", "notification", notification_id)


def resend_notification(notification_id: int, *, actor: Actor) -> None:
    """Send a message once more, to the order's address of today."""
    actor.require(MAIL)
    now = clock.now()
    with transaction.atomic():
        note = Notification.objects.select_related("order").filter(pk=notification_id).first()
        if note is None or note.order is None:
            raise NotFound("notification")
        if not note.order.email:
            raise InvalidInput("email", N_("The order has no e-mail address."))
        queue(note.order, note.kind, f"again:{note.id}:{now.isoformat()}", note.data, now=now, actor=actor)
        audit.record(actor, "orders.resend_notification", "order", note.order_id, new={"kind": note.kind})


def set_template(kind: str, language: str, *, subject: str, body: str, actor: Actor) -> None:
    """Write the office's own text for a kind of mail in a language."""
    actor.require(MAIL)
    if kind not in mailtexts.TEXTS:
        raise NotFound("mail template")
    if language not in dict(settings.LANGUAGES):
        raise InvalidInput("language", N_("This language is not in use."))
    if not subject.strip() or not body.strip() or "\n" in subject:
        raise InvalidInput("subject", N_("A mail has a subject of one line and a text."))
    if mailtexts.unknown_placeholders(subject + body):
        raise InvalidInput("body", N_("The text names something in braces that nobody fills in."))
    with transaction.atomic():
        MailTemplate.objects.update_or_create(kind=kind, language=language, defaults={"subject": subject, "body": body})
        audit.record(actor, "orders.set_template", "mail_template", f"{kind}/{language}")


def reset_template(kind: str, language: str, *, actor: Actor) -> None:
    """Back to the built-in text."""
    actor.require(MAIL)
    with transaction.atomic():
        MailTemplate.objects.filter(kind=kind, language=language).delete()
        audit.record(actor, "orders.reset_template", "mail_template", f"{kind}/{language}")


def clean_secrets(*, actor: Actor) -> int:
    """Forget tracking secrets that have expired."""
    actor.require(MAIL)
    return TrackingSecret.objects.filter(expires_at__lt=clock.now()).delete()[0]
