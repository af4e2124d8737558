"""How the office says what is stored: codes in words, ids by the name of what they mean, stored objects as facts.

Contexts tell it their codes (`tell`) and how to name what an id leads to (`refer`); nothing here asks row by row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from entrepot.kit.actor import declared
from entrepot.kit.amounts import by_currency, is_by_currency, money
from entrepot.kit.errors import N_

Lookup = Callable[[list[Any]], Mapping[Any, str]]
NOTHING = "–"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
IDENTIFIERS = ("code", "slug", "sku", "key", "reference", "provider_ref", "message_id", "handler", "path", "object_id",
               "actor_id", "request_id", "chain", "root", "xid", "target_id", "event_id", "event_name",
               "idempotency_key")
BARE = (*IDENTIFIERS, "channel", "warehouse", "from", "to")  # named by their code where an act is kept
_RIGHTS = ("permissions", "scopes")
_YES_NO = (N_("Yes"), N_("No"))


class Reference(NamedTuple):
    """How ids of other records are named, and where one of them is shown."""

    lookup: Lookup
    page: str  # the page of one of them, by its name among the office's addresses


_CODES: dict[str, dict[str, str]] = {}
_RULES: dict[str, Callable[[str], str]] = {}
_KEYS: dict[str, str] = {}
_REFERENCES: dict[str, Reference] = {}


def tell(codes: Mapping[str, str], *fields: str) -> None:
    """Words for the codes of fields of that name; `model.field` where a name is used for other things elsewhere."""
    for name in fields:
        _CODES.setdefault(name, {}).update(codes)


def call(keys: Mapping[str, str]) -> None:
    """Words for keys of stored objects that are no field of a record."""
    _KEYS.update(keys)


def say(words: Callable[[str], str], *fields: str) -> None:
    """Fields whose codes are said by a rule rather than one by one."""
    for name in fields:
        _RULES[name] = words


def refer(lookup: Lookup, *fields: str, page: str = "") -> None:
    """Fields that hold the id of another context's record, and how all of a page are named in one question."""
    for name in fields:
        _REFERENCES[name] = Reference(lookup, page)


def refer_to(model: type[Model], *fields: str, page: str = "", text: Callable[[Any], str] = str) -> None:
    """The usual way to be named: as the record names itself, all of a page in one statement."""
    refer(lambda ids: {r.pk: text(r) for r in model._default_manager.filter(pk__in=ids)}, *fields, page=page)


def is_reference(name: str) -> bool:
    """Whether the field of this name holds ids of other records."""
    return name in _REFERENCES


def is_coded(name: str, model: str = "") -> bool:
    """Whether the field's values are codes that have words."""
    return f"{model}.{name}" in _CODES or name in _CODES or name in _RULES or name in _RIGHTS


# ---- names of fields


@cache
def _labels() -> dict[str, Any]:
    """What fields of our records are called, whatever record they are of."""
    ours = (m for m in apps.get_models() if m.__module__.startswith("entrepot."))
    return {f.name: f.verbose_name for m in ours for f in m._meta.fields if isinstance(f.verbose_name, Promise)}


@cache
def _kinds() -> dict[str, Any]:
    """What kinds of record are called, by the names that the audit trail has for them."""
    ours = [m for m in apps.get_models() if m.__module__.startswith("entrepot.")]
    return {re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", m.__name__).lower(): m._meta.verbose_name for m in ours
            if isinstance(m._meta.verbose_name, Promise)}


def kind_of_record(code: str) -> str:
    """`catalog.product_type`, `product_type`: the kind of record in words."""
    name = code.rpartition(".")[2]
    found = _kinds().get(name) or _kinds().get(f"{name}_run") or _kinds().get(f"organisation_{name}")
    text = str(found) if found is not None else known_key(name) or code
    return text[:1].upper() + text[1:]


@cache
def _choices() -> dict[str, dict[str, Any]]:
    """What the choices of fields are called, by `model.field` and, for what is kept without its model, by field."""
    found: dict[str, dict[str, Any]] = {}
    for field in (f for m in apps.get_models() if m.__module__.startswith("entrepot.") for f in m._meta.fields):
        for code, label in field.flatchoices or ():
            found.setdefault(f"{field.model._meta.model_name}.{field.name}", {})[str(code)] = label
            found.setdefault(field.name, {}).setdefault(str(code), label)
    return found


def known_key(name: str) -> str | None:
    """What a key of a stored object is called, if we have words for it."""
    if name in _KEYS:
        return gettext(_KEYS[name])
    for known in (name, f"{name}_id", f"{name}_minor", name.removesuffix("_id"), name.removesuffix("_minor")):
        if known in _labels():
            return str(_labels()[known])
    return None


def key(name: str) -> str:
    """The words for a field's name, or the name when there are none."""
    text = known_key(name)
    return text[:1].upper() + text[1:] if text else name


