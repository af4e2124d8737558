"""Coupons: issued one by one or by the ten thousand, disabled by code or batch."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

from django.db import transaction

from entrepot.kit import audit, db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.pricing.errors import CodeTaken
from entrepot.pricing.permissions import MANAGE_COUPONS
from entrepot.pricing.rules.quoting import normal_code

MOST_AT_ONCE = 200_000
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 that nobody mistakes for one another
_RANDOM_LETTERS = 12  # 60 random bits: a code cannot be guessed from its neighbours
_CODE = re.compile(r"[0-9A-Z][0-9A-Z_-]{2,39}")

_INSERT = """
INSERT INTO pricing_coupon (promotion_id, code, batch, "limit", used_count, staff_only, is_active)
SELECT %(promotion)s, code, %(batch)s, %(limit)s, 0, %(staff_only)s, true FROM unnest(%(codes)s::text[]) AS code
ON CONFLICT (upper(code)) DO NOTHING RETURNING code
"""


def create_coupons(promotion_code: str, *, count: int = 0, codes: Sequence[str] = (), limit: int | None = 1,
                   prefix: str = "", batch: str = "", staff_only: bool = False, actor: Actor) -> list[str]:
    """Issue given codes, or `count` random ones; each opens the promotion `limit` times (None: without limit)."""
    actor.require(MANAGE_COUPONS)
    given = [_checked(code) for code in codes]
    _check(count, given, limit, prefix, batch)
    with transaction.atomic():
        promotion = db.row("SELECT id, needs_coupon, status FROM pricing_promotion WHERE code = %s FOR KEY SHARE",
                           [promotion_code])
        if promotion is None:
            raise NotFound("promotion")
        if not promotion.needs_coupon or promotion.status == "ended":
            raise InvalidInput("promotion", N_("this promotion takes no coupons"))
        about = {"promotion": promotion.id, "batch": batch, "limit": limit, "staff_only": staff_only}
        issued = [r.code for r in db.rows(_INSERT, {**about, "codes": given})] if given else []
        if missing := sorted(set(given) - set(issued)):
            raise CodeTaken(taken=missing[0])
        while len(issued) < count:  # a random code that exists already is drawn again
            fresh = _random_codes(count - len(issued), normal_code(prefix))
            issued += [r.code for r in db.rows(_INSERT, {**about, "codes": fresh})]
        audit.record(actor, "pricing.create_coupons", "promotion", promotion.id,
                     new={"coupons": len(issued), "batch": batch, "limit": limit, "staff_only": staff_only})
    return issued


def _check(count: int, codes: Sequence[str], limit: int | None, prefix: str, batch: str) -> None:
    if bool(count) == bool(codes):
        raise InvalidInput("count", N_("give either codes or how many to draw"))
    if not 0 <= count <= MOST_AT_ONCE or len(codes) > MOST_AT_ONCE:
        raise InvalidInput("count", N_("at most 200000 at once"))
    if len(set(codes)) != len(codes):
        raise InvalidInput("codes", N_("the same code is given twice"))
    if limit is not None and not 1 <= limit <= 2**31 - 1:
        raise InvalidInput("limit", N_("expected a whole number above zero"))
    if len(prefix) > 20 or (prefix and not re.fullmatch(r"[0-9A-Z][0-9A-Z_-]*", normal_code(prefix))):
        raise InvalidInput("prefix", N_("expected at most 20 letters, digits, - or _"))
    if len(batch) > 40:
        raise InvalidInput("batch", N_("expected at most 40 characters"))


def _checked(code: str) -> str:
    normal = normal_code(code)
    if not _CODE.fullmatch(normal):
        raise InvalidInput("codes", N_("a code has 3 to 40 letters, digits, - or _"))
    return normal


def _random_codes(count: int, prefix: str) -> list[str]:
    letters = "".join(_LETTERS[b & 31] for b in secrets.token_bytes(count * _RANDOM_LETTERS))
    return [prefix + letters[i:i + _RANDOM_LETTERS] for i in range(0, len(letters), _RANDOM_LETTERS)]


def disable_coupons(*, codes: Sequence[str] = (), promotion_code: str = "", batch: str = "", actor: Actor) -> int:
    """Disable coupons by code, or a promotion's batch. Returns how many were active before."""
    actor.require(MANAGE_COUPONS)
    if bool(codes) == bool(promotion_code and batch):
        raise InvalidInput("codes", N_("give either codes or a promotion and its batch"))
    with transaction.atomic():
        disabled = db.execute(
            "UPDATE pricing_coupon SET is_active = false WHERE is_active AND id IN ("
            " SELECT c.id FROM pricing_coupon c JOIN pricing_promotion p ON p.id = c.promotion_id"
            " WHERE upper(c.code) = ANY(%s::text[]) OR (p.code = %s AND c.batch = %s AND %s)"
            " ORDER BY c.id FOR NO KEY UPDATE OF c)",
            [[normal_code(c) for c in codes], promotion_code, batch, bool(batch)])
        if not disabled and codes and not db.value("SELECT 1 FROM pricing_coupon WHERE upper(code) = ANY(%s::text[])",
                                                   [[normal_code(c) for c in codes]]):
            raise NotFound("coupon")
        audit.record(actor, "pricing.disable_coupons", "coupon", promotion_code or codes[0],
                     new={"disabled": disabled, "batch": batch, "codes": list(codes)[:100]})
    return disabled


def note_export(promotion_code: str, batch: str = "", *, actor: Actor) -> None:
    """Write down that somebody takes the codes of a promotion, or of one batch, out of the house."""
    actor.require(MANAGE_COUPONS)
    with transaction.atomic():
        promotion_id = db.value("SELECT id FROM pricing_promotion WHERE code = %s", [promotion_code])
        if promotion_id is None:
            raise NotFound("promotion")
        audit.record(actor, "pricing.export_coupons", "promotion", promotion_id, new={"batch": batch})
