"""Fraud rules as forms: each kind of rule asks for its own limits, in words and units."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from entrepot.catalog import public as catalog
from entrepot.fraud import public as fraud
from entrepot.fraud.errors import RuleExists
from entrepot.fraud.permissions import CONFIGURE
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.web.office.system.forms import ActionForm, number, to_major, to_minor, yes
from entrepot.web.office.system.settings.entry import NEW, Item, Setting

OF = (("order", gettext_lazy("orders")), ("failed_payment", gettext_lazy("failed payments")))
BY = (("email", gettext_lazy("the same e-mail address")), ("ip", gettext_lazy("the same network address")),
      ("address", gettext_lazy("the same delivery address")))
UNITS = (("1", gettext_lazy("minutes")), ("60", gettext_lazy("hours")), ("1440", gettext_lazy("days")))
_FIRST = "velocity"
_AMOUNT = "amount_"


class RuleForm(ActionForm):
    kind = forms.ChoiceField(label=gettext_lazy("What it looks for"),
                             choices=lambda: [(code, _(kind.text)) for code, kind in fraud.KINDS.items()])
    code = forms.SlugField(label=pgettext_lazy("name", "Code"), max_length=50,
                           help_text=gettext_lazy("Short and lasting: reasons on orders name the rule by it."))
    of = forms.ChoiceField(label=gettext_lazy("It counts"), choices=OF)
    by = forms.ChoiceField(label=gettext_lazy("Coming from"), choices=BY)
    limit = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=1_000_000,
                               help_text=gettext_lazy("With so many before it, the next order is looked at."))
    span = forms.IntegerField(label=gettext_lazy("Within"), min_value=1, max_value=fraud.MAX_MINUTES)
    unit = forms.ChoiceField(label=gettext_lazy("Unit of time"), choices=UNITS)
    score = forms.IntegerField(label=gettext_lazy("Points towards a review"), min_value=1, max_value=fraud.MAX_SCORE,
                               help_text=gettext_lazy("From 50 points together on, a person looks at the order."))
    is_active = yes(gettext_lazy("Active"))
    dry_run = yes(gettext_lazy("Only watch: note that it would have counted, and let the order pass"))
    reshaping = ("kind",)
    also = {"value": "code"}

    def shape(self) -> None:
        """Only the limits that this kind of rule knows."""
        kind = str((self.data if self.is_bound else self.initial).get("kind") or _FIRST)
        if self.target != NEW:
            kind = self.initial["kind"]
            self.fields["kind"].disabled = self.fields["code"].disabled = True
        knows = fraud.KINDS[kind].params if kind in fraud.KINDS else frozenset()
        asked = {"of": "of", "by": "by", "limit": "limit", "span": "minutes", "unit": "minutes"}
        for name, param in asked.items():
            if param not in knows:
                del self.fields[name]
        if "by" in self.fields and kind == "many_emails":
            self.fields["by"] = forms.ChoiceField(label=self.fields["by"].label, choices=BY[1:])
        for currency in currencies(self.initial.get("amounts") or {}) if "amounts" in knows else ():
            self.fields[f"{_AMOUNT}{currency}"] = number(
                _("From this amount in %(currency)s") % {"currency": currency}, required=False,
                help_text=_("Empty: orders in this currency are not looked at."))
        self.order_fields([n for n in self.fields if n not in ("score", "is_active", "dry_run")])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "span" in cleaned and cleaned["span"] * int(cleaned.get("unit") or 1) > fraud.MAX_MINUTES:
            self.add_error("span", _("Rules look back one year at most."))
        amounts = [n for n in self.fields if n.startswith(_AMOUNT)]
        if amounts and not self.errors and not any(cleaned.get(n) for n in amounts):
            self.add_error(amounts[0], _("Give an amount for at least one currency."))
        return cleaned


def currencies(known: dict[str, int]) -> list[str]:
    return sorted({*known, *(c.currency for c in catalog.channels())})


def params_of(data: dict[str, Any]) -> dict[str, Any]:
    """What the rule keeps, from what the form asks."""
    params: dict[str, Any] = {name: data[name] for name in ("of", "by", "limit") if name in data}
    if "span" in data:
        params["minutes"] = data["span"] * int(data["unit"])
    amounts = {n.removeprefix(_AMOUNT): to_minor(v, n.removeprefix(_AMOUNT)) for n, v in data.items()
               if n.startswith(_AMOUNT) and isinstance(v, Decimal) and v > 0}
    return {**params, "amounts": amounts} if amounts else params


def initial_of(params: dict[str, Any]) -> dict[str, Any]:
    """What the form shows, from what the rule keeps: time in the largest unit that leaves no rest."""
    shown: dict[str, Any] = {name: params[name] for name in ("of", "by", "limit") if name in params}
    if minutes := params.get("minutes"):
        unit = next(u for u in (1440, 60, 1) if minutes % u == 0)
        shown |= {"span": minutes // unit, "unit": str(unit)}
    amounts = params.get("amounts") or {}
    return {**shown, "amounts": amounts,
            **{f"{_AMOUNT}{currency}": to_major(minor, currency) for currency, minor in amounts.items()}}


def _rules(actor: Actor) -> list[Item]:
    return [Item(r.code, f"{_(fraud.KINDS[r.kind].text)} · {r.code}",
                 _("%(n)s points") % {"n": r.score} + (f" · {_('only watched')}" if r.dry_run else ""),
                 r.is_active) for r in fraud.list_rules()]


def _initial(target: str) -> dict[str, Any]:
    if target == NEW:
        return {"kind": _FIRST, "of": "order", "by": "email", "unit": "60", "score": 50, "is_active": True,
                "dry_run": True}
    found = next((r for r in fraud.list_rules() if r.code == target), None)
    if found is None:
        raise NotFound(N_("rule"))
    return {"kind": found.kind, "code": found.code, "score": found.score, "is_active": found.is_active,
            "dry_run": found.dry_run, **initial_of(found.params)}


def _save(data: dict[str, Any], target: str, actor: Actor) -> None:
    values = {"score": data["score"], "is_active": data["is_active"], "dry_run": data["dry_run"]}
    if target == NEW:
        try:
            fraud.create_rule(data["code"], data["kind"], params_of(data), **values, actor=actor)
        except RuleExists as error:
            raise InvalidInput("code", N_("This code is taken.")) from error
        return
    fraud.update_rule(target, params=params_of(data), **values, actor=actor)


SETTINGS = (
    Setting("fraud", "money", gettext_lazy("Fraud rules"),
            gettext_lazy("What makes an order wait for a person's eye. Each rule adds points; watch one first before"
                         " it counts."), CONFIGURE, "policy", RuleForm, _rules, _initial, _save,
            gettext_lazy("Add a rule"), words=("risk", "review", "风控", "审核")),
)
