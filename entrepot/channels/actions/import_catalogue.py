"""Import a catalogue file: products, variants, prices and stock. The good rows are in, the bad ones are listed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo
from entrepot.channels import files
from entrepot.channels.contracts import (
    Grouping,
    ImportedProduct,
    ImportedVariant,
    ImportResult,
    Issue,
    Item,
    Settings,
)
from entrepot.channels.errors import Interrupted, UnknownFormat
from entrepot.channels.formats import FORMATS, detect
from entrepot.channels.formats.groups import with_siblings
from entrepot.channels.formats.values import BadCell
from entrepot.channels.mapping import attribute_code, bare_images, base_list, product_input, row_issues, window
from entrepot.channels.models import ImportIssue, ImportRun
from entrepot.channels.permissions import IMPORT
from entrepot.channels.tables import open_table
from entrepot.channels.telling import tell_done
from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import StockRow
from entrepot.inventory.permissions import ADJUST, RECEIVE
from entrepot.kit import audit, clock
from entrepot.kit.actor import Actor, Permission
from entrepot.kit.amounts import money
from entrepot.kit.bylanguage import is_language
from entrepot.kit.errors import N_, DomainError, InvalidInput, NotFound, PermissionDenied
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PriceListInput
from entrepot.pricing.errors import CodeTaken
from entrepot.pricing.permissions import SET_PRICES

BATCH = 500
CATALOGUE = "catalogue:"  # what the kind of a run begins with, before the format
TOLD = ("_line", "_column", "_reason")
Advance = Callable[[int], None]


def import_catalogue(path: Path, *, channel_code: str = "", language: str = "", warehouse_code: str = "",
                     file_name: str = "", advance: Advance = lambda rows: None, actor: Actor) -> ImportResult:
    """Read a catalogue file of any known format into the shop; running it twice changes nothing.

    Every batch of products is one transaction, so an interrupted import can simply be run again.
    Raises UnknownFormat and UnreadableFile before anything is written.
    """
    actor.require(IMPORT)
    name = format_of(path)
    now, chosen = clock.now(), {"channel": channel_code, "language": language, "warehouse": warehouse_code}
    run = ImportRun.objects.create(kind=f"{CATALOGUE}{name}", file_name=(file_name or path.name)[:200],
                                   digest=files.digest(path), options=chosen, started_at=now, began_at=now)
    try:
        return work_off(run, path, advance=advance, actor=actor)
    except DomainError as error:
        fail(ImportRun, run.pk, error)
        raise
    except BaseException:
        fail(ImportRun, run.pk)
        raise


def fail(model: Any, run_id: UUID, error: DomainError | None = None) -> bool:  # lint: allow action-actor
    """Whether it was running: one that was stopped meanwhile has not failed."""
    text = error.text if error else N_("Something went wrong on our side; the job monitor tells more.")
    failed: int = model.objects.filter(pk=run_id, state=ImportRun.State.RUNNING).update(
        state=ImportRun.State.FAILED, error={"text": text, "params": error.told(money) if error else {}},
        changed_at=clock.now())
    return failed > 0


def format_of(path: Path) -> str:  # lint: allow action-actor
    """Raises UnknownFormat and UnreadableFile."""
    name = detect(open_table(path)[0])
    if name is None:
        raise UnknownFormat(formats=", ".join(FORMATS))
    return name


def settings_of(options: Mapping[str, str]) -> tuple[ChannelInfo, Settings]:  # lint: allow action-actor
    """The channel that a file is for, and how it is to be read."""
    channel = catalog.channel(options["channel"]) if options.get("channel") else catalog.default_channel()
    language = options.get("language") or channel.languages[0]
    if not is_language(language):
        raise InvalidInput("language", N_("Choose one of the list."))
    return channel, Settings(channel.currency, language)


def work_off(run: ImportRun, path: Path, *, advance: Advance = lambda rows: None, actor: Actor) -> ImportResult:
    """Bring in what is not in yet: batches that an earlier worker finished are read past. Raises Interrupted."""
    actor.require(IMPORT)
    channel, settings = settings_of(run.options)
    started = time.monotonic()
    work = _CatalogueImport(run, channel, settings, run.options.get("warehouse", ""), actor)
    counted = _counted(open_table(path)[1], work.counts, advance)
    reader = FORMATS[run.kind.removeprefix(CATALOGUE)][1]
    unfit: list[Issue] = []
    items = _with(unfit, reader(_fit(counted, unfit), settings))
    for number, batch in enumerate(_batches(items)):
        if number >= work.batches:
            work.take(batch)
    return work.finish(time.monotonic() - started)


def _counted(rows: Iterator[tuple[int, dict[str, str]]], counts: Counter[str],
             advance: Advance) -> Iterator[tuple[int, dict[str, str]]]:
    for numbered in rows:
        counts["rows"] += 1
        advance(1)
        yield numbered


def _fit(rows: Iterator[tuple[int, dict[str, str]]], unfit: list[Issue]) -> Iterator[tuple[int, dict[str, str]]]:
    """The database keeps no NUL, not even in the account of what was refused (a Parquet file may well have some)."""
    for line, row in rows:
        if column := next((name for name, text in row.items() if "\0" in text), None):
            bad = BadCell(column, "nul_character", N_("This holds a character that no text may hold."))
            unfit.append(bad.issue(line, _without_nul(row)))
        else:
            yield line, row


def _without_nul(row: dict[str, str]) -> dict[str, str]:
    return {name: text.replace("\0", "\ufffd") for name, text in row.items()}


def _with(unfit: list[Issue], items: Iterator[Item]) -> Iterator[Item]:
    """What the rows became, with those that became nothing where they stood."""
    for item in items:
        yield from unfit
        unfit.clear()
        yield item
    yield from unfit


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    while batch := list(islice(items, BATCH)):
        yield batch


class _CatalogueImport:
    """Turns batches of read products into calls of the contexts that own products, prices and stock."""

    def __init__(self, run: ImportRun, channel: ChannelInfo, settings: Settings, warehouse: str, actor: Actor) -> None:
        self.run, self.channel, self.settings, self.actor = run, channel, settings, actor
        self.counts: Counter[str] = Counter(run.counts)
        self.batches = run.batches
        self.warehouse = warehouse or next((w.code for w in inventory.warehouses() if w.is_active), "")
        self.attributes = {a["code"]: a["kind"] for a in catalog.list_attributes()}
        self.types = {t["code"]: set(t["attributes"]) for t in catalog.list_product_types()}
        self.known_categories = {c["slug"] for c in catalog.list_categories()}
        self.lists = PriceLists(channel, actor)
        self.changed = False

    def take(self, items: Sequence[Item]) -> None:
        """One batch, one transaction, in which the run's own row says that it is in."""
        with transaction.atomic():
            self._hold()
            self._note(i for i in items if isinstance(i, Issue))
            self._sorted_out([i for i in items if isinstance(i, ImportedProduct)])
            for grouping in (i for i in items if isinstance(i, Grouping)):
                if error := self._refusal(partial(self._group, grouping)):
                    self._note([error.issue(grouping.line, grouping.row)])
            self.batches += 1
            self._save()

    def _sorted_out(self, products: list[ImportedProduct]) -> None:
        """What the shop cannot take is looked for by halves, so that one product does not keep back the others."""
        error = self._refusal(partial(self._products, products)) if products else None
        if error is None:
            return
        if len(products) == 1:
            self._note(error.issue(line, row) for line, row in products[0].rows)
            return
        middle = len(products) // 2
        self._sorted_out(products[:middle])
        self._sorted_out(products[middle:])

    def _refusal(self, work: Callable[[], None]) -> BadCell | None:
        """Do all of it or nothing, and say what was wrong. A missing right or place is no fault of a row and ends the
        run."""
        counts, attributes, changed = dict(self.counts), dict(self.attributes), self.changed
        types = {code: set(used) for code, used in self.types.items()}
        try:
            with transaction.atomic():
                work()
        except (PermissionDenied, NotFound):
            raise
        except DomainError as error:
            self.attributes, self.types, self.changed = attributes, types, changed
            self.counts.clear()  # emptied and filled again: the rows are counted into the same one
            self.counts.update(counts)
            return BadCell(str(error.params.get("field", "")), error.code, str(error.params.get("reason", error)))
        return None

    def _hold(self) -> None:
        """Nobody else may be at this batch: not a second worker, not one that was thought dead."""
        mine = ImportRun.objects.select_for_update().filter(
            pk=self.run.pk, state=ImportRun.State.RUNNING, batches=self.batches)
        if not mine.exists():
            raise Interrupted

    def _save(self, **more: Any) -> None:
        counts = {name: count for name, count in self.counts.items() if name != "rows"}
        ImportRun.objects.filter(pk=self.run.pk).update(
            batches=self.batches, rows=self.counts["rows"], counts=counts, changed_at=clock.now(), **more)

    def _note(self, issues: Iterable[Issue]) -> None:
        rows = []
        for issue in issues:
            self.counts["refused" if issue.refused else "flagged"] += 1
            rows.append(ImportIssue(run=self.run, line=issue.line, column=issue.column[:80], code=issue.code,
                                    reason=issue.reason, refused=issue.refused, row=issue.row))
        ImportIssue.objects.bulk_create(rows)

    def _products(self, products: list[ImportedProduct]) -> None:
        if not products:
            return
        self._ensure_structure(products)
        self._note(issue for p in products for issue in bare_images(p))
        brands = catalog.ensure_brands({p.brand for p in products if p.brand}, actor=self.actor)
        categories = self._categories(products)
        inputs = [product_input(p, brands, categories, self.channel, self.settings, self.attributes) for p in products]
        result = catalog.bulk_import_products(inputs, actor=self.actor)
        refused = {e.index: e for e in result.errors}
        self._note(issue for i, e in refused.items() for issue in row_issues(products[i], e))
        kept = [p for i, p in enumerate(products) if i not in refused]
        self.counts["products"] += len(kept)
        self.counts["created"] += result.created
        self.counts["updated"] += result.updated
        self.counts["imported"] += sum(len(p.rows) for p in kept)
        variants = [v for p in kept for v in p.variants]
        ids = {sku: facts.id for sku, facts in catalog.facts_by_sku(v.sku for v in variants).items()}
        prices = self.lists.write(variants, ids) if self._may(SET_PRICES, "prices_left_out", variants) else 0
        stock = self._stock(variants, ids) if self._may(ADJUST, "stock_left_out", variants) else 0
        self.changed |= bool(result.created or result.updated or prices or stock)

    def _may(self, right: Permission, left_out: str, variants: Sequence[ImportedVariant]) -> bool:
        """Whoever may import but not, say, set prices brings in the rest; the account says what was left out."""
        if self.actor.can(right) and (right is not ADJUST or self.actor.can(RECEIVE)):
            return True
        told = [v for v in variants if (v.price_minor is not None if right is SET_PRICES else v.stock)]
        self.counts[left_out] += len(told)
        return False

    def _ensure_structure(self, products: Iterable[ImportedProduct]) -> None:
        """Attributes and types that the file names and the shop lacks: attributes as text, types with what they use."""
        wanted: dict[str, dict[str, str]] = {}
        for product in products:
            used = wanted.setdefault(product.type_code, {})
            used |= {attribute_code(name, self.attributes): name for name in product.attributes}
        for code, used in wanted.items():
            for attribute, name in used.items():
                if attribute not in self.attributes:
                    catalog.create_attribute(attribute, {self.settings.language: name}, "text", is_facet=True,
                                             actor=self.actor)
                    self.attributes[attribute] = "text"
            if code not in self.types:
                catalog.create_product_type(code, {"en": code.capitalize()}, attributes=sorted(used), actor=self.actor)
                self.types[code] = set(used)
            elif missing := set(used) - self.types[code]:
                self.types[code] |= missing
                catalog.update_product_type(code, attributes=sorted(self.types[code]), actor=self.actor)

    def _categories(self, products: Iterable[ImportedProduct]) -> dict[tuple[str, ...], str]:
        paths = {path for p in products for path in p.categories}
        known = {path: path[0] for path in paths if len(path) == 1 and path[0] in self.known_categories}
        return known | catalog.ensure_categories(sorted(paths - set(known)), actor=self.actor)

    def _stock(self, variants: Sequence[ImportedVariant], ids: dict[str, UUID]) -> int:
        """Bring what is on hand to what the file says: receive for what is new, adjust for what differs."""
        wanted: dict[tuple[UUID, str], Decimal] = {}
        for variant in variants:
            for code, quantity in variant.stock.items():
                if variant.sku in ids and (code or self.warehouse):
                    wanted[ids[variant.sku], code or self.warehouse] = quantity
        held = inventory.on_hand({v for v, _ in wanted})
        fresh = [StockRow(v, code, q) for (v, code), q in wanted.items() if (v, code) not in held and q > 0]
        if fresh:
            inventory.bulk_receive(fresh, reason="import", reference=str(self.run.id), actor=self.actor)
        differing = [(key, q) for key, q in wanted.items() if key in held and held[key] != q]
        for (variant_id, code), quantity in differing:
            inventory.adjust(variant_id, code, set_to=quantity, reason="import", actor=self.actor)
        return len(fresh) + len(differing)

    def _group(self, grouping: Grouping) -> None:
        """A grouped product of the file becomes a collection by hand."""
        facts = catalog.facts_by_sku(grouping.skus)
        members = [facts[sku].product_id for sku in grouping.skus if sku in facts]
        existing = {c.slug: c for c in catalog.collections()}
        if found := existing.get(grouping.slug):
            catalog.set_collection_products(found.id, members, actor=self.actor)
        else:
            catalog.create_collection(grouping.slug, grouping.name, product_ids=members, actor=self.actor)
            self.changed = True
        self.counts["collections"] += 1
        self.counts["imported"] += 1

    def finish(self, seconds: float) -> ImportResult:
        counts = dict(self.counts)
        rows = counts.pop("rows", 0)
        with transaction.atomic():
            self._hold()
            self._save(state=ImportRun.State.DONE, ended_at=clock.now())
            audit.record(self.actor, "channels.import_catalogue", "channels.import", self.run.id,
                         new={"rows": rows, **counts})
            tell_done(self.run, rows)
        return ImportResult(str(self.run.id), self.run.kind, rows, counts, counts.get("refused", 0), self.changed,
                            seconds, self.run.started_at)


