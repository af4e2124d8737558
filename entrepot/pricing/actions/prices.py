"""Price lists and the prices in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from entrepot.kit import audit, db
from entrepot.kit.actor import Actor
from entrepot.kit.codes import check_code
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.pricing.contracts import PriceListInput
from entrepot.pricing.errors import CodeTaken, UnknownVariants
from entrepot.pricing.models import ListingMark, PriceList
from entrepot.pricing.permissions import SET_PRICES
from entrepot.pricing.rules.reading import milli

_FOREIGN_KEYS = {"channel_id", "group_id", "company_id"}
_MOST_TOLD = 200  # changes of more prices at once are told as a number in the audit trail


def create_price_list(given: PriceListInput, *, actor: Actor) -> int:
    """A new, empty price list."""
    actor.require(SET_PRICES)
    _check(given)
    check_code("code", given.code)
    with transaction.atomic():
        if PriceList.objects.filter(code=given.code).exists():
            raise CodeTaken(taken=given.code)
        row = PriceList(**asdict(given))
        _save(row)
        audit.record(actor, "pricing.create_price_list", "price_list", row.pk, new=asdict(given))
    return int(row.pk)


def update_price_list(code: str, changes: Mapping[str, Any], *, actor: Actor) -> None:
    """Change whom or when a list is for; listing prices follow."""
    actor.require(SET_PRICES)
    with transaction.atomic():
        row = PriceList.objects.select_for_update().filter(code=code).first()
        if row is None:
            raise NotFound("price list")
        if changes.get("currency", row.currency) != row.currency:
            raise InvalidInput("currency", N_("the currency of a price list cannot change"))
        old = {name: getattr(row, name) for name in changes}
        for name, value in changes.items():
            setattr(row, name, value)
        _check(row)
        _save(row)
        ListingMark.objects.create(price_list_id=row.pk)
        audit.record(actor, "pricing.update_price_list", "price_list", row.pk, old=old, new=dict(changes))


def _save(row: PriceList) -> None:
    """Save, with unknown channel, group or company and a taken code as refusals rather than crashes."""
    try:
        with transaction.atomic():
            row.save()
            db.execute("SET CONSTRAINTS ALL IMMEDIATE")
            db.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        field = next((f for f in _FOREIGN_KEYS if f in str(error)), "code")
        if field == "code":
            raise CodeTaken(taken=row.code) from error
        raise InvalidInput(field, N_("there is no such id")) from error


def _check(given: PriceListInput | PriceList) -> None:
    if len(given.currency) != 3 or not given.currency.isalpha() or not given.currency.isupper():
        raise InvalidInput("currency", N_("expected a currency of three capital letters"))
    if given.from_at and given.until_at and given.from_at >= given.until_at:
        raise InvalidInput("until_at", N_("must be after the start"))
    if not -32_768 <= given.priority <= 32_767:
        raise InvalidInput("priority", N_("expected a number from -32768 to 32767"))


# Only what differs is written, told and marked; group and company prices do not show in listings.
_SET = """
WITH given AS (
    SELECT * FROM unnest(%(variants)s::uuid[], %(quantities)s::numeric[], %(amounts)s::bigint[])
        AS g(variant, qty, amount)
), changed AS (
    INSERT INTO pricing_price AS p (price_list_id, variant_id, min_qty, amount_minor)
    SELECT %(list)s, variant, qty, amount FROM given ORDER BY variant, qty
    ON CONFLICT (variant_id, price_list_id, min_qty) DO UPDATE SET amount_minor = excluded.amount_minor
        WHERE p.amount_minor <> excluded.amount_minor
    RETURNING p.variant_id, p.min_qty, old.amount_minor AS before, new.amount_minor AS after
), marks AS (
    INSERT INTO pricing_listingmark (variant_id) SELECT DISTINCT variant_id FROM changed WHERE %(lists)s
)
SELECT variant_id, min_qty::text, before, after FROM changed
"""

_REMOVE = """
WITH given AS (SELECT * FROM unnest(%(variants)s::uuid[], %(quantities)s::numeric[]) AS g(variant, qty)),
removed AS (
    DELETE FROM pricing_price p USING given g
    WHERE p.price_list_id = %(list)s AND p.variant_id = g.variant AND p.min_qty = g.qty
    RETURNING p.variant_id, p.min_qty, p.amount_minor
), marks AS (
    INSERT INTO pricing_listingmark (variant_id) SELECT DISTINCT variant_id FROM removed WHERE %(lists)s
)
SELECT variant_id, min_qty::text, amount_minor AS before, NULL::bigint AS after FROM removed
"""


def set_prices(list_code: str, prices: Iterable[tuple[UUID, Decimal | int, int | None]], *, actor: Actor) -> int:
    """Set many prices of a list at once: (variant, from quantity, minor units; None takes the price away).

    The same variant and quantity twice: the last counts. Returns how many prices differ now. An unknown variant
    refuses the whole batch.
    """
    actor.require(SET_PRICES)
    wanted = {(variant, Decimal(milli(Decimal(qty), "min_qty")) / 1000): _amount(a) for variant, qty, a in prices}
    with transaction.atomic():
        found = db.row("SELECT id, group_id IS NULL AND company_id IS NULL AS lists FROM pricing_pricelist"
                       " WHERE code = %s FOR SHARE", [list_code])
        if found is None:
            raise NotFound("price list")
        put = [(v, q, a) for (v, q), a in wanted.items() if a is not None]
        gone = [(v, q) for (v, q), a in wanted.items() if a is None]
        about = {"list": found.id, "lists": found.lists}
        changed = [*(_put(put, about) if put else ()), *(db.rows(_REMOVE, {
            **about, "variants": [g[0] for g in gone], "quantities": [g[1] for g in gone]}) if gone else ())]
        if changed:
            told = [list(c) for c in changed] if len(changed) <= _MOST_TOLD else {"prices": len(changed)}
            audit.record(actor, "pricing.set_prices", "price_list", found.id, new=told)
    return len(changed)


def _put(put: list[tuple[UUID, Decimal, int]], about: dict[str, Any]) -> list[Any]:
    try:
        with transaction.atomic():
            rows = db.rows(_SET, {**about, "variants": [p[0] for p in put], "quantities": [p[1] for p in put],
                                  "amounts": [p[2] for p in put]})
            db.execute("SET CONSTRAINTS ALL IMMEDIATE")  # an unknown variant is found here, not at the commit
            db.execute("SET CONSTRAINTS ALL DEFERRED")
            return rows
    except IntegrityError as error:
        detail = getattr(error.__cause__, "diag", None)
        raise UnknownVariants(variants=_named(getattr(detail, "message_detail", "") or "")) from error


def _named(detail: str) -> str:
    """The id in PostgreSQL's “Key (variant_id)=(...) is not present”."""
    return detail.partition(")=(")[2].partition(")")[0] or "?"


def _amount(amount: int | None) -> int | None:
    if amount is not None and not 0 <= amount <= 10**15:
        raise InvalidInput("amount_minor", N_("expected a whole number of minor units"))
    return amount