# ---- values


def named(name: str, ids: Iterable[Any]) -> dict[str, str]:
    """What the ids of a reference are called, asked once for all of them."""
    wanted = list({str(i): i for i in ids if i not in (None, "")}.values())
    if not wanted:
        return {}
    try:
        return {str(k): text for k, text in _REFERENCES[name].lookup(wanted).items()}
    except (ValueError, TypeError, ValidationError):
        return {}  # an id of another kind, as imports and old rows have them


def address(name: str, record_id: Any) -> str:
    """Where the office shows the record, or nothing."""
    page = _REFERENCES[name].page
    try:
        return reverse(f"admin:{page}", args=[record_id]) if page else ""
    except NoReverseMatch:
        return ""


def short(record_id: Any) -> str:
    """An id that leads nowhere any more, short enough to read out."""
    text = str(record_id)
    return f"…{text[-6:]}" if len(text) > 20 else text


def coded(name: str, code: Any, model: str = "") -> str | None:
    """A code in words, or None where nobody told any."""
    if name in _RULES:
        return _RULES[name](str(code))
    words = _CODES.get(f"{model}.{name}") or _CODES.get(name) or {}
    text = words.get(str(code))
    if text is None and name in _RIGHTS and code in declared():
        text = declared()[code].text
    if text is None:
        label = (_choices().get(f"{model}.{name}") or _choices().get(name) or {}).get(str(code))
        return None if label is None else str(label)
    return gettext(text)


def value(name: str, stored: Any, currency: str = "", model: str = "") -> str:
    """One stored value in words of the reader's language."""
    if stored is None or stored in ("", [], {}):
        return NOTHING
    if isinstance(stored, bool):
        return gettext(_YES_NO[0] if stored else _YES_NO[1])
    comma, semicolon, colon = ("、", "；", "：") if (get_language() or "").startswith("zh") else (", ", "; ", ": ")
    if isinstance(stored, Mapping) and is_by_currency(stored):
        return by_currency(stored)
    if isinstance(stored, Mapping):
        own = currency_in(stored) or currency
        parts = (f"{key(k)}{colon}{value(k, v, own)}" for k, v in stored.items())
        return in_language(stored) or semicolon.join(parts)
    if isinstance(stored, (list, tuple)):
        return comma.join(value(name, v, currency, model) for v in stored)
    if is_reference(name):
        return named(name, [stored]).get(str(stored)) or short(stored)
    return coded(name, stored, model) or _plain(name, stored, currency)


def _plain(name: str, stored: Any, currency: str) -> str:
    if isinstance(stored, int) and name.endswith("_minor") and currency:
        return money(stored, currency)
    if isinstance(stored, str) and _MOMENT.match(stored):
        stored = parse_datetime(stored) or stored
    if isinstance(stored, datetime):
        here = timezone.localtime(stored) if timezone.is_aware(stored) else stored
        return date_format(here, "SHORT_DATETIME_FORMAT")
    return str(stored)


def currency_in(stored: Mapping[str, Any]) -> str:
    """The currency that the amounts of a stored object are in, where it says one."""
    found = stored.get("currency", "")
    return found if isinstance(found, str) else ""


def in_language(stored: Any) -> str:
    """A text kept in several languages, in the reader's; nothing for what is none."""
    if not isinstance(stored, Mapping) or not stored or not set(stored) <= {"en", "zh-hans"}:
        return ""
    return str(stored.get(get_language() or "en") or next(iter(stored.values())))


def facts(stored: Any, name: str = "", currency: str = "") -> SafeString | str:
    """A stored object as a list of facts; lists of objects one below the other. Amounts are in the currency that the
    object says, else in that of what it belongs to.
    """
    if isinstance(stored, Mapping) and stored and not in_language(stored) and not is_by_currency(stored):
        own = currency_in(stored) or currency
        lines = ((_term(k), facts(v, k, own) if isinstance(v, (Mapping, list)) else _detail(k, v, own))
                 for k, v in stored.items() if v not in (None, "", [], {}))
        told = format_html_join("", "<dt>{}</dt><dd>{}</dd>", lines)
        return format_html('<dl class="of-facts of-stored">{}</dl>', told) if told else NOTHING
    if isinstance(stored, list) and any(isinstance(v, (Mapping, list)) for v in stored):
        return format_html_join(mark_safe("\n"), "{}", ((facts(v, name, currency),) for v in stored))
    return value(name, stored, currency)


def _detail(name: str, stored: Any, currency: str) -> SafeString | str:
    text = value(name, stored, currency)
    return format_html("<code>{}</code>", text) if name in IDENTIFIERS else text


def _term(name: str) -> SafeString | str:
    return key(name) if known_key(name) else format_html("<code>{}</code>", name)