class PriceLists:
    """The channel's base list for regular prices and a sale list above it for reduced ones."""

    def __init__(self, channel: ChannelInfo, actor: Actor) -> None:
        self.channel, self.actor = channel, actor
        self.base, self.sale = base_list(channel), f"sale-{channel.code}"

    def write(self, variants: Iterable[ImportedVariant], ids: dict[str, UUID]) -> int:
        """Set the prices that differ from the stored ones; returns how many."""
        one = Decimal(1)
        regular = [(ids[v.sku], one, v.price_minor) for v in variants
                   if v.sku in ids and v.price_minor is not None]
        written = self._set(self.base, regular, priority=0)
        windows: dict[tuple[date | None, date | None], list[tuple[UUID, Decimal, int]]] = {}
        for v in variants:
            if v.sku in ids and v.sale_minor is not None:
                windows.setdefault((v.sale_from, v.sale_until), []).append((ids[v.sku], one, v.sale_minor))
        for (begin, end), rows in windows.items():
            code = "-".join(str(x) for x in (self.sale, begin, end) if x)
            written += self._set(code, rows, priority=10, begin=begin, end=end)
        return written

    def _ensure(self, given: PriceListInput) -> None:
        try:
            pricing.create_price_list(given, actor=self.actor)
        except CodeTaken:
            return  # it is there from an earlier batch or import

    def _set(self, code: str, rows: list[tuple[UUID, Decimal, int]], *, priority: int, begin: date | None = None,
             end: date | None = None) -> int:
        if not rows:
            return 0
        from_at, until_at = window(begin, end, self.channel.time_zone)
        self._ensure(PriceListInput(code, {"en": code}, self.channel.currency, channel_id=self.channel.id,
                                    priority=priority, from_at=from_at, until_at=until_at))
        return pricing.set_prices(code, rows, actor=self.actor)


