"""Refunds that wait for a second person: who asked, how much, why; agreed to or refused with a reason."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entrepot.kit.rest import actor_of
from entrepot.orders import public as orders
from entrepot.orders.contracts import ChangeView
from entrepot.orders.permissions import READ
from entrepot.payments.permissions import APPROVE_REFUND
from entrepot.web.office.orders.forms import Refused, id_of, pressed
from entrepot.web.office.pages import office_page, text_of, work_page


def refunds(request: HttpRequest) -> HttpResponse:
    """Money that waits for a second person, and what was decided of late."""
    if request.method != "POST":
        return _refunds_page(request, None)
    return pressed(request, f"decide-{text_of(request, 'id')}", lambda: _decide(request), _decided,
                   lambda _done: reverse("admin:desk_refunds"), lambda told: _refunds_page(request, told))


def _decide(request: HttpRequest) -> tuple[ChangeView, bool]:
    approve = "approve" in request.POST
    return orders.decide_refund(id_of(request), approve=approve, note=text_of(request, "note"),
                                actor=actor_of(request)), approve


def _decided(done: tuple[ChangeView, bool]) -> str:
    change, is_approved = done
    text = _("Refund {number} is approved.") if is_approved else _("Refund {number} is declined.")
    return text.format(number=change.number)


def _refunds_page(request: HttpRequest, told: Refused | None) -> HttpResponse:
    actor = actor_of(request)
    decided = [a for state in ("approved", "declined")
               for a in orders.find_approvals(state=state, limit=10, actor=actor)]
    context = {"waiting": orders.find_approvals(actor=actor), "refused": told, "may": actor.can(APPROVE_REFUND),
               "decided": sorted(decided, key=lambda a: str(a.decided_at), reverse=True)[:15]}
    return office_page(request, "orders/refunds", _("Refunds to approve"), context, status=422 if told else 200)


PAGES = (
    work_page("desk_refunds", "desk/refunds/", refunds, READ, gettext_lazy("Refunds to approve"), "verified_user",
              "money"),
)
