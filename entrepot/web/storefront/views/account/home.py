"""The first page of the account, and the list of orders."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from entrepot.customers import public as customers
from entrepot.kit.errors import InvalidInput
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderFilter, OrderState, OrderSummary
from entrepot.web.storefront.shop import Paths, channel_of
from entrepot.web.storefront.views.account.common import GONE, NEXT, STATES, account_page, customer_of, member

OPEN = (OrderState.PENDING, OrderState.ON_HOLD, OrderState.PROCESSING, OrderState.PARTLY_SHIPPED, OrderState.SHIPPED)
_SHELVES = {"": (_("All"), ()), "open": (_("On their way"), OPEN), "done": (_("Completed"), (OrderState.COMPLETED,)),
            "off": (_("Called off"), (OrderState.CANCELLED, OrderState.EXPIRED))}
_OPEN_SHOWN, _PAGE = 5, 12


@member
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What matters now: orders that are not done with their next step, then what one has."""
    customer_id, actor = customer_of(request)
    newest, older = orders.find_orders(OrderFilter(), limit=_PAGE, actor=actor)
    found = [o for o in newest if o.state in OPEN]
    if older and not found:  # only who has bought a lot may have open orders behind those that are done
        found = orders.find_orders(OrderFilter(states=OPEN), limit=_OPEN_SHOWN + 1, actor=actor)[0]
    told = found[:_OPEN_SHOWN] or newest[:3]
    names = orders.names_in([o.id for o in told])
    shown_orders = [shown(o, names) for o in told]
    return account_page(request, "home", "home", {
        "name": actor.label, "open": shown_orders if found else [], "more": older or found[_OPEN_SHOWN:],
        "recent": [] if found else shown_orders,
        "has": customers.holdings(customer_id, channel_of(request).currency)})


@member
@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    _, actor = customer_of(request)
    shelf = request.GET.get("show", "")
    shelf = shelf if shelf in _SHELVES else ""
    try:
        found, following = orders.find_orders(OrderFilter(states=_SHELVES[shelf][1]), limit=_PAGE, actor=actor,
                                              cursor=request.GET.get("cursor", "") or None)
    except InvalidInput as error:
        raise Http404 from error
    names = orders.names_in([o.id for o in found])
    return account_page(request, "orders", "orders", {
        "orders": [shown(o, names) for o in found], "next": following,
        "shelves": [{"code": code, "label": label, "here": code == shelf} for code, (label, _s) in _SHELVES.items()]})


def shown(order: OrderSummary, names: dict[Any, list[str]]) -> dict[str, Any]:
    """A line of the list: the state in words, what is in it, what happens next."""
    goods = names.get(order.id, [])
    due = order.total_minor - order.credited_minor - order.paid_minor
    return {"id": order.id, "number": order.number, "placed_at": order.placed_at, "total_minor": order.total_minor,
            "currency": order.currency, "label": STATES.get(order.state, order.state), "state": order.state,
            "is_open": order.state not in (*GONE, "completed"), "is_gone": order.state in GONE,
            "next": NEXT.get(order.state, ""), "goods": goods[:2], "more": max(len(goods) - 2, 0),
            "due_minor": due if order.state == "pending" else 0}


PATHS: Paths = (
    ("account/", account, "account"),
    ("account/orders/", order_list, "orders"),
)
