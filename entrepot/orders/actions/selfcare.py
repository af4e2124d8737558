"""What customers do around their orders, and what the house does for them when they leave.

Pictures are kept per order, outside the media that everyone may fetch: whoever may see the order may see them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction

from entrepot.catalog import public as catalog
from entrepot.customers import public as customers
from entrepot.fraud import public as fraud
from entrepot.kit import audit, clock, db, limits, private
from entrepot.kit.actor import Actor, system
from entrepot.kit.errors import N_, InvalidInput
from entrepot.orders.actions.notify import queue
from entrepot.orders.contracts import OrderState
from entrepot.orders.models import Notification, Order
from entrepot.orders.own import require_visible
from entrepot.orders.permissions import OWN, TRACK

LATEST = timedelta(days=730)  # by then every order of who has left has ended
_ENDED = [OrderState.COMPLETED.value, OrderState.CANCELLED.value, OrderState.EXPIRED.value]
MAX_PHOTOS = 40  # of one order, whether they were sent in or not
_ADDRESS = re.compile(r"/photos/([0-9a-f-]{36})/([0-9a-f-]{36})/")
LINKS_OF_ORDER, LINKS_OF_IP, LINKS_OF_ALL, LINK_WAIT = 3, 20, 2000, timedelta(hours=1)


def add_photo(order_id: UUID, content: bytes, *, actor: Actor) -> str:
    """Keep a picture for a return of this order; returns the address by which a request names it."""
    actor.require(OWN)
    require_visible(order_id, actor)
    if len(private.files(f"orders/{order_id}")) >= MAX_PHOTOS:
        raise InvalidInput("photos", N_("There are too many pictures with this order."))
    picture, photo_id = catalog.clean_picture(content), uuid4()
    private.keep(f"orders/{order_id}/{photo_id}.webp", picture)
    return f"/photos/{order_id}/{photo_id}/"


def check_photos(order_id: UUID, addresses: Sequence[str]) -> None:  # lint: allow action-actor
    """Pictures that were uploaded here belong to the order they are shown with."""
    for address in addresses:
        own = _ADDRESS.fullmatch(address)
        if address.startswith("/photos/") and (own is None or own[1] != str(order_id)):
            raise InvalidInput("photos", N_("This picture belongs to another order."))


def send_tracking_link(number: str, email: str, *, actor: Actor) -> None:
    """Mail a fresh link if the number and the address belong together. The caller learns nothing of it."""
    actor.require(TRACK)
    now = clock.now()
    limits.hit(f"tracking-link-ip:{actor.ip}", LINKS_OF_IP, LINK_WAIT)
    limits.hit("tracking-link", LINKS_OF_ALL, LINK_WAIT)
    number, email = number.strip().upper()[:40], email.strip().lower()
    order = Order.objects.filter(number=number).exclude(email="").first()
    if order is None or order.email.lower() != email:
        return
    asked = Notification.objects.filter(order_id=order.id, kind="tracking_link", created_at__gt=now - LINK_WAIT).count()
    if asked >= LINKS_OF_ORDER:
        return
    with transaction.atomic():
        queue(order, "tracking_link", f"tracking_link:{order.id}:{now.timestamp()}", {}, now=now, actor=actor)
        audit.record(actor, "orders.send_tracking_link", "order", order.id)


# What the law does not ask to keep. The invoice keeps whom it was issued to; the rest of the order has no name to it.
_FORGET = """
UPDATE orders_order SET email = '', phone = '', customer_note = '', gift_message = '',
    delivery = delivery - 'collected_by',
    shipping_address = CASE WHEN shipping_address IS NOT NULL
                            THEN jsonb_build_object('country', shipping_address->>'country') END,
    billing_address = CASE WHEN billing_address IS NOT NULL
                           THEN jsonb_build_object('country', billing_address->>'country') END
WHERE customer_id = %(customer)s AND state = ANY(%(ended)s) RETURNING id
"""


_LATE = """
SELECT DISTINCT customer_id FROM orders_order
WHERE customer_id = ANY(%(left)s) AND email <> '' AND state = ANY(%(ended)s)
"""


def forget_late(*, actor: Actor) -> int:
    """Orders that were still open when their buyer left, and have ended since."""
    actor.require(OWN)
    left = customers.closed_since(clock.now() - LATEST)
    late = db.rows(_LATE, {"left": left, "ended": _ENDED})
    return sum(forget_customer(r.customer_id, actor=actor) for r in late)


def forget_customer(customer_id: UUID, *, actor: Actor) -> int:
    """The person has left: their ended orders keep amounts, goods and invoices, and nothing to reach them by."""
    actor.require(OWN)
    with transaction.atomic():
        gone = [r.id for r in db.rows(_FORGET, {"customer": customer_id, "ended": _ENDED})]
        db.execute("UPDATE orders_notification SET recipient = '', subject = '', data = '{}', next_at = NULL"
                   " WHERE order_id = ANY(%s)", [gone])
        db.execute("DELETE FROM orders_trackingsecret WHERE order_id = ANY(%s)", [gone])
        fraud.forget_orders(gone, actor=system("orders"))
        audit.record(actor, "orders.forget_customer", "customer", customer_id, new={"orders": len(gone)})
    for order_id in gone:
        private.drop(f"orders/{order_id}")
    return len(gone)