def refused_rows(run_id: UUID, *, actor: Actor) -> tuple[list[str], list[dict[str, str]]]:
    """The refused rows of a run with line, column and reason, ready to be corrected and fed again.

    The other rows of the same products come along, for a product is read whole; they change nothing the second time.
    The three extra columns are ignored when the file is read again.
    """
    actor.require(IMPORT)
    run = ImportRun.objects.filter(pk=run_id).first()
    issues = list(ImportIssue.objects.filter(run_id=run_id, refused=True).order_by("line", "id"))
    if run is not None and issues and run.kind.startswith(CATALOGUE) and files.is_kept(run_id):
        return _with_siblings(run, issues)
    columns = list(dict.fromkeys(key for issue in issues for key in issue.row))
    return [*columns, *TOLD], [{**issue.row, **_told(issue)} for issue in issues]


def _told(issue: ImportIssue) -> dict[str, str]:
    return dict(zip(TOLD, (str(issue.line), issue.column, gettext(issue.reason)), strict=True))


def _with_siblings(run: ImportRun, issues: list[ImportIssue]) -> tuple[list[str], list[dict[str, str]]]:
    told = {issue.line: _told(issue) for issue in issues}
    with files.on_disk(run.file_name, files.pieces(run.id)) as path:
        header, rows = open_table(path)
        found = with_siblings(run.kind.removeprefix(CATALOGUE), rows, set(told))
    columns = [c for c in header if c not in TOLD]
    return [*columns, *TOLD], [{**_without_nul(row), **told.get(line, dict.fromkeys(TOLD, ""))} for line, row in found]
