"""Movements of stock as people read them: why it moved, and the order, transfer, count or import that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from entrepot.channels.permissions import IMPORT
from entrepot.inventory import public as inventory
from entrepot.kit import said
from entrepot.kit.rest import actor_of
from entrepot.orders import public as orders
from entrepot.orders.permissions import READ as SEE_ORDERS

Papers = Mapping[str, tuple[str, str]]  # by reference: its words, and the address of its page


def told(request: HttpRequest, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each movement with `why`, and with `paper` and `address` for what it belongs to."""
    known = _papers(request, {r["reference"] for r in rows if r["reference"]})
    return [{**r, "why": why(r["reason"]), **dict(zip(("paper", "address"), _paper(r, known), strict=True))}
            for r in rows]


def why(reason: str) -> str:
    """The reason that the program gave in words; what somebody wrote stays as written."""
    return said.coded("reason", reason, "movement") or reason


def _paper(row: Mapping[str, Any], known: Papers) -> tuple[str, str]:
    reference = row["reference"]
    text, address = known.get(reference) or (said.coded("reference", reference, "movement") or reference, "")
    return ("", "") if text in (why(row["reason"]), "") else (text, address)


def _papers(request: HttpRequest, references: Iterable[str]) -> dict[str, tuple[str, str]]:
    wanted, actor = list(references), actor_of(request)
    if not wanted:
        return {}
    found = {number: _own(kind, number, paper_id) for number, (kind, paper_id) in inventory.papers(wanted).items()}
    rest = [number for number in wanted if number not in found]
    if rest and actor.can(SEE_ORDERS):
        found |= {number: (_("Order {number}").format(number=order), reverse("admin:desk_order", args=[order_id]))
                  for number, (order_id, order) in orders.orders_of_papers(rest, actor=actor).items()}
    runs = {reference: run for reference in rest if (run := _run(reference))}
    return found | {reference: (_("Import"), reverse("admin:desk_import", args=[run]) if actor.can(IMPORT) else "")
                    for reference, run in runs.items()}


def _own(kind: str, number: str, paper_id: UUID) -> tuple[str, str]:
    if kind == "transfer":
        return _("Transfer {number}").format(number=number), reverse("admin:desk_transfer", args=[paper_id])
    return _("Count {number}").format(number=number), reverse("admin:desk_count", args=[paper_id])


def _run(reference: str) -> UUID | None:
    """An import names its movements by its own id."""
    try:
        return UUID(reference)
    except ValueError:
        return None
