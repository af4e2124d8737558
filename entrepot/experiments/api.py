"""HTTP of flags."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest
from ninja import Field, Schema

from entrepot.experiments import actions, queries
from entrepot.experiments.contracts import FlagInfo
from entrepot.experiments.permissions import CHANGE, READ
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.rest import Routes, Strict, actor_of

routes = Routes()
ROUTES = [("/admin/experiments", routes)]

TEXT = r"^[^\x00]*$"


class FlagInput(Strict):
    key: str = Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_-]+$")
    description: str = Field("", max_length=200, pattern=TEXT)
    is_enabled: bool = False
    share_percent: Decimal = Field(Decimal(100), ge=0, le=100, decimal_places=2)


class FlagPatch(Strict):
    description: str | None = Field(None, max_length=200, pattern=TEXT)
    is_enabled: bool | None = None
    share_percent: Decimal | None = Field(None, ge=0, le=100, decimal_places=2)
    expected_version: int | None = Field(None, ge=1, le=2**31 - 1)


class FlagOutput(Schema):
    key: str
    description: str
    is_enabled: bool
    share_percent: Decimal
    version: int


def _key(key: str) -> str:
    if "\x00" in key:
        raise InvalidInput("key", N_("This contains characters that cannot be stored."))
    return key


@routes.get("/flags", permission=READ, response=list[FlagOutput], summary="Feature flags")
def list_flags(request: HttpRequest) -> list[FlagInfo]:
    return queries.list_flags()


@routes.post("/flags", permission=CHANGE, response={201: FlagOutput}, summary="Create a feature flag")
def create_flag(request: HttpRequest, body: FlagInput) -> FlagInfo:
    fields = body.dict()
    return actions.create_flag(fields.pop("key"), **fields, actor=actor_of(request))


@routes.get("/flags/{key}", permission=READ, response=FlagOutput, summary="A feature flag")
def get_flag(request: HttpRequest, key: str) -> FlagInfo:
    return queries.get_flag(_key(key))


@routes.patch("/flags/{key}", permission=CHANGE, response=FlagOutput, summary="Change a feature flag")
def update_flag(request: HttpRequest, key: str, body: FlagPatch) -> FlagInfo:
    """With `expected_version`, 412 and no change if someone changed the flag meanwhile."""
    return actions.update_flag(_key(key), **body.dict(), actor=actor_of(request))


@routes.delete("/flags/{key}", permission=CHANGE, response={204: None}, summary="Delete a feature flag")
def delete_flag(request: HttpRequest, key: str) -> None:
    actions.delete_flag(_key(key), actor=actor_of(request))
