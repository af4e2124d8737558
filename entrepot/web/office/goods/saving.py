"""The one save of the product page: all that was typed, in one transaction, each part under its own right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.errors import SkuTaken, SlugTaken
from entrepot.inventory import public as inventory
from entrepot.kit.actor import Actor
from entrepot.kit.errors import DomainError, StaleVersion
from entrepot.pricing import public as pricing
from entrepot.web.office.goods import grid, kinds, reading
from entrepot.web.office.goods.attributes import of_type
from entrepot.web.office.goods.sheet import Sheet, plain
from entrepot.web.office.pages import whole


class Conflict(Exception):
    """Somebody else saved the product since this page was opened."""


class Refused(Exception):
    """Something typed does not fit; the sheet says what."""


def save(product: Mapping[str, Any], sheet: Sheet, by_hand: list[dict[str, Any]], actor: Actor) -> bool:
    """Whether anything changed. Raises Conflict or Refused, and then nothing has."""
    own, of_variants = of_type(product["type"])
    world = grid.world_of([v["id"] for v in product["variants"]], actor)
    typed = grid.read(product, sheet, world, of_variants)
    wanted = reading.options(sheet)
    parts = reading.components(product, sheet)
    for key, components in parts.items():
        typed.variants.setdefault(key, {})["components"] = components
    patch = kinds.retyped(product, sheet, reading.patch(product, sheet, own, typed.patches()))
    images, offers = reading.pictures(product, sheet), reading.offers(product, sheet)
    collections = reading.chosen_collections(product, sheet, by_hand)
    if sheet.refused:
        raise Refused
    work = _Work(product, sheet, actor)
    with transaction.atomic():
        work.options(wanted)
        work.own(patch)
        work.images(images)
        work.offers(offers)
        if collections is not None:
            work.did(lambda: catalog.choose_collections(product["id"], collections, actor=actor))
        for code, rows in typed.prices.items():
            work.did(lambda code=code, rows=rows: pricing.set_prices(code, rows, actor=actor))
        for place, counted in typed.stock.items():
            work.count(place, counted, world)
        if sheet.refused:
            transaction.set_rollback(True)
    if sheet.refused:
        raise Refused
    return work.changed


class _Work:
    """The steps of a save; a refusal of one is written into the sheet, so that all of them are told at once."""

    def __init__(self, product: Mapping[str, Any], sheet: Sheet, actor: Actor) -> None:
        self.product, self.sheet, self.actor = product, sheet, actor
        given = sheet.text("version") or ""
        self.version: int | None = whole(given)
        self.changed = False

    def did(self, step: Any, names: dict[str, str] | None = None) -> None:
        try:
            with transaction.atomic():
                step()
            self.changed = True
        except DomainError as error:
            self._blame(error, names or {})

    def catalogue(self, step: Any, names: dict[str, str] | None = None) -> None:
        """A change of the product itself: the first one compares the version that the page showed."""
        expected, self.version = self.version, None

        def run() -> None:
            try:
                step(expected)
            except StaleVersion as error:
                raise Conflict from error

        self.did(run, names)

    def options(self, wanted: Any) -> None:
        complete = self.sheet.has("complete")
        if wanted is None or (reading.same_options(self.product, wanted) and not complete):
            return
        prefix = self.sheet.text("sku_prefix") or ""
        self.catalogue(lambda version: catalog.set_options(
            self.product["id"], wanted, sku_prefix=prefix, complete=complete, expected_version=version,
            actor=self.actor), {"sku": "sku_prefix", "options": "opt-0-name-en"})

    def own(self, patch: Any) -> None:
        if patch is not None:
            self.catalogue(lambda version: catalog.update_product(
                self.product["id"], patch, expected_version=version, actor=self.actor))

    def images(self, images: reading.Pictures) -> None:
        key, actor = self.product["id"], self.actor
        for id_, alt, variant in images.changed:
            self.catalogue(lambda version, id_=id_, alt=alt, variant=variant: catalog.update_media(
                key, id_, alt=alt, variant_id=variant, clear_variant=variant is None, expected_version=version,
                actor=actor), {"alt": f"m-{id_}-alt-en"})
        for id_ in images.gone:
            self.catalogue(lambda version, id_=id_: catalog.delete_media(
                key, id_, expected_version=version, actor=actor))
        if images.order:
            self.catalogue(lambda version: catalog.order_media(
                key, images.order, expected_version=version, actor=actor))

    def offers(self, offers: list[reading.Offer]) -> None:
        for o in offers:
            names = {"until_at": f"pub-{o.channel}-until", "from_at": f"pub-{o.channel}-from"}
            if o.is_on:
                self.did(lambda o=o: catalog.publish(self.product["id"], o.channel, o.from_at, o.until_at,
                                                     actor=self.actor), names)
            else:
                self.did(lambda o=o: catalog.unpublish(self.product["id"], o.channel, actor=self.actor))

    def count(self, place: grid.Key, counted: Any, world: grid.World) -> None:
        """What was counted replaces what the page showed; other stock by now is told beside the cell."""
        name, (variant_id, warehouse) = f"stock-{place[0]}-{place[1]}", place
        seen = self.sheet.number(f"seen-{name}") if self.sheet.has(f"seen-{name}") else world.stock.get(place)
        try:
            with transaction.atomic():
                inventory.adjust(variant_id, warehouse, set_to=counted, expected_on_hand=seen,
                                 reason=self.sheet.text("stock-reason") or _("Counted on the product page"),
                                 actor=self.actor)
            self.changed = True
        except StaleVersion:
            now = inventory.on_hand([variant_id]).get(place)
            self.sheet.errors[name] = _("By now %(n)s are there.") % {"n": plain(now)}
        except DomainError as error:
            self.sheet.blame(error, {"set_to": name, "quantity": name})

    def _blame(self, error: DomainError, names: dict[str, str]) -> None:
        """Beside the cell whose SKU is taken, the address that is, the attribute that is missing."""
        field = str(error.params.get("field", ""))
        if isinstance(error, SkuTaken):
            names = {"": self._cell_of(str(error.params.get("sku", "")))}
        elif isinstance(error, SlugTaken):
            names = {"": "slug"}
        elif field.startswith("attributes."):
            names = {field: f"attr-{field.partition('.')[2]}"}
        self.sheet.blame(error, names)

    def _cell_of(self, sku: str) -> str:
        return next((n for n, value in self.sheet.sent.items() if n.startswith("v-") and n.endswith("-sku")
                     and str(value).strip() == sku), "sku_prefix")
