"""What a sent product page changes: its own fields, its options, images, channels and collections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import Component, Option, OptionValue, ProductPatch, VariantPatch
from entrepot.web.office.goods.attributes import attribute_value
from entrepot.web.office.goods.sheet import LANGUAGES, Sheet
from entrepot.web.office.pages import whole

MOST_OPTIONS, MOST_VALUES, PART_ROWS = 10, 500, 103  # as many parts as a bundle may have, and the blank rows


def patch(product: Mapping[str, Any], sheet: Sheet, own: list[dict[str, Any]],
          variants: tuple[VariantPatch, ...]) -> ProductPatch | None:
    """The changes to the product and its variants; None when there are none."""
    given: dict[str, Any] = {}
    for name in ("name", "description"):
        if (texts := sheet.texts(name, product[name])) is not None:
            given[name] = texts
    if "name" in given and not any(given["name"].values()):
        sheet.errors["name-en"] = _("A product has a name in at least one language.")
    for name in ("slug", "tax_class", "status"):
        if (text := sheet.text(name)) is not None:
            given[name] = text
    for name in ("brand", "category"):
        if (text := sheet.text(name)) is not None:
            given[name] = text or None
    if (slugs := sheet.many("categories")) is not None:
        given["categories"] = tuple(slugs)
    if (tags := sheet.text("tags")) is not None:
        given["tags"] = tuple(t for tag in re.split(r"[,，;；\n]", tags) if (t := tag.strip()))
    if (seo := _seo(product, sheet)) is not None:
        given["seo"] = seo
    if (attributes := _attributes(product, sheet, own)) is not None:
        given["attributes"] = attributes
    changed = {name: value for name, value in given.items() if value != _comparable(product, name)}
    return ProductPatch(**changed, variants=variants) if changed or variants else None


def _comparable(product: Mapping[str, Any], name: str) -> Any:
    stored = product[name]
    return tuple(stored) if isinstance(stored, list) else stored


def _seo(product: Mapping[str, Any], sheet: Sheet) -> dict[str, dict[str, str]] | None:
    seo = {code: dict(texts) for code, texts in product["seo"].items()}
    sent = False
    for code, _label in LANGUAGES:
        for part in ("title", "description"):
            if (text := sheet.text(f"seo-{part}-{code}")) is not None:
                sent = True
                seo.setdefault(code, {})[part] = text
    kept = {code: {k: v for k, v in texts.items() if v} for code, texts in seo.items()}
    return {code: texts for code, texts in kept.items() if texts} if sent else None


def _attributes(product: Mapping[str, Any], sheet: Sheet, own: list[dict[str, Any]]) -> dict[str, Any] | None:
    sent = {a["code"]: attribute_value(sheet, name, a) for a in own
            if sheet.has(name := f"attr-{a['code']}") or sheet.has(f"{name}-shown")}
    if not sent:
        return None
    return {k: v for k, v in {**product["attributes"], **sent}.items() if v is not None}


# ---- options


def options(sheet: Sheet) -> tuple[Option, ...] | None:
    """The options as they stand on the page; None when they were not touched. New codes come from the words."""
    if not sheet.has("options-shown"):
        return None
    found: list[Option] = []
    for n in range(MOST_OPTIONS):
        at = f"opt-{n}"
        name = _words(sheet, f"{at}-name")
        if sheet.has(f"{at}-gone"):
            continue
        values = _values(sheet, at)
        if not name and not values:
            continue
        if not name:
            sheet.errors[f"opt-{len(found)}-name-en"] = _("Give it a name.")
        elif not values:
            sheet.errors[f"opt-{len(found)}-name-en"] = _("Give at least one value to choose.")
        code = sheet.text(f"{at}-code") or _code(name, {o.code for o in found}, "option")
        found.append(Option(code, name, values))
    return tuple(found)


def _values(sheet: Sheet, at: str) -> tuple[OptionValue, ...]:
    values: list[OptionValue] = []
    for m in range(MOST_VALUES):
        if not sheet.has(f"{at}-v-{m}-en"):
            break
        words = _words(sheet, f"{at}-v-{m}")
        if not words or sheet.has(f"{at}-v-{m}-gone"):
            continue
        code = sheet.text(f"{at}-v-{m}-code") or _code(words, {v.code for v in values}, f"v{m + 1}")
        values.append(OptionValue(code, words))
    return tuple(values)


def _words(sheet: Sheet, name: str) -> dict[str, str]:
    return {code: text for code, _label in LANGUAGES if (text := sheet.text(f"{name}-{code}"))}


def _code(words: Mapping[str, str], taken: set[str], otherwise: str) -> str:
    """A code from the English words; numbered when another has it, `otherwise` when there are no Latin letters."""
    plain = re.sub(r"[^a-z0-9]+", "-", words.get("en", "").lower()).strip("-")[:40] or otherwise
    code, n = plain, 1
    while code in taken:
        n += 1
        code = f"{plain}-{n}"
    return code


def same_options(product: Mapping[str, Any], wanted: tuple[Option, ...]) -> bool:
    stored = [(o["code"], o["name"], [(v["code"], v["name"]) for v in o["values"]]) for o in product["options"]]
    return stored == [(o.code, o.name, [(v.code, v.name) for v in o.values]) for o in wanted]


# ---- bundles


def components(product: Mapping[str, Any], sheet: Sheet) -> dict[UUID, tuple[Component, ...]]:
    """The parts of each variant whose rows were on the page; no parts make it an ordinary variant again."""
    found: dict[UUID, tuple[Component, ...]] = {}
    for v in product["variants"]:
        at = f"parts-{v['id']}"
        if not sheet.has(f"{at}-shown"):
            continue
        parts = tuple(Component(sku, Decimal(1) if (quantity := sheet.number(f"{at}-{n}-qty")) is None else quantity)
                      for n in range(PART_ROWS) if (sku := sheet.text(f"{at}-{n}-sku")))
        if [(p.sku, p.quantity) for p in parts] != [(c["sku"], c["quantity"]) for c in v["components"]]:
            found[v["id"]] = parts
    return found


# ---- images


@dataclass(frozen=True, slots=True)
class Pictures:
    """`changed`: (image, texts, variant) where they differ; `order`: None when it stays."""

    changed: tuple[tuple[UUID, dict[str, str], UUID | None], ...]
    gone: tuple[UUID, ...]
    order: tuple[UUID, ...] | None


def pictures(product: Mapping[str, Any], sheet: Sheet) -> Pictures:
    changed, gone, places = [], [], []
    for n, m in enumerate(product["media"]):
        at = f"m-{m['id']}"
        if sheet.has(f"{at}-gone"):
            gone.append(m["id"])
            continue
        place = sheet.number(f"{at}-position") if sheet.has(f"{at}-position") else None
        places.append((Decimal(n + 1) if place is None else place, n, m["id"]))
        alt = sheet.texts(f"{at}-alt", m["alt"])
        alt = m["alt"] if alt is None else {code: text for code, text in alt.items() if text}
        chosen = sheet.text(f"{at}-variant")
        variant = m["variant_id"] if chosen is None else next(
            (v["id"] for v in product["variants"] if str(v["id"]) == chosen), None)
        if alt != m["alt"] or variant != m["variant_id"]:
            changed.append((m["id"], alt, variant))
    order = tuple(id_ for _place, _n, id_ in sorted(places))
    same = order == tuple(m["id"] for m in product["media"] if m["id"] not in gone)
    return Pictures(tuple(changed), tuple(gone), None if same else order)


# ---- where it is sold


@dataclass(frozen=True, slots=True)
class Offer:
    channel: str
    is_on: bool
    from_at: datetime | None = None
    until_at: datetime | None = None


def offers(product: Mapping[str, Any], sheet: Sheet) -> list[Offer]:
    """The channels whose box or dates differ from what is stored."""
    stored = {p["channel"]: (p["from_at"], p["until_at"]) for p in product["publications"]}
    found = []
    for channel in catalog.channels():
        at = f"pub-{channel.code}"
        is_on = sheet.flag(at)
        if is_on is None:
            is_on = channel.code in stored
        old = stored.get(channel.code, (None, None))
        dates = tuple(sheet.moment(f"{at}-{end}", channel.time_zone) if sheet.has(f"{at}-{end}") else was
                      for end, was in zip(("from", "until"), old, strict=True))
        if is_on and (channel.code not in stored or not _same_minute(dates, old)):
            found.append(Offer(channel.code, True, *dates))
        elif not is_on and channel.code in stored:
            found.append(Offer(channel.code, False))
    return found


def _same_minute(given: tuple[datetime | None, ...], stored: tuple[datetime | None, ...]) -> bool:
    """The page shows minutes; seconds that were stored are not a change."""
    return [d and d.timestamp() // 60 for d in given] == [d and d.timestamp() // 60 for d in stored]


def chosen_collections(product: Mapping[str, Any], sheet: Sheet, by_hand: list[dict[str, Any]]) -> list[int] | None:
    """The collections made by hand that are ticked; None when that is as it was."""
    ticked = sheet.many("collections")
    if ticked is None:
        return None
    own = {c["id"] for c in by_hand}
    wanted = {id_ for c in ticked if (id_ := whole(c)) is not None} & own
    return None if wanted == own & set(product["collection_ids"]) else sorted(wanted)
