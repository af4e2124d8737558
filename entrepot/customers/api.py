"""HTTP of customers: one's own account, and administration."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from entrepot.customers import actions, queries
from entrepot.customers.ledger import balance
from entrepot.customers.permissions import ADJUST_BALANCE, MANAGE, OWN, READ, REGISTER
from entrepot.customers.shapes import (
    AddressEntryIn,
    AddressOut,
    AddressPatch,
    AdjustIn,
    BalanceOut,
    BalancesOut,
    CodeIn,
    CompanyIn,
    CompanyOut,
    CompanyPage,
    CompanyPatch,
    ConsentIn,
    ConsentOut,
    CustomerIn,
    CustomerOut,
    CustomerPage,
    CustomerPatch,
    GroupIn,
    GroupOut,
    GroupPatch,
    ProfilePatch,
    RegisteredOut,
    RegisterIn,
    WishIn,
    WishOut,
)
from entrepot.identity import public as identity
from entrepot.identity.errors import ReauthenticationRequired
from entrepot.kit import paging
from entrepot.kit.actor import Actor, ActorKind
from entrepot.kit.errors import NotFound, Unauthenticated
from entrepot.kit.json import dumps
from entrepot.kit.rest import Routes, Strict, actor_of

account = Routes()
admin = Routes()
ROUTES = [("/account", account), ("/admin/customers", admin)]

_CUSTOMER_FIELDS = frozenset(CustomerOut.model_fields)


def own_id(actor: Actor) -> UUID:
    """The customer that the signed-in person is."""
    if actor.customer_id:
        return actor.customer_id
    found = queries.customer_of_user(actor.user_id) if actor.user_id else None
    if found is None:
        raise Unauthenticated
    return found.id


def _own(request: HttpRequest) -> tuple[UUID, Actor]:
    actor = actor_of(request)
    customer_id = own_id(actor)
    if actor.customer_id is None:
        actor = Actor(actor.kind, actor.id, actor.label, actor.permissions, customer_id, actor.user_id, actor.ip)
    return customer_id, actor


@account.post("/register", permission=REGISTER, response={202: RegisteredOut}, summary="Open an account")
def register(request: HttpRequest, body: RegisterIn) -> Any:
    """A mail with a link follows; the account can be used once the link was. The answer is the same for an address
    that has an account already: its owner gets another mail."""
    actions.register(**body.dict(), actor=actor_of(request))
    return {"email": body.email.strip().lower()}


@account.get("", permission=OWN, response=CustomerOut, summary="One's own profile")
def profile(request: HttpRequest) -> Any:
    return queries.get_customer(_own(request)[0])


@account.patch("", permission=OWN, response=CustomerOut, summary="Change one's own profile")
def change_profile(request: HttpRequest, body: ProfilePatch) -> Any:
    customer_id, actor = _own(request)
    return actions.update_customer(customer_id, _given(body), actor=actor)


def _given(body: Strict) -> dict[str, Any]:
    """Fields that the request named; null clears what may be empty."""
    return {k: "" if v is None else v for k, v in body.dict(exclude_unset=True).items()}


@account.get("/addresses", permission=OWN, response=list[AddressOut], summary="One's own addresses")
def addresses(request: HttpRequest) -> Any:
    return queries.list_addresses(_own(request)[0])


@account.post("/addresses", permission=OWN, response={201: AddressOut}, summary="Add an address to one's own")
def add_address(request: HttpRequest, body: AddressEntryIn) -> Any:
    customer_id, actor = _own(request)
    return actions.add_address(customer_id, body.address.dict(), is_default=body.is_default, actor=actor)


@account.patch("/addresses/{uuid:address_id}", permission=OWN, response=AddressOut,
               summary="Change one of one's own addresses")
def change_address(request: HttpRequest, address_id: UUID, body: AddressPatch) -> Any:
    customer_id, actor = _own(request)
    return actions.update_address(customer_id, address_id, body.address.dict() if body.address else None,
                                  is_default=body.is_default, actor=actor)


@account.delete("/addresses/{uuid:address_id}", permission=OWN, response={204: None},
                summary="Delete one of one's own addresses")
def delete_address(request: HttpRequest, address_id: UUID) -> None:
    customer_id, actor = _own(request)
    actions.delete_address(customer_id, address_id, actor=actor)


@account.get("/consents", permission=OWN, response=list[ConsentOut], summary="What one has consented to")
def consents(request: HttpRequest) -> Any:
    return queries.list_consents(_own(request)[0])


@account.post("/consents", permission=OWN, response={201: ConsentOut}, summary="Give or withdraw a consent")
def record_consent(request: HttpRequest, body: ConsentIn) -> Any:
    customer_id, actor = _own(request)
    return actions.record_consent(customer_id, body.purpose, body.granted, body.notice_version, body.channel,
                                  actor=actor)


@account.get("/balances", permission=OWN, response=BalancesOut, summary="One's own points and store credit")
def balances(request: HttpRequest) -> Any:
    customer_id = _own(request)[0]
    return {"balances": queries.list_balances(customer_id), "entries": queries.list_entries(customer_id, 100)}


@account.get("/wishes", permission=OWN, response=list[WishOut], summary="One's own wish list")
def wishes(request: HttpRequest) -> Any:
    return queries.list_wishes(_own(request)[0])


@account.post("/wishes", permission=OWN, response={201: list[WishOut]}, summary="Put something on the wish list")
def add_wish(request: HttpRequest, body: WishIn) -> Any:
    customer_id, actor = _own(request)
    actions.add_wish(customer_id, body.variant_id, actor=actor)
    return wishes(request)


@account.delete("/wishes/{uuid:variant_id}", permission=OWN, response={204: None},
                summary="Take something off the wish list")
def remove_wish(request: HttpRequest, variant_id: UUID) -> None:
    customer_id, actor = _own(request)
    _gone(actions.remove_wish(customer_id, variant_id, actor=actor), "wish")


def _gone(was_there: bool, what: str) -> None:
    if not was_there:
        raise NotFound(what)


@account.get("/coupon-codes", permission=OWN, response=list[str], summary="Coupon codes that one keeps")
def codes(request: HttpRequest) -> Any:
    return queries.list_codes(_own(request)[0])


@account.post("/coupon-codes", permission=OWN, response={201: list[str]}, summary="Keep a coupon code")
def save_code(request: HttpRequest, body: CodeIn) -> Any:
    actions.save_code(_own(request)[0], body.code, actor=actor_of(request))
    return codes(request)


@account.delete("/coupon-codes/{str:code}", permission=OWN, response={204: None}, summary="Drop a coupon code")
def drop_code(request: HttpRequest, code: str) -> None:
    _gone(actions.drop_code(_own(request)[0], code, actor=actor_of(request)), "coupon")


@account.get("/export", permission=OWN, response=dict[str, Any], summary="Take a copy of what is kept about oneself")
def export_own(request: HttpRequest) -> Any:
    """Everything this context holds about the person, as a JSON file."""
    return _file(_own(request)[0])


def _file(customer_id: UUID) -> HttpResponse:
    response = HttpResponse(dumps(queries.export_own(customer_id)), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="account.json"'
    return response


@account.post("/close", permission=OWN, response=CustomerOut, summary="Close one's own account")
def close(request: HttpRequest) -> Any:
    """Needs `/account/confirm` within the last minutes; programs are bound by their scopes."""
    customer_id, actor = _own(request)
    if actor.kind is not ActorKind.KEY and not identity.session.is_recent(request):
        raise ReauthenticationRequired
    return actions.close_account(customer_id, actor=actor)


@admin.get("", permission=READ, response=CustomerPage, summary="Find customers")
def find(request: HttpRequest, q: str = "", limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None,
         fields: str = "") -> Any:
    found, after = queries.find_customers(q, limit, cursor)
    return {"items": paging.sparse(map(asdict, found), fields, _CUSTOMER_FIELDS), "next": after}


@admin.post("", permission=MANAGE, response={201: CustomerOut}, summary="Create a customer")
def create(request: HttpRequest, body: CustomerIn) -> Any:
    return actions.create_customer(**body.dict(), actor=actor_of(request))


@admin.get("/groups", permission=READ, response=list[GroupOut], summary="Groups of customers")
def groups(request: HttpRequest) -> Any:
    return queries.list_groups()


@admin.post("/groups", permission=MANAGE, response={201: GroupOut}, summary="Create a group of customers")
def create_group(request: HttpRequest, body: GroupIn) -> Any:
    return actions.create_group(body.code, body.name, actor=actor_of(request))


@admin.patch("/groups/{slug:code}", permission=MANAGE, response=GroupOut, summary="Rename a group of customers")
def rename_group(request: HttpRequest, code: str, body: GroupPatch) -> Any:
    return actions.rename_group(code, body.name, actor=actor_of(request))


@admin.get("/companies", permission=READ, response=CompanyPage, summary="Companies that buy")
def companies(request: HttpRequest, q: str = "", limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None) -> Any:
    found, after = queries.find_companies(q, limit, cursor)
    return {"items": found, "next": after}


@admin.post("/companies", permission=MANAGE, response={201: CompanyOut}, summary="Create a company")
def create_company(request: HttpRequest, body: CompanyIn) -> Any:
    return actions.create_company(**body.dict(), actor=actor_of(request))


@admin.get("/companies/{uuid:company_id}", permission=READ, response=CompanyOut, summary="A company")
def company(request: HttpRequest, company_id: UUID) -> Any:
    return queries.get_company(company_id)


@admin.patch("/companies/{uuid:company_id}", permission=MANAGE, response=CompanyOut, summary="Change a company")
def update_company(request: HttpRequest, company_id: UUID, body: CompanyPatch) -> Any:
    return actions.update_company(company_id, **body.dict(exclude_unset=True), actor=actor_of(request))


@admin.get("/{uuid:customer_id}", permission=READ, response=CustomerOut, summary="A customer")
def get(request: HttpRequest, customer_id: UUID) -> Any:
    return queries.get_customer(customer_id)


@admin.patch("/{uuid:customer_id}", permission=MANAGE, response=CustomerOut, summary="Change a customer")
def update(request: HttpRequest, customer_id: UUID, body: CustomerPatch) -> Any:
    return actions.update_customer(customer_id, _given(body), actor=actor_of(request))


@admin.post("/{uuid:customer_id}/close", permission=MANAGE, response=CustomerOut, summary="Close a customer's account")
def close_by_staff(request: HttpRequest, customer_id: UUID) -> Any:
    return actions.close_account(customer_id, actor=actor_of(request))


@admin.get("/{uuid:customer_id}/addresses", permission=READ, response=list[AddressOut],
           summary="Addresses of a customer")
def addresses_of(request: HttpRequest, customer_id: UUID) -> Any:
    return queries.list_addresses(customer_id)


@admin.get("/{uuid:customer_id}/consents", permission=READ, response=list[ConsentOut], summary="Consents of a customer")
def consents_of(request: HttpRequest, customer_id: UUID) -> Any:
    return queries.list_consents(customer_id)


@admin.post("/{uuid:customer_id}/coupon-codes", permission=MANAGE, response={201: list[str]},
            summary="Give a customer a coupon code")
def give_code(request: HttpRequest, customer_id: UUID, body: CodeIn) -> Any:
    """The customer finds it among their coupons."""
    actions.save_code(customer_id, body.code, actor=actor_of(request))
    return queries.list_codes(customer_id)


@admin.get("/{uuid:customer_id}/balances", permission=READ, response=BalancesOut,
           summary="Points and store credit of a customer")
def balances_of(request: HttpRequest, customer_id: UUID) -> Any:
    queries.get_customer(customer_id)
    return {"balances": queries.list_balances(customer_id), "entries": queries.list_entries(customer_id, 100)}


@admin.post("/{uuid:customer_id}/balances/adjust", permission=ADJUST_BALANCE, response=BalanceOut,
            summary="Correct points or store credit of a customer")
def adjust(request: HttpRequest, customer_id: UUID, body: AdjustIn) -> Any:
    actions.adjust_balance(customer_id, body.kind, body.delta, reason=body.reason, currency=body.currency,
                           actor=actor_of(request))
    currency = body.currency if body.kind == "credit" else ""
    return {"kind": body.kind, "currency": currency, "balance": balance(customer_id, body.kind, currency)}
