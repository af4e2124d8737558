"""HTTP of how much may be given back by one person alone."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Schema

from entrepot.kit.rest import Routes, Strict, actor_of
from entrepot.payments import public
from entrepot.payments.permissions import CONFIGURE, READ

routes = Routes()


class LimitOut(Schema):
    role: str
    currency: str
    limit_minor: int


class LimitIn(Strict):
    """Without `limit_minor` the limit is taken away; an empty role is everybody who has no row of their own."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    role: Annotated[str, Field(max_length=40, pattern=r"^[-\w]*$")] = ""
    limit_minor: Annotated[int, Field(ge=0, le=10**15)] | None = None


@routes.get("/refund-limits", permission=READ, response=list[LimitOut], summary="What one person may give back alone")
def refund_limits(request: HttpRequest) -> Any:
    return public.list_refund_limits()


@routes.put("/refund-limits", permission=CONFIGURE, response=list[LimitOut],
            summary="Set it for a role or for everybody; above it a second person decides")
def set_refund_limit(request: HttpRequest, body: LimitIn) -> Any:
    public.set_refund_limit(body.currency, body.limit_minor, role=body.role, actor=actor_of(request))
    return public.list_refund_limits()
