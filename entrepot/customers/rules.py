"""Pure decisions: what a postal address must look like, by country."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from entrepot.customers.contracts import PostalAddress
from entrepot.customers.places import has_districts
from entrepot.kit.errors import N_, InvalidInput

# ISO 3166-1 alpha-2, assigned codes.
_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA"
    " CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA"
    " GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP"
    " KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS"
    " MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS"
    " RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW"
    " TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW")
COUNTRIES = frozenset(_CODES.split())

_DIGITS = {
    4: "AT AU BE BG CH DK HU LU NO NZ PH SI ZA",
    5: "DE EE ES FI FR HR ID IT KR MC MX MY SA TH TR UA",
    6: "CN IN KZ RO RU SG",
}
_POSTCODES: dict[str, re.Pattern[str]] = {
    **{country: re.compile(rf"\d{{{n}}}") for n, countries in _DIGITS.items() for country in countries.split()},
    "BR": re.compile(r"\d{5}-?\d{3}"),
    "CA": re.compile(r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d"),
    "CZ": re.compile(r"\d{3} ?\d{2}"),
    "GB": re.compile(r"(GIR 0AA|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})"),
    "GR": re.compile(r"\d{3} ?\d{2}"),
    "IE": re.compile(r"[A-Z][\dW]\d ?[A-Z\d]{4}"),
    "IL": re.compile(r"\d{5}(\d{2})?"),
    "JP": re.compile(r"\d{3}-?\d{4}"),
    "NL": re.compile(r"[1-9]\d{3} ?[A-Z]{2}"),
    "PL": re.compile(r"\d{2}-\d{3}"),
    "PT": re.compile(r"\d{4}-\d{3}"),
    "SE": re.compile(r"\d{3} ?\d{2}"),
    "SK": re.compile(r"\d{3} ?\d{2}"),
    "TW": re.compile(r"\d{3}(\d{2,3})?"),
    "US": re.compile(r"\d{5}(-\d{4})?"),
    "VN": re.compile(r"\d{5,6}"),
}
_POSTCODE_OPTIONAL = frozenset({"CN", "IE", "SA", "VN", "TW", "KR", "IL"})
_REGION_REQUIRED = frozenset({"AU", "BR", "CA", "CN", "IN", "MX", "US"})
_CHINESE_MUNICIPALITIES = ("北京", "天津", "上海", "重庆")
_LIMITS = {"name": 120, "line1": 200, "line2": 200, "city": 80, "country": 2, "district": 80, "region": 80,
           "postcode": 12, "phone": 40, "company": 120}
_FIELDS = tuple(f.name for f in fields(PostalAddress))
_PHONE = re.compile(r"\+?[\d\s().\-/]{5,30}( ?(x|ext\.?) ?\d{1,6})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def normalise_address(data: Mapping[str, Any]) -> PostalAddress:
    """The address in its canonical spelling; raises InvalidInput for the first thing wrong with it."""
    unknown = sorted(set(data) - set(_FIELDS))
    if unknown:
        raise InvalidInput(unknown[0], N_("This field is not known."))
    texts = {f: _text(f, data.get(f, "")) for f in _FIELDS}
    texts["country"] = texts["country"].upper()
    texts["postcode"] = _spaced(texts["country"], texts["postcode"].upper())
    if texts["country"] == "CN" and not texts["city"] and texts["region"].startswith(_CHINESE_MUNICIPALITIES):
        texts["city"] = texts["region"]
    address = PostalAddress(**texts)
    for field, reason in address_problems(address):
        raise InvalidInput(field, reason)
    return address


def address_problems(address: PostalAddress) -> list[tuple[str, str]]:
    """All that is wrong with an address, as (field, sentence)."""
    missing = N_("This field is required.")
    problems = [(f, missing) for f in _required(address) if not getattr(address, f)]
    problems += [(f, N_("This is too long.")) for f, limit in _LIMITS.items() if len(getattr(address, f)) > limit]
    if address.country and address.country not in COUNTRIES:
        problems.append(("country", N_("This is not a country code.")))
    shape = _POSTCODES.get(address.country)
    if address.postcode and shape and not shape.fullmatch(address.postcode):
        problems.append(("postcode", N_("This is not a postcode of that country.")))
    if address.phone and not _PHONE.fullmatch(address.phone):
        problems.append(("phone", N_("This is not a telephone number.")))
    return problems


def _required(address: PostalAddress) -> list[str]:
    needed = ["name", "line1", "city", "country"]
    if address.country in _REGION_REQUIRED:
        needed.append("region")
    if address.country in _POSTCODES and address.country not in _POSTCODE_OPTIONAL:
        needed.append("postcode")
    if address.country == "CN" and has_districts(address.region, address.city):
        needed.append("district")
    return needed


def _text(field: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidInput(field, N_("This must be text."))
    if _CONTROL.search(value):
        raise InvalidInput(field, N_("This contains characters that cannot be printed."))
    return " ".join(value.split())


def _spaced(country: str, postcode: str) -> str:
    """British and Canadian postcodes are written with one space before the last three characters."""
    if country not in ("GB", "CA"):
        return postcode
    tight = postcode.replace(" ", "")
    return f"{tight[:-3]} {tight[-3:]}" if len(tight) > 3 else tight
