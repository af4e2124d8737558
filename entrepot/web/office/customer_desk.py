"""A customer with everything beside it: orders, what they are worth, balances, addresses, consents."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.customers import public as customers
from entrepot.customers.contracts import CustomerInfo
from entrepot.customers.permissions import ADJUST_BALANCE, READ
from entrepot.kit import said
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.rest import actor_of
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderFilter
from entrepot.orders.permissions import READ as SEE_ORDERS
from entrepot.web.office.orders.forms import Refused, pressed
from entrepot.web.office.pages import minor_of, office_page, quantity_of, text_of, work_page

SHOWN = 20  # orders, and entries of the balances


def show(request: HttpRequest, customer_id: UUID, refused: Refused | None = None) -> HttpResponse:
    actor = actor_of(request)
    person = customers.get_customer(customer_id)
    context = {"person": person, "refused": refused, "balances": customers.list_balances(customer_id),
               "entries": [(e, said.value("reason", e.reason, model="accountentry"))
                           for e in customers.list_entries(customer_id, SHOWN)],
               "consents": customers.list_consents(customer_id),
               "addresses": [(a.is_default, asdict(a.address)) for a in customers.list_addresses(customer_id)],
               "group": _group(person),
               "company": customers.get_company(person.company_id) if person.company_id else None,
               "may_adjust": actor.can(ADJUST_BALANCE) and person.closed_at is None,
               "kinds": _kinds(), **_orders(customer_id, actor)}
    return office_page(request, "customer", person.name or person.email or _("A closed account"), context,
                       status=422 if refused else 200)


def _orders(customer_id: UUID, actor: Actor) -> dict[str, Any]:
    if not actor.can(SEE_ORDERS):
        return {"sees_orders": False}
    found, _more = orders.find_orders(OrderFilter(customer_id=customer_id), None, SHOWN, actor=actor)
    return {"sees_orders": True, "orders": found, "value": orders.customer_value(customer_id, actor=actor)}


def _group(person: CustomerInfo) -> str:
    return next((g.name for g in customers.list_groups() if g.id == person.group_id), "")


def _kinds() -> list[tuple[str, str]]:
    """Points, and store credit in the currencies that are sold in."""
    currencies = sorted({c.currency for c in catalog.channels()})
    return [("points", _("Points")), *((c, _("Store credit in %(currency)s") % {"currency": c}) for c in currencies)]


def adjust(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    back = reverse("admin:desk_customer", args=[customer_id])
    return pressed(request, "adjust", lambda: _adjust(request, customer_id), _("The balance is corrected."),
                   lambda _after: back, lambda refused: show(request, customer_id, refused))


def _adjust(request: HttpRequest, customer_id: UUID) -> int:
    chosen = text_of(request, "kind")
    if chosen not in dict(_kinds()):
        raise InvalidInput("kind", N_("Choose one of the list."))
    points = chosen == "points"
    delta = quantity_of(request, "delta") if points else minor_of(request, "delta", chosen)
    if not delta or delta != int(delta):
        raise InvalidInput("delta", N_("Give a whole number of points, below zero to take away.") if points
                           else N_("Give an amount, below zero to take away."))
    return customers.adjust_balance(customer_id, "points" if points else "credit", int(Decimal(delta)),
                                    currency="" if points else chosen, reason=text_of(request, "reason"),
                                    actor=actor_of(request))


PAGES = (work_page("desk_customer", "desk/customers/<uuid:customer_id>/", show, READ),
         work_page("desk_customer_adjust", "desk/customers/<uuid:customer_id>/adjust/", adjust, ADJUST_BALANCE))
