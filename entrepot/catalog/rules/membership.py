"""Rules of collections: which products belong, as a typed tree that is read from JSON and written back the same.

    {"all": [{"field": "brand", "in": [3]}, {"not": {"field": "tag", "in": ["outlet"]}},
             {"field": "attribute", "code": "capacity", "at_least": 500}]}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from entrepot.catalog.contracts import AttributeInfo
from entrepot.catalog.rules.attributes import check_value
from entrepot.catalog.rules.texts import is_storable
from entrepot.kit.errors import N_, InvalidInput

MAX_DEPTH = 5
MAX_CONDITIONS = 50
_MAX_VALUES = 200

_BAD = N_("is not a rule: see the documentation of collection rules")


@dataclass(frozen=True, slots=True)
class Listed:
    """The product's brand, category (or one below it), type or tag is among `values`."""

    field: str  # brand, category, type, tag
    values: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Has:
    """The product has (or has not) a bundle, an image, a variant kept in stock, a variant that is shipped."""

    field: str  # bundle, image, stocked, shipped
    wanted: bool


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of the product or of an active variant. `operator`: in, at_least, at_most, set."""

    code: str
    operator: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """`all` or `any` of the parts."""

    word: str
    parts: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What the part does not hold for."""

    part: Rule


Rule = Listed | Has | Attribute | Group | Not


def parse(data: Any, attributes: Mapping[str, AttributeInfo]) -> Rule:
    """The rule in `data`, or InvalidInput. Attribute values are checked against the attribute's type."""
    rule = _parse(data, attributes, 1)
    if sum(1 for _ in leaves(rule)) > MAX_CONDITIONS:
        raise InvalidInput("rule", N_("has too many conditions"))
    return rule


def read(stored: dict[str, Any]) -> Rule:
    """A rule that was checked when it was stored; what it names may have changed since, and then matches nothing."""
    for word in ("all", "any"):
        if word in stored:
            return Group(word, tuple(read(p) for p in stored[word]))
    if "not" in stored:
        return Not(read(stored["not"]))
    if stored["field"] == "attribute":
        operator = next(k for k in stored if k not in ("field", "code"))
        held = stored[operator]
        return Attribute(stored["code"], operator, tuple(held) if operator == "in" else (held,))
    return Listed(stored["field"], tuple(stored["in"])) if "in" in stored else Has(stored["field"], stored["is"])


def leaves(rule: Rule) -> Iterator[Listed | Has | Attribute]:
    """The conditions of a rule without what joins them."""
    if isinstance(rule, Group):
        for part in rule.parts:
            yield from leaves(part)
    elif isinstance(rule, Not):
        yield from leaves(rule.part)
    else:
        yield rule


def as_json(rule: Rule) -> dict[str, Any]:
    """The rule as it is kept; `read` reads it back."""
    match rule:
        case Group(word, parts):
            return {word: [as_json(p) for p in parts]}
        case Not(part):
            return {"not": as_json(part)}
        case Listed(field, values):
            return {"field": field, "in": list(values)}
        case Has(field, wanted):
            return {"field": field, "is": wanted}
        case Attribute(code, "in", values):
            return {"field": "attribute", "code": code, "in": list(values)}
        case Attribute(code, operator, values):
            return {"field": "attribute", "code": code, operator: values[0]}


def _parse(data: Any, attributes: Mapping[str, AttributeInfo], depth: int) -> Rule:
    if not isinstance(data, dict) or depth > MAX_DEPTH:
        raise InvalidInput("rule", _BAD)
    for word in ("all", "any"):
        if set(data) == {word}:
            parts = data[word]
            if not isinstance(parts, list) or not 1 <= len(parts) <= MAX_CONDITIONS:
                raise InvalidInput("rule", _BAD)
            return Group(word, tuple(_parse(p, attributes, depth + 1) for p in parts))
    if set(data) == {"not"}:
        return Not(_parse(data["not"], attributes, depth + 1))
    return _leaf(data, attributes)


def _leaf(data: dict[str, Any], attributes: Mapping[str, AttributeInfo]) -> Rule:
    field = data.get("field")
    if field in ("brand", "category", "type", "tag") and set(data) == {"field", "in"}:
        return Listed(str(field), _values(data["in"], (int,) if field in ("brand", "category") else (str,)))
    if field in ("bundle", "image", "stocked", "shipped") and set(data) == {"field", "is"}:
        return Has(str(field), _truth(data["is"]))
    if field == "attribute" and isinstance(data.get("code"), str) and len(data) == 3:
        return _attribute(data, attributes)
    raise InvalidInput("rule", _BAD)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput("rule", _BAD)
    return value


def _values(values: Any, kinds: tuple[type, ...]) -> tuple[Any, ...]:
    if not isinstance(values, list) or not 1 <= len(values) <= _MAX_VALUES:
        raise InvalidInput("rule", _BAD)
    if any(isinstance(v, bool) or not isinstance(v, kinds) for v in values):
        raise InvalidInput("rule", _BAD)
    if any(isinstance(v, int) and not 0 <= v < 2**63 for v in values) or not all(is_storable(str(v)) for v in values):
        raise InvalidInput("rule", _BAD)
    return tuple(values)


def _attribute(data: dict[str, Any], attributes: Mapping[str, AttributeInfo]) -> Attribute:
    attribute = attributes.get(data["code"])
    if attribute is None:
        raise InvalidInput("rule", N_("names an attribute that does not exist"))
    operator = next(k for k in data if k not in ("field", "code"))
    if operator == "set":
        return Attribute(attribute.code, "set", (_truth(data["set"]),))
    if operator in ("at_least", "at_most") and attribute.kind in ("number", "date"):
        return Attribute(attribute.code, operator, (check_value(attribute, data[operator], "rule"),))
    if operator == "in" and isinstance(data["in"], list) and 1 <= len(data["in"]) <= _MAX_VALUES:
        return Attribute(attribute.code, "in", tuple(_one(attribute, v) for v in data["in"]))
    raise InvalidInput("rule", _BAD)


def _one(attribute: AttributeInfo, value: Any) -> Any:
    """A single value to compare with: of an attribute with several choices, one of them."""
    if attribute.kind == "choices":
        return check_value(attribute, [value], "rule")[0]
    return check_value(attribute, value, "rule")
