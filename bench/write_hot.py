"""One hot item, many buyers: what there is gets sold, the others are refused politely, nothing is left behind."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from bench import write_data, write_load
from bench.harness import CONNECTIONS, Job, Row, Server, Stage, at_least, at_most

STOCK, BUYERS, USES = 50, 200, 10
_number = itertools.count(1)


def hot_item(stage: Stage) -> list[Row]:
    rows: list[Row] = []
    # a database of its own: the limits of other jobs write orders without their carts into theirs
    with write_data.shop(stage, "bench_hot"), stage.serving() as server:
        for at_once in (BUYERS, CONNECTIONS):
            rows += _one_item(server, at_once) + _bundles(server, at_once) + _coupon(server, at_once)
        rows.append(at_most("hot item: orphans and broken invariants", len(left_behind()), "rows", most=0))
    return rows


def _rush(server: Server, at_once: int, bodies: Sequence[dict[str, Any]]) -> write_load.Tally:
    return write_load.elsewhere("complete", server.url, at_once=at_once, buyers=BUYERS,
                                more={"bodies": [json.dumps(body) for body in bodies]})


def _exactly(job: str, figure: float, unit: str, expected: float) -> Row:
    return Row(job, figure, unit, expected, figure / expected if expected else None, f"= {expected:g}",
               figure == expected)


def _rows(job: str, tally: write_load.Tally, orders: int) -> list[Row]:
    """Exactly so many orders; every other buyer is told no (4xx); nobody meets an error of ours."""
    placed = tally.outcomes["201"]
    refused = sum(count for outcome, count in tally.outcomes.items() if outcome.startswith("4"))
    print(f"  {job}: {dict(tally.outcomes)} in {tally.seconds:.1f} s", flush=True)
    return [_exactly(f"{job}: orders", placed, "orders", orders),
            _exactly(f"{job}: clean refusals", refused, "answers", BUYERS - orders),
            at_most(f"{job}: errors", BUYERS - placed - refused, "answers", most=0),
            at_least(f"{job}: answers", tally.rate, "answers/s")]


def _one_item(server: Server, at_once: int) -> list[Row]:
    item, = write_data.add_goods([1000], stocked=STOCK, mark=_mark())
    tally = _rush(server, at_once, [write_data.purchase([item], n) for n in range(BUYERS)])
    return [*_rows(f"hot item, {at_once} at once", tally, STOCK),
            _exactly(f"hot item, {at_once} at once: reserved of the stock", _reserved(item), "pieces", STOCK)]


def _bundles(server: Server, at_once: int) -> list[Row]:
    """Half buy the item, half a bundle of two of it: what is reserved is the stock, to the piece."""
    from entrepot.catalog import public as catalog
    from entrepot.kit.actor import system

    mark = _mark()
    item, = write_data.add_goods([1000], stocked=STOCK, mark=mark)
    bundle, = write_data.add_goods([1800], stocked=0, mark=f"{mark}-bundle")
    catalog.set_components(bundle, [(f"{mark}-0", Decimal(2))], actor=system("bench"))
    tally = _rush(server, at_once, [write_data.purchase([bundle if n % 2 else item], n) for n in range(BUYERS)])
    job = f"hot item with bundles, {at_once} at once"
    placed = tally.outcomes["201"]
    refused = sum(count for outcome, count in tally.outcomes.items() if outcome.startswith("4"))
    print(f"  {job}: {dict(tally.outcomes)}", flush=True)
    return [_exactly(f"{job}: reserved of the stock", _reserved(item), "pieces", STOCK),
            at_most(f"{job}: errors", BUYERS - placed - refused, "answers", most=0)]


def _coupon(server: Server, at_once: int) -> list[Row]:
    """Ten get the discount that they saw; the others are told, and pay no total that they did not see."""
    from entrepot.kit import db
    from entrepot.kit.actor import system
    from entrepot.pricing import public as pricing
    from entrepot.pricing.contracts import PromotionInput

    actor, mark = system("bench"), _mark()
    item, = write_data.add_goods([1000], stocked=1000, mark=mark)
    pricing.create_promotion(PromotionInput(mark.lower(), {"en": "Ten off"}, {"kind": "percent", "percent": "10"},
                                            needs_coupon=True), actor=actor)
    pricing.activate_promotion(mark.lower(), actor=actor)
    pricing.create_coupons(mark.lower(), codes=[mark], limit=USES, actor=actor)
    tally = _rush(server, at_once, [write_data.purchase([item], n, coupons=[mark], expected_total_minor=1390)
                                    for n in range(BUYERS)])
    job = f"coupon of {USES} uses, {at_once} at once"
    used = db.value("SELECT used_count FROM pricing_coupon WHERE code = %s", [mark])
    return [*_rows(job, tally, USES), _exactly(f"{job}: uses counted", used, "uses", USES)]


def _mark() -> str:
    return f"H{os.getpid()}{next(_number)}"


def _reserved(variant_id: UUID) -> float:
    from entrepot.kit import db

    return float(db.value("SELECT reserved FROM inventory_balance WHERE variant_id = %s", [variant_id]))


ORPHANS = """
SELECT 'payment without order' AS what, id::text FROM payments_payment p
 WHERE order_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM orders_order o WHERE o.id = p.order_id)
UNION ALL SELECT 'reservation without owner', owner_id::text FROM inventory_reservation r
 WHERE NOT EXISTS (SELECT 1 FROM orders_order o WHERE o.id = r.owner_id)
   AND NOT EXISTS (SELECT 1 FROM checkout_checkout c WHERE c.id = r.owner_id AND c.state = 'open')
UNION ALL SELECT 'order without payment', id::text FROM orders_order o
 WHERE total_minor > 0 AND NOT EXISTS (SELECT 1 FROM payments_payment p WHERE p.order_id = o.id)
UNION ALL SELECT 'placed cart without order', id::text FROM checkout_checkout c
 WHERE state = 'placed' AND NOT EXISTS (SELECT 1 FROM orders_order o WHERE o.id = c.order_id)
"""


def left_behind() -> list[Any]:
    """Whatever stands without what it belongs to, and every broken invariant."""
    from entrepot.kit import db, invariants

    found = [*db.rows(ORPHANS), *invariants.violations()]
    for row in found:
        print(f"  {row}", flush=True)
    return found


JOBS = {"hot_item": Job(hot_item)}
