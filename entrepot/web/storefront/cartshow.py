"""What the templates of cart and checkout need beside the cart: choices by name, problems as sentences, progress."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, gettext_lazy

from entrepot.catalog import public as catalog
from entrepot.checkout.contracts import CheckoutView, Problem
from entrepot.kit.amounts import money
from entrepot.kit.json import loads
from entrepot.showcase import public as showcase
from entrepot.web.storefront.shop import language_of

PART_LABELS = {"gift_card": gettext_lazy("Gift card"), "points": gettext_lazy("Points"),
               "store_credit": gettext_lazy("Store credit"), "credit": gettext_lazy("Store credit")}
STEPS = frozenset({"contact_missing", "shipping_address_missing", "delivery_missing", "empty_cart"})
_NAMES_S, _MOST_NAMES = 30.0, 5_000

_Names = dict[tuple[str, str], str]  # (option, value) -> what the value is called
_names: dict[tuple[int, str, str], tuple[float, _Names]] = {}


def shown(view: CheckoutView | None) -> dict[str, Any] | None:
    """The cart with each line's own problems, its options by name, and how far free delivery is."""
    if view is None:
        return None
    of_line: dict[UUID | None, list[dict[str, Any]]] = {}
    for problem in view.problems:
        of_line.setdefault(problem.line_id, []).append(_told(problem))
    names = _option_names(view)
    lines = [{**asdict(line), "net_minor": line.goods_minor - line.discount_minor,
              "problems": of_line.get(line.id, []),
              "choice": [names.get(line.slug, {}).get(pair, pair[1]) for pair in line.options.items()]}
             for line in view.lines]
    parts = [{**asdict(part), "at": at, "label": PART_LABELS.get(part.kind, part.kind)}
             for at, part in enumerate(view.parts)]  # gift cards come first
    return {**asdict(view), "lines": lines, "parts": parts, "progress": _progress(view),
            "pieces": int(sum(line.quantity for line in view.lines))}


def _told(problem: Problem) -> dict[str, Any]:
    """A problem with what could be done about it at once."""
    left = problem.params.get("available") if problem.code == "insufficient_stock" else None
    return {"text": said(problem), "take": left if left not in (None, "0") else None,
            "drop": problem.code == "not_sold_here" or left == "0"}


def _progress(view: CheckoutView) -> dict[str, int] | None:
    """How much more has to be in the cart before delivery is free."""
    goal = view.free_delivery_from_minor
    if not goal or not view.lines:
        return None
    delivery_off = sum(d.amount_minor for d in view.delivery_discounts)
    have = view.goods_minor - (view.discount_minor - delivery_off)
    return {"goal_minor": goal, "have_minor": min(have, goal), "missing_minor": max(goal - have, 0)}


def _option_names(view: CheckoutView) -> dict[str, _Names]:
    """By product. Names hardly ever change, so each process keeps those that it has seen for a while."""
    slugs = {line.slug for line in view.lines if line.options}
    if not slugs:
        return {}
    channel, now = catalog.channel(view.channel), time.monotonic()
    language = language_of(channel)
    unknown = [s for s in slugs if _names.get((channel.id, language, s), (0.0, {}))[0] < now]
    if unknown:
        if len(_names) > _MOST_NAMES:
            _names.clear()
        for slug, body in showcase.documents(channel.id, language, unknown).items():
            pairs = {(o["code"], v["code"]): v["name"] for o in loads(body)["options"] for v in o["values"]}
            _names[channel.id, language, slug] = (now + _NAMES_S, pairs)
    return {s: _names.get((channel.id, language, s), (0.0, {}))[1] for s in slugs}


def forget() -> None:
    """Read again at the next call (between tests)."""
    _names.clear()


def said(problem: Problem, currency: str = "") -> str:
    params = problem.params
    if problem.code == "insufficient_stock" and params.get("available") == "0":
        return gettext("This has just sold out.")
    if params.get("kind") == "credit" and currency:
        params = {**params, "available": money(int(params["available"]), currency)}
    return gettext(problem.text).format(**params)


def problems_of(view: CheckoutView | None, *, with_steps: bool = True) -> list[str]:
    """What stands in the way, as sentences. A step that is still to come is no problem yet."""
    if view is None:
        return []
    names = {line.id: line.name for line in view.lines}
    told = []
    for problem in view.problems:
        if with_steps or problem.code not in STEPS:
            name = names.get(problem.line_id) if problem.line_id else None
            text = said(problem, view.currency)
            told.append(gettext("{name}: {text}").format(name=name, text=text) if name else text)
    return told
