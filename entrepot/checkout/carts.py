"""Carts as rows: one statement reads or changes a whole cart, for whoever may use it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.checkout.contracts import CartLine, OpenCart
from entrepot.checkout.errors import CartPlaced
from entrepot.checkout.permissions import MANAGE
from entrepot.kit import db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import DomainError, NotFound, StaleVersion
from entrepot.kit.json import dumps_text


@dataclass(slots=True)
class Cart:
    """A row of `checkout_checkout`, with the group and company of its customer."""

    id: UUID
    secret_hash: str
    state: str
    channel_id: int
    customer_id: UUID | None
    language: str
    lines: list[CartLine]
    email: str
    phone: str
    shipping_address: dict[str, Any] | None
    billing_address: dict[str, Any] | None
    delivery: dict[str, Any] | None
    held_until: datetime | None
    coupons: list[str]
    gifts: list[UUID]
    gift_card_codes: list[str]
    points: int
    credit_minor: int
    invoice_data: dict[str, Any] | None
    gift_message: str
    note: str
    order_id: UUID | None
    placed_key: str
    placed_fingerprint: str
    version: int
    created_at: datetime
    updated_at: datetime
    group_id: int | None = None
    company_id: UUID | None = None

    @property
    def customer_key(self) -> str:
        """What limits per customer count by."""
        return str(self.customer_id) if self.customer_id else self.email.lower()


COLUMNS = [f.name for f in fields(Cart)]
_STORED = COLUMNS[:-2]
_JSON = frozenset({"lines", "shipping_address", "billing_address", "delivery", "invoice_data"})
_COLUMNS = ", ".join(_STORED)
_TERMS = ("(SELECT t.group_id FROM customers_terms(c.customer_id) t),"
          " (SELECT t.company_id FROM customers_terms(c.customer_id) t)")
_ALL = ", ".join(f"c.{name}" for name in _STORED) + ", " + _TERMS
_MINE = "(%(staff)s OR c.customer_id = %(customer)s OR (c.customer_id IS NULL AND c.secret_hash = %(secret)s))"


FIND = f"SELECT {_ALL} FROM checkout_checkout c WHERE c.id = %(id)s AND {_MINE}"  # noqa: S608 own names
LOCK = FIND + " FOR UPDATE OF c"
_ANY = f"SELECT {_ALL} FROM checkout_checkout c WHERE c.id = %s"  # noqa: S608 own names
NEWEST = (f"SELECT {_ALL} FROM checkout_checkout c WHERE c.customer_id = %(customer)s"  # noqa: S608 own names
          " AND c.channel_id = %(channel)s AND c.state = 'open' ORDER BY c.updated_at DESC, c.id DESC LIMIT 1")
_INSERT = (f"INSERT INTO checkout_checkout AS c ({_COLUMNS}) VALUES ("  # noqa: S608 own names
           + ", ".join(f"%({n})s{'::jsonb' if n in _JSON else ''}" for n in _STORED)
           + f") ON CONFLICT (id) DO NOTHING RETURNING {_TERMS}")


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def proof(actor: Actor, secret: str) -> dict[str, Any]:
    """Who may use a cart: its member, whoever has its secret while it is a guest's, and staff who manage carts."""
    return {"staff": actor.is_staff_side and actor.can(MANAGE), "customer": actor.customer_id,
            "secret": hash_secret(secret) if secret else "-"}


def of_row(row: tuple[Any, ...]) -> Cart:
    """A cart from its columns as every statement here reads them."""
    cart = Cart(*row)
    stored: list[Any] = cart.lines
    cart.lines = [CartLine(UUID(line["id"]), UUID(line["variant_id"]), Decimal(line["quantity"]), line.get("note", ""))
                  for line in stored]
    return cart


def _stored(name: str, value: Any) -> Any:
    if name not in _JSON or value is None:
        return value
    return stored_lines(value) if name == "lines" else dumps_text(value)


def stored_lines(lines: Iterable[CartLine]) -> str:
    """Lines as they stand in the cart's row."""
    return dumps_text([{"id": v.id, "variant_id": v.variant_id, "quantity": v.quantity, "note": v.note}
                       for v in lines])


def find(cart_id: UUID, *, actor: Actor, secret: str = "") -> Cart:
    """The cart, if the actor may use it; else there is no such cart."""
    return _read(FIND, cart_id, actor, secret)


