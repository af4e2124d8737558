"""Bodies, filters and answers of the stock API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from entrepot.kit.paging import DEFAULT_LIMIT, MAX_LIMIT
from entrepot.kit.rest import Moment, Strict

Code = Field(min_length=1, max_length=50, pattern=r"^[A-Za-z0-9_-]+$")
Sku = Field(min_length=1, max_length=80, pattern=r"^[^\x00]+$")
Reason = Field("", max_length=120, pattern=r"^[^\x00]*$")
Reference = Field("", max_length=80, pattern=r"^[^\x00]*$")
MAX_SKUS = 100


class PageQuery(Schema):
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str = Field("", max_length=400)
    fields: str = Field("", max_length=400)


class Address(Strict):
    country: str = Field("", max_length=2)
    region: str = Field("", max_length=80)
    city: str = Field("", max_length=80)
    district: str = Field("", max_length=80)
    line1: str = Field("", max_length=200)
    line2: str = Field("", max_length=200)
    postcode: str = Field("", max_length=20)
    phone: str = Field("", max_length=40)


class WarehouseFields(Strict):
    name: dict[str, str] = Field(min_length=1)
    kind: Literal["warehouse", "store"] = "warehouse"
    address: Address = Field(default_factory=Address.model_construct)
    latitude: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)
    longitude: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)
    priority: int = Field(0, ge=-32768, le=32767)
    ships: bool = True
    pickup: bool = False


class WarehouseInput(WarehouseFields):
    code: str = Code


class WarehousePatch(Strict):
    name: dict[str, str] | None = Field(None, min_length=1)
    kind: Literal["warehouse", "store"] | None = None
    address: Address | None = None
    latitude: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)
    longitude: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)
    priority: int | None = Field(None, ge=-32768, le=32767)
    ships: bool | None = None
    pickup: bool | None = None
    is_active: bool | None = None


class ServiceInput(Strict):
    buffer_qty: Decimal = Field(Decimal(0), ge=0, max_digits=14, decimal_places=3)


class ItemInput(Strict):
    """The stock of `sku` in `warehouse_code`."""

    sku: str = Sku
    warehouse_code: str = Code


class AdjustInput(ItemInput):
    delta: Decimal | None = Field(None, max_digits=14, decimal_places=3)
    set_to: Decimal | None = Field(None, ge=0, max_digits=14, decimal_places=3)
    expected_on_hand: Decimal | None = Field(None, max_digits=14, decimal_places=3)
    reason: str = Field(min_length=1, max_length=120, pattern=r"^[^\x00]+$")
    reference: str = Reference


class ReceiveInput(ItemInput):
    quantity: Decimal = Field(gt=0, max_digits=14, decimal_places=3)
    reason: str = Reason
    reference: str = Reference


class DamageInput(ItemInput):
    quantity: Decimal = Field(gt=0, max_digits=14, decimal_places=3)
    change: Literal["damage", "restore", "write_off"]
    reason: str = Field(min_length=1, max_length=120, pattern=r"^[^\x00]+$")


class LevelsInput(ItemInput):
    safety: Decimal | None = Field(None, ge=0, max_digits=14, decimal_places=3)
    backorder: Decimal | None = Field(None, ge=0, max_digits=14, decimal_places=3)


class LineInput(Strict):
    sku: str = Sku
    quantity: Decimal = Field(gt=0, max_digits=14, decimal_places=3)


class TransferInput(Strict):
    source_code: str = Code
    target_code: str = Code
    lines: list[LineInput] = Field(min_length=1, max_length=500)
    note: str = Field("", max_length=200, pattern=r"^[^\x00]*$")


class ArrivalLine(Strict):
    sku: str = Sku
    quantity: Decimal = Field(ge=0, max_digits=14, decimal_places=3)


class ArrivalInput(Strict):
    """Without lines, everything that is still on its way has arrived. `close` writes off what never did."""

    lines: list[ArrivalLine] | None = Field(None, max_length=500)
    close: bool = False


class PlanInput(Strict):
    channel: str = Code
    lines: list[LineInput] = Field(min_length=1, max_length=500)
    strategy: str | None = Field(None, max_length=20)
    country: str = Field("", max_length=2)
    region: str = Field("", max_length=80)
    city: str = Field("", max_length=80)
    latitude: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)
    longitude: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)


class BalanceFilter(PageQuery):
    warehouse: str | None = Field(None, max_length=50)
    sku: str | None = Field(None, max_length=80)
    level: Literal["out", "low", "damaged", "incoming"] | None = None


class MovementFilter(PageQuery):
    warehouse: str | None = Field(None, max_length=50)
    sku: str | None = Field(None, max_length=80)
    reference: str | None = Field(None, max_length=80)
    kind: str | None = Field(None, max_length=12)
    since: Moment | None = None
    until: Moment | None = None


class ReservationFilter(PageQuery):
    warehouse: str | None = Field(None, max_length=50)
    sku: str | None = Field(None, max_length=80)
    owner_id: UUID | None = None
    kind: Literal["hold", "firm"] | None = None


class TransferFilter(PageQuery):
    state: Literal["draft", "sent", "received", "cancelled"] | None = None


class LevelsFilter(Schema):
    sku: list[str] = Field(min_length=1, max_length=MAX_SKUS)
    channel: str | None = Field(None, max_length=50)


class BalanceOutput(Schema):
    id: int
    variant_id: UUID
    warehouse_id: int
    on_hand: Decimal
    reserved: Decimal
    damaged: Decimal
    incoming: Decimal
    safety: Decimal
    backorder: Decimal


class ServiceOutput(Schema):
    warehouse_code: str
    buffer_qty: Decimal


class TransferLineOutput(Schema):
    variant_id: UUID
    sku: str
    quantity: Decimal
    received_qty: Decimal


class TransferOutput(Schema):
    id: UUID
    number: str
    source_id: int
    target_id: int
    state: str
    note: str
    created_at: Any
    sent_at: Any
    received_at: Any
    lines: list[TransferLineOutput]


class TransferPage(Schema):
    items: list[TransferOutput]
    next: str | None


class ListPage(Schema):
    items: list[dict[str, Any]]
    next: str | None


class AllocationOutput(Schema):
    sku: str
    warehouse_id: int
    quantity: Decimal


class ShortOutput(Schema):
    sku: str
    missing: Decimal


class PlanOutput(Schema):
    allocations: list[AllocationOutput]
    missing: list[ShortOutput]


class StoreOutput(Schema):
    code: str
    name: dict[str, str]
    address: dict[str, Any]
    latitude: float | None
    longitude: float | None


class StoreLevel(Schema):
    sku: str
    store: str
    level: str
    few_qty: Decimal | None


class LevelsPage(Schema):
    items: list[StoreLevel]
