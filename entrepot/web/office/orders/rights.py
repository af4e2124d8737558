"""Who may do what on the order desk: what this person is offered, whom to ask for the rest, how much they give back
alone, and where the money of an order lies that is not paid here."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from entrepot.identity import public as identity
from entrepot.kit.actor import Actor, Permission
from entrepot.kit.amounts import money
from entrepot.orders.contracts import OrderView, RelativeView
from entrepot.orders.permissions import APPROVE, CANCEL, CHANGE, FULFIL, HOLD, MAIL, NOTE, RECEIVE, RETURN
from entrepot.payments import public as payments
from entrepot.payments.permissions import APPROVE_REFUND, CAPTURE
from entrepot.payments.permissions import READ as SEE_PAYMENTS
from entrepot.payments.permissions import RECEIVE as RECEIVE_MONEY

OWNER = "owner"  # the role that may everything

# What the state of the order decides on, and what is there whatever the state.
BY_STATE = {"cancel": CANCEL, "return": RETURN, "edit": CHANGE, "fulfil": FULFIL, "hold": HOLD, "split": CHANGE}
ALWAYS = {"note": NOTE, "release": HOLD, "approve": APPROVE, "ship": FULFIL, "decide": RETURN, "receive": RECEIVE,
          "money": RECEIVE_MONEY, "capture": CAPTURE, "mail": MAIL, "second": APPROVE_REFUND}


def offered(order: OrderView, actor: Actor) -> set[str]:
    """What the order allows now and this person may do."""
    may = {verb for verb in order.can if verb in BY_STATE and actor.can(BY_STATE[verb])}
    may |= {verb for verb, permission in ALWAYS.items() if actor.can(permission)}
    if actor.can(RETURN) and order.paid_minor > 0:
        may.add("refund")
    if order.state == "processing" and actor.can(CHANGE) and (order.customer_id or order.email):
        may.add("merge")
    return may | ({"care"} if actor.user_id and (actor.can(FULFIL) or actor.can(NOTE)) else set())


def asked_for(order: OrderView, actor: Actor) -> dict[str, str]:
    """Whom to ask for what the order allows now and this person may not do: the names of the roles that may."""
    wanted = {verb: BY_STATE[verb] for verb in order.can if verb in BY_STATE} | ALWAYS | {"payments": SEE_PAYMENTS}
    if order.paid_minor > 0:
        wanted["refund"] = RETURN
    lacking = {verb: permission for verb, permission in wanted.items() if not actor.can(permission)}
    names = _holders(lacking.values())
    return {verb: names[permission.code] for verb, permission in lacking.items() if names[permission.code]}


def _holders(permissions: Iterable[Permission]) -> dict[str, str]:
    """The roles of colleagues that grant each, as people read a list; the owner, who may all, where nobody else may."""
    codes = {permission.code for permission in permissions}
    held = identity.holders_of(codes) if codes else []
    join, names = pgettext("list", ", "), dict[str, str]()
    for code in codes:
        roles = [role for role in held if code in role.permissions]
        asked = [role for role in roles if role.code != OWNER] or roles
        names[code] = join.join(_(role.name) if role.is_builtin else role.name for role in asked)
    return names


def limit_told(order: OrderView, actor: Actor) -> str:
    """How much of the order this person gives back alone, and who agrees to more; "" for as much as they like."""
    limit = payments.refund_limit(actor, order.currency)
    if limit is None:
        return ""
    amount, who = money(limit, order.currency), _holders([APPROVE_REFUND])[APPROVE_REFUND.code]
    said = _("Up to {amount} of an order you refund alone; above it a second person approves.") if limit else \
        _("Every refund of yours is approved by a second person.")
    asked = _("Ask: {who}").format(who=who) if who else ""
    return " ".join(filter(None, (said.format(amount=amount), asked)))


def money_elsewhere(relatives: Iterable[RelativeView], currency: str) -> list[tuple[str, UUID, str]]:
    """Money that lies at another order's payments for this one, or here for another: what to say, and which order."""
    told = []
    for other in relatives:
        for amount, there, here in (
                (other.paid_minor, _("{amount} was paid with another order, and the payment stays there:"),
                 _("{amount} of what was paid here is for another order:")),
                (other.set_aside_minor, _("{amount} is set aside at the payment of another order:"),
                 _("{amount} of what is set aside here is for another order:"))):
            if amount:
                text = there if amount > 0 else here
                told.append((text.format(amount=money(abs(amount), currency)), other.id, other.number))
    return told
