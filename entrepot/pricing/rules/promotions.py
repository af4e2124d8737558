"""Promotions as data: typed conditions and benefits, read from JSON.

Every kind of benefit is one frozen dataclass here, one reader below and one effect in `effects`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from entrepot.catalog.contracts import VariantFacts
from entrepot.kit.errors import N_, InvalidInput
from entrepot.pricing.rules.reading import PPM, Amounts, Reader


@dataclass(frozen=True, slots=True)
class Target:
    """Goods by any of these marks. Empty: all goods."""

    variants: frozenset[UUID] = frozenset()
    products: frozenset[UUID] = frozenset()
    categories: frozenset[int] = frozenset()
    collections: frozenset[int] = frozenset()
    brands: frozenset[int] = frozenset()
    types: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.variants or self.products or self.categories or self.collections or self.brands or self.types)

    def names(self, facts: VariantFacts) -> bool:
        """Whether one of the marks is on these goods (never true of an empty target)."""
        return (facts.id in self.variants or facts.product_id in self.products or facts.brand_id in self.brands
                or facts.type_code in self.types or not self.categories.isdisjoint(facts.category_ids)
                or not self.collections.isdisjoint(facts.collection_ids))


ALL = Target()


@dataclass(frozen=True, slots=True)
class Conditions:
    """Which goods count, and whom, where and from what amount the promotion is for."""

    products: Target = ALL
    exclude: Target = ALL  # empty: nothing excluded
    skip_reduced: bool = False  # goods whose listing price is already reduced do not count
    min_spend: Amounts = field(default_factory=dict)
    min_quantity: int = 0  # thousandths
    groups: frozenset[int] = frozenset()
    companies: frozenset[UUID] = frozenset()
    countries: frozenset[str] = frozenset()
    members_only: bool = False
    staff_only: bool = False


@dataclass(frozen=True, slots=True)
class PercentOff:
    """A share off, at most so much by currency."""

    share: int  # parts per million
    up_to: Amounts = field(default_factory=dict)
    on: Target = ALL


@dataclass(frozen=True, slots=True)
class AmountOff:
    """Minor units off, by currency."""

    amounts: Amounts
    per_piece: bool = False  # else once per order, shared over the goods
    on: Target = ALL


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """The price of one piece."""

    amounts: Amounts
    on: Target = ALL


@dataclass(frozen=True, slots=True)
class FlashPrice:
    """A listing price for as many pieces as the promotion's usage limit says."""

    amounts: Amounts


@dataclass(frozen=True, slots=True)
class BuyXGetY:
    """For every `buy` pieces, `get` pieces (the cheapest) at `share` off."""

    buy: int
    get: int
    share: int = PPM
    on: Target = ALL  # what is got; empty: the same goods
    times: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Gift:
    """One of these variants is added at no price; the first is given unless the buyer chooses."""

    variants: tuple[UUID, ...]
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """From this spend (or quantity, in thousandths) on: a share or an amount off."""

    spend: Amounts = field(default_factory=dict)
    quantity: int = 0
    share: int = 0
    amounts: Amounts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tiered:
    """Spend and save in one rule: the last step reached counts; a single step may repeat (every 100, 10 off)."""

    steps: tuple[Step, ...]
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces that belong to a set at a price of its own."""

    of: Target
    pieces: int = 1


@dataclass(frozen=True, slots=True)
class BundlePrice:
    """The parts together at one price, as many sets as the cart holds."""

    parts: tuple[Part, ...]
    amounts: Amounts
    times: int = 1_000_000


@dataclass(frozen=True, slots=True)
class FreeShipping:
    """A share of the delivery's price off, at most so much by currency."""

    share: int = PPM
    up_to: Amounts = field(default_factory=dict)