def lock(cart_id: UUID, *, actor: Actor, secret: str = "", expected_version: int | None = None) -> Cart:
    """The open cart, locked until the end of the transaction."""
    cart = _read(LOCK, cart_id, actor, secret)
    require_open(cart, expected_version)
    return cart


def _read(sql: str, cart_id: UUID, actor: Actor, secret: str) -> Cart:
    found = db.row(sql, {"id": cart_id, **proof(actor, secret)})
    if found is None:
        raise NotFound("cart")
    return of_row(found)


def require_open(cart: Cart, expected_version: int | None = None) -> None:
    if cart.state == "placed":
        raise CartPlaced
    if cart.state != "open":
        raise NotFound("cart")
    if expected_version is not None and cart.version != expected_version:
        raise StaleVersion


def change(cart_id: UUID, values: Mapping[str, Any], *, now: datetime, actor: Actor, secret: str = "",
           expected_version: int | None = None) -> Cart:
    """Set columns of an open cart and return it as it is then: one statement that locks, checks, writes and reads."""
    row = db.row(*changing(cart_id, values, now=now, actor=actor, secret=secret, expected_version=expected_version))
    if row is None:
        raise refusal(cart_id, actor=actor, secret=secret, expected_version=expected_version)
    return of_row(row)


def changing(cart_id: UUID, values: Mapping[str, Any], *, now: datetime, actor: Actor, secret: str,
             expected_version: int | None) -> tuple[str, dict[str, Any]]:
    """The statement of `change` with its parameters."""
    sets = "".join(f", {name} = %({name})s{'::jsonb' if name in _JSON else ''}" for name in values)
    sql = (f"UPDATE checkout_checkout c SET version = c.version + 1, updated_at = %(now)s{sets}"  # noqa: S608 own names
           f" WHERE c.id = %(id)s AND c.state = 'open' AND {_MINE}"
           f" AND (%(expected)s::int IS NULL OR c.version = %(expected)s) RETURNING {_ALL}")
    return sql, {**{k: _stored(k, v) for k, v in values.items()}, "id": cart_id, "now": now,
                 "expected": expected_version, **proof(actor, secret)}


def refusal(cart_id: UUID, *, actor: Actor, secret: str, expected_version: int | None) -> DomainError:
    """Why a change found no cart to change."""
    try:
        require_open(find(cart_id, actor=actor, secret=secret), expected_version)
    except DomainError as error:
        return error
    return StaleVersion()


def insert(cart: Cart) -> bool:
    """Write a new cart, learning the group and company of its customer; False when there is one with this id."""
    found = db.row(_INSERT, {name: _stored(name, getattr(cart, name)) for name in _STORED})
    if found is None:
        return False
    cart.group_id, cart.company_id = found
    return True


def stored(cart_id: UUID) -> Cart:
    """The cart whatever its state, for those who have proved their right to it otherwise."""
    return of_row(db.row(_ANY, [cart_id]))


def newest_open(customer_id: UUID, channel_id: int) -> Cart | None:
    """The cart that a member used last."""
    row = db.row(NEWEST, {"customer": customer_id, "channel": channel_id})
    return of_row(row) if row else None


def fresh(cart_id: UUID, channel_id: int, now: datetime, *, language: str, customer_id: UUID | None = None,
          secret_hash: str = "", lines: Iterable[CartLine] = ()) -> Cart:
    """An empty open cart."""
    return Cart(cart_id, secret_hash, "open", channel_id, customer_id, language, list(lines), "", "", None, None, None,
                None, [], [], [], 0, 0, None, "", "", None, "", "", 1, now, now)


def list_open(limit: int, after: tuple[datetime, UUID] | None) -> list[OpenCart]:
    """Open carts with something in them, the last touched first (the office's list)."""
    at, cart_id = after or (None, None)
    return [OpenCart(*r) for r in db.rows(
        "SELECT id, channel_id, customer_id, email, jsonb_array_length(lines) AS lines,"
        " (SELECT coalesce(sum((line->>'quantity')::numeric), 0) FROM jsonb_array_elements(lines) AS line) AS pieces,"
        " updated_at FROM checkout_checkout WHERE state = 'open' AND lines <> '[]'"
        " AND (%(at)s::timestamptz IS NULL OR (updated_at, id) < (%(at)s::timestamptz, %(id)s::uuid))"
        " ORDER BY updated_at DESC, id DESC LIMIT %(limit)s", {"at": at, "id": cart_id, "limit": limit})]
