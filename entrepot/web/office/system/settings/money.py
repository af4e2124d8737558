"""Settings of money and trust: ways to pay, points, fraud rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from entrepot.catalog import public as catalog
from entrepot.checkout import public as checkout
from entrepot.checkout.permissions import DELIVERY
from entrepot.kit import retention, said
from entrepot.kit.actor import Actor
from entrepot.kit.amounts import money
from entrepot.kit.errors import N_, NotFound
from entrepot.kit.permissions import RETENTION
from entrepot.payments import public as payments
from entrepot.payments.permissions import CONFIGURE
from entrepot.web.office.system.forms import (
    ActionForm,
    long_text,
    names,
    names_initial,
    number,
    to_major,
    to_minor,
    yes,
)
from entrepot.web.office.system.settings.entry import Item, Setting


class MethodForm(ActionForm):
    is_offered = yes(gettext_lazy("Offered at checkout"))
    position = forms.IntegerField(label=gettext_lazy("Place in the list"), min_value=0, max_value=99, initial=0)
    instructions_en = long_text(gettext_lazy("What the payer must know"), help_text=gettext_lazy(
        "For a bank transfer the account to pay into; shown after the order and in its mail."))
    instructions_zh_hans = long_text(gettext_lazy("The same in Chinese"))
    also = {"method": "is_offered"}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.target.endswith(":bank_transfer") and data.get("is_offered") and not names(data, "instructions"):
            self.add_error("instructions_en", _("Without an account nobody can transfer anything."))
        return data


def _methods(actor: Actor) -> list[Item]:
    items = []
    for channel in catalog.channels():
        for way in payments.ways(channel.id, channel.currency):
            name = f"{said.in_language(channel.name)}: {way['name']}"
            state = _("offered") if way["is_live"] else _("not offered") if way["is_set_up"] else _("not set up")
            items.append(Item(f"{channel.code}:{way['code']}", name, state, way["is_live"]))
    return items


def _way(target: str) -> tuple[int, dict[str, Any]]:
    code, _colon, method = target.partition(":")
    channel = catalog.channel(code)
    found = next((w for w in payments.ways(channel.id, channel.currency) if w["code"] == method), None)
    if found is None:
        raise NotFound(N_("way to pay"))
    return channel.id, found


def _method_initial(target: str) -> dict[str, Any]:
    way = _way(target)[1]
    return {"is_offered": way["is_offered"], "position": way["position"],
            **names_initial(way["instructions"], "instructions")}


def _save_method(data: dict[str, Any], target: str, actor: Actor) -> None:
    channel_id, way = _way(target)
    payments.set_method(channel_id, way["code"], is_offered=data["is_offered"], position=data["position"],
                        instructions=names(data, "instructions"), actor=actor)


class PointsForm(ActionForm):
    worth = number(gettext_lazy("100 points are worth"), required=False,
                   help_text=gettext_lazy("In the channel's currency. Empty or 0: points are not taken as payment."))


def _points(actor: Actor) -> list[Item]:
    found = [(c, checkout.points_rate(c.id)) for c in catalog.channels()]
    return [Item(c.code, said.in_language(c.name),
                 money(rate, c.currency) if rate else _("not taken"), bool(rate))
            for c, rate in found]


def _points_initial(target: str) -> dict[str, Any]:
    channel = catalog.channel(target)
    return {"worth": to_major(checkout.points_rate(channel.id) or None, channel.currency)}


def _save_points(data: dict[str, Any], target: str, actor: Actor) -> None:
    checkout.set_points_rate(target, to_minor(data["worth"], catalog.channel(target).currency), actor=actor)


class RetentionForm(ActionForm):
    days = forms.IntegerField(label=gettext_lazy("Days"), min_value=1, max_value=retention.MOST_DAYS, required=False,
                              help_text=gettext_lazy("What is older is forgotten the next night. Empty: as usual."))


def _periods(actor: Actor) -> list[Item]:
    return [Item(p.code, _(p.text), ngettext("%(days)s day", "%(days)s days", p.days) % {"days": p.days})
            for p in retention.periods(actor=actor)]


def _period_initial(target: str) -> dict[str, Any]:
    return {"days": retention.days_of(target)}


def _save_period(data: dict[str, Any], target: str, actor: Actor) -> None:
    retention.set_days(target, data["days"], actor=actor)


SETTINGS = (
    Setting("payment", "money", gettext_lazy("Ways to pay"),
            gettext_lazy("What each channel offers. Cards, Alipay and WeChat Pay appear once their keys are in the"
                         " installation's environment."), CONFIGURE, "credit_card", MethodForm, _methods,
            _method_initial, _save_method, words=("card", "bank", "cash", "Stripe", "支付", "货到付款", "银行转账")),
    Setting("points", "money", gettext_lazy("Worth of points"),
            gettext_lazy("What 100 points pay for at checkout."), DELIVERY, "loyalty", PointsForm, _points,
            _points_initial, _save_points, words=("loyalty", "积分")),
    Setting("retention", "money", gettext_lazy("How long we remember people"),
            gettext_lazy("Records of people that no law asks to keep, and after how many days they are forgotten."),
            RETENTION, "auto_delete", RetentionForm, _periods, _period_initial, _save_period,
            words=("privacy", "GDPR", "PIPL", "delete", "隐私", "保存期限", "个人信息")),
)
