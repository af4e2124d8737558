"""Settings of what goes back and how papers are numbered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entrepot.catalog import public as catalog
from entrepot.identity import public as identity
from entrepot.kit import clock
from entrepot.kit.actor import Actor, system
from entrepot.kit.amounts import money
from entrepot.kit.errors import N_, NotFound
from entrepot.orders import public as orders
from entrepot.orders.permissions import ISSUER
from entrepot.payments import public as payments
from entrepot.payments.permissions import CONFIGURE
from entrepot.web.office.system.forms import ActionForm, number, text, to_major, to_minor
from entrepot.web.office.system.settings.entry import NEW, Item, Setting

_READER = system("settings")
PAPERS = {"invoice": N_("Invoices"), "credit_note": N_("Credit notes")}


def _roles() -> list[tuple[str, str]]:
    return [("", _("everybody else")), *((r.code, _(r.name)) for r in identity.list_roles())]


def _currencies() -> list[tuple[str, str]]:
    found = {c.currency for c in catalog.channels()} | {r["currency"] for r in payments.list_refund_limits()}
    return [(code, code) for code in sorted(found)]


class LimitForm(ActionForm):
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=_currencies, required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=_roles, required=False)
    most = number(gettext_lazy("May give back alone at once"), required=False, help_text=gettext_lazy(
        "Beyond it a second person agrees. Empty: the limit is taken away."))
    also = {"limit_minor": "most"}

    def shape(self) -> None:
        for name in ("currency", "role"):  # an existing limit keeps whom it is for: its address says so
            self.fields[name].disabled = self.target != NEW


def _limits(actor: Actor) -> list[Item]:
    names = dict(_roles())
    return [Item(f"{r['currency']}:{r['role']}", names.get(r["role"], r["role"]),
                 money(r["limit_minor"], r["currency"])) for r in payments.list_refund_limits()]


def _limit_initial(target: str) -> dict[str, Any]:
    if target == NEW:
        return {}
    currency, _colon, role = target.partition(":")
    found = next((r for r in payments.list_refund_limits() if (r["currency"], r["role"]) == (currency, role)), None)
    if found is None:
        raise NotFound(N_("refund limit"))
    return {"currency": currency, "role": role, "most": to_major(found["limit_minor"], currency)}


def _save_limit(data: dict[str, Any], target: str, actor: Actor) -> None:
    currency, role = (data["currency"], data["role"]) if target == NEW else target.split(":")
    payments.set_refund_limit(currency, to_minor(data["most"], currency), role=role, actor=actor)


class SeriesForm(ActionForm):
    beginning = text(gettext_lazy("Numbers begin with"), length=8, help_text=gettext_lazy(
        "Capital letters and digits. Counting goes on without a gap; what was issued keeps its number."))
    also = {"prefix": "beginning"}


def _series(actor: Actor) -> list[Item]:
    return [Item(s["kind"], _(PAPERS[s["kind"]]), _("next: %(number)s") % {"number": s["next"]})
            for s in orders.number_series(clock.now().date(), actor=_READER)]


def _series_initial(target: str) -> dict[str, Any]:
    found = next((s for s in orders.number_series(clock.now().date(), actor=_READER) if s["kind"] == target), None)
    if found is None:
        raise NotFound(N_("number series"))
    return {"beginning": found["prefix"]}


def _save_series(data: dict[str, Any], target: str, actor: Actor) -> None:
    orders.set_number_prefix(target, data["beginning"].strip().upper(), actor=actor)


SETTINGS = (
    Setting("refund-limits", "money", gettext_lazy("Refund limits"),
            gettext_lazy("How much one person may give back alone; beyond it a second person agrees."), CONFIGURE,
            "undo", LimitForm, _limits, _limit_initial, _save_limit, gettext_lazy("Add a limit"),
            words=("refund", "approval", "退款", "审批")),
    Setting("numbers", "words", gettext_lazy("Number series"),
            gettext_lazy("How invoices and credit notes are numbered, without gaps."), ISSUER, "tag", SeriesForm,
            _series, _series_initial, _save_series, words=("invoice number", "编号", "发票号")),
)