Benefit = PercentOff | AmountOff | FixedPrice | FlashPrice | BuyXGetY | Gift | Tiered | BundlePrice | FreeShipping


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion ready to be applied. `key` is the id as text, as it comes in JSON from the database."""

    id: UUID
    key: str
    code: str
    name: dict[str, str]
    is_catalogue: bool
    conditions: Conditions
    benefit: Benefit
    lane: int = 0
    priority: int = 0
    is_exclusive: bool = True
    needs_coupon: bool = False
    channels: frozenset[int] = frozenset()
    from_at: datetime | None = None
    until_at: datetime | None = None
    usage_limit: int | None = None
    customer_limit: int | None = None
    budget_minor: int | None = None
    budget_currency: str = ""

    def runs(self, channel_id: int, now: datetime) -> bool:
        return ((not self.channels or channel_id in self.channels)
                and (self.from_at is None or self.from_at <= now)
                and (self.until_at is None or now < self.until_at))

    def counts(self, facts: VariantFacts, is_reduced: bool = False) -> bool:
        """Whether these goods are among those the promotion is about."""
        c = self.conditions
        if not (c.products is ALL or c.products.names(facts)) or (is_reduced and c.skip_reduced):
            return False
        return c.exclude is ALL or not c.exclude.names(facts)


def read_target(value: Any, path: str) -> Target:
    """Raises InvalidInput that names the path."""
    if value is None:
        return ALL
    r = Reader(value, path)
    target = Target(r.uuids("variants"), r.uuids("products"), r.ints("categories"), r.ints("collections"),
                    r.ints("brands"), r.texts("types"))
    r.done()
    return ALL if target.is_empty else target


def read_conditions(value: Any) -> Conditions:
    """Raises InvalidInput that names the path."""
    r = Reader({} if value is None else value, "conditions")
    conditions = Conditions(
        products=read_target(r.get("products"), r.at("products")),
        exclude=read_target(r.get("exclude"), r.at("exclude")),
        skip_reduced=r.flag("skip_reduced"), min_spend=r.amounts("min_spend"), min_quantity=r.quantity("min_quantity"),
        groups=r.ints("groups"), companies=r.uuids("companies"), countries=r.texts("countries"),
        members_only=r.flag("members_only"), staff_only=r.flag("staff_only"))
    r.done()
    return conditions


def _percent(r: Reader) -> PercentOff:
    return PercentOff(r.share("percent"), r.amounts("up_to"), read_target(r.get("on"), r.at("on")))


def _amount(r: Reader) -> AmountOff:
    per = r.get("per") or "order"
    if per not in ("order", "piece"):
        raise InvalidInput(r.at("per"), N_("expected “order” or “piece”"))
    return AmountOff(r.amounts("amounts", needed=True), per == "piece", read_target(r.get("on"), r.at("on")))


def _fixed(r: Reader) -> FixedPrice:
    return FixedPrice(r.amounts("amounts", needed=True, zero=True), read_target(r.get("on"), r.at("on")))


def _buy_get(r: Reader) -> BuyXGetY:
    return BuyXGetY(r.whole("buy"), r.whole("get"), r.share("percent", "100"), read_target(r.get("on"), r.at("on")),
                    r.whole("times", 1_000_000))


def _gift(r: Reader) -> Gift:
    variants = r.uuid_list("variants")
    if not variants:
        raise InvalidInput(r.at("variants"), N_("name at least one gift"))
    return Gift(variants, r.whole("quantity", 1))


def _step(value: Any, path: str) -> Step:
    r = Reader(value, path)
    share = r.share("percent") if r.get("percent") is not None else 0
    step = Step(r.amounts("spend"), r.quantity("quantity"), share, r.amounts("amounts"))
    r.done()
    if bool(step.spend) == bool(step.quantity):
        raise InvalidInput(path, N_("a step starts at a spend or at a quantity"))
    if bool(step.share) == bool(step.amounts):
        raise InvalidInput(path, N_("a step gives a percentage or an amount"))
    return step


def _tiered(r: Reader) -> Tiered:
    steps = tuple(_step(v, f"{r.at('steps')}[{i}]") for i, v in enumerate(r.items("steps")))
    repeats = r.flag("repeats")
    if not steps or (repeats and (len(steps) > 1 or steps[0].share)):
        raise InvalidInput(r.at("steps"), N_("expected steps; a rule that repeats has exactly one, with an amount"))
    for before, after in pairwise(steps):
        rises = set(before.spend) == set(after.spend) and all(before.spend[c] < after.spend[c] for c in after.spend)
        if not rises or before.quantity > after.quantity or (after.quantity and before.quantity == after.quantity):
            raise InvalidInput(r.at("steps"), N_("every step must start above the one before it"))
    return Tiered(steps, repeats)


def _bundle(r: Reader) -> BundlePrice:
    parts = tuple(_part(v, f"{r.at('parts')}[{i}]") for i, v in enumerate(r.items("parts")))
    if not parts or sum(p.pieces for p in parts) < 2:
        raise InvalidInput(r.at("parts"), N_("a bundle has at least two pieces"))
    return BundlePrice(parts, r.amounts("amounts", needed=True), r.whole("times", 1_000_000))


def _part(value: Any, path: str) -> Part:
    r = Reader(value, path)
    part = Part(read_target(r.get("of"), r.at("of")), r.whole("quantity", 1))
    r.done()
    return part


_KINDS: dict[str, Callable[[Reader], Benefit]] = {
    "percent": _percent,
    "amount": _amount,
    "fixed_price": _fixed,
    "flash_price": lambda r: FlashPrice(r.amounts("amounts", needed=True, zero=True)),
    "buy_x_get_y": _buy_get,
    "gift": _gift,
    "tiered": _tiered,
    "bundle_price": _bundle,
    "free_shipping": lambda r: FreeShipping(r.share("percent", "100"), r.amounts("up_to")),
}
KINDS = tuple(_KINDS)


def read_benefit(value: Any) -> Benefit:
    """Raises InvalidInput that names the path."""
    r = Reader(value, "benefit")
    kind = r.get("kind")
    if kind not in _KINDS:
        raise InvalidInput("benefit.kind", N_("expected one of percent, amount, fixed_price, flash_price, buy_x_get_y, "
                                              "gift, tiered, bundle_price, free_shipping"))
    benefit = _KINDS[kind](r)
    r.done()
    return benefit


def check(promotion: Promotion) -> None:
    """What must hold between the parts of a promotion."""
    if promotion.from_at and promotion.until_at and promotion.from_at >= promotion.until_at:
        raise InvalidInput("until_at", N_("must be after the start"))
    if (promotion.budget_minor is None) != (not promotion.budget_currency):
        raise InvalidInput("budget_currency", N_("a budget needs its currency, and only a budget does"))
    if promotion.is_catalogue:
        _check_catalogue(promotion)
    elif isinstance(promotion.benefit, FlashPrice):
        raise InvalidInput("benefit.kind", N_("a flash price belongs in the catalogue"))


def _check_catalogue(promotion: Promotion) -> None:
    c, benefit = promotion.conditions, promotion.benefit
    if not isinstance(benefit, (PercentOff, AmountOff, FixedPrice, FlashPrice)):
        raise InvalidInput("benefit.kind", N_("the catalogue takes percent, amount, fixed_price and flash_price"))
    if (isinstance(benefit, (PercentOff, AmountOff, FixedPrice)) and benefit.on is not ALL) or (
            isinstance(benefit, PercentOff) and benefit.up_to) or (
            isinstance(benefit, AmountOff) and not benefit.per_piece):
        raise InvalidInput("benefit", N_("in the catalogue a benefit is for one piece, of the goods in the conditions"))
    if (c.min_spend or c.min_quantity or c.groups or c.companies or c.countries or c.members_only or c.staff_only
            or c.skip_reduced):
        raise InvalidInput("conditions", N_("the catalogue shows one price to everyone: only goods can be conditions"))
    if promotion.needs_coupon:
        raise InvalidInput("needs_coupon", N_("a catalogue promotion takes no coupon"))
    limited = promotion.usage_limit is not None or promotion.customer_limit is not None
    if not isinstance(benefit, FlashPrice) and (limited or promotion.budget_minor is not None):
        raise InvalidInput("usage_limit", N_("in the catalogue only a flash price has limits"))
    if isinstance(benefit, FlashPrice) and promotion.usage_limit is None:
        raise InvalidInput("usage_limit", N_("a flash price needs the number of pieces"))


def read_promotion(fields: Mapping[str, Any]) -> Promotion:
    """A promotion from its stored columns; raises InvalidInput with the place of the mistake."""
    promotion = Promotion(
        id=fields["id"], key=str(fields["id"]), code=fields["code"], name=fields["name"],
        is_catalogue=fields["scope"] == "catalogue", conditions=read_conditions(fields["conditions"]),
        benefit=read_benefit(fields["benefit"]), lane=fields["lane"], priority=fields["priority"],
        is_exclusive=fields["is_exclusive"], needs_coupon=fields["needs_coupon"],
        channels=frozenset(fields["channels"]), from_at=fields["from_at"], until_at=fields["until_at"],
        usage_limit=fields["usage_limit"], customer_limit=fields["customer_limit"],
        budget_minor=fields["budget_minor"], budget_currency=fields["budget_currency"])
    check(promotion)
    return promotion
