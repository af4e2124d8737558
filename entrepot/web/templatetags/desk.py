"""Fields of the desks' forms: a refused form shows what was typed, and what is wrong beside the field."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.timesince import timesince
from django.utils.translation import get_language

from entrepot.kit.money import Money
from entrepot.orders import public as orders

register = template.Library()


@register.inclusion_tag("office/orders/_field.html", takes_context=True)
def field(context: Any, form: str, name: str, label: Any, kind: str = "text", value: Any = "", options: Any = None,
          hint: Any = "", **attributes: Any) -> dict[str, Any]:
    """`{% field "ship" "carrier" _("Carrier") maxlength=60 %}`; options are (value, text) pairs of a select."""
    refused = context.get("refused")
    mine = refused is not None and refused.form == form
    shown = refused.given.get(name, value) if mine and name in refused.given else value
    return {"id": f"{form}-{name}", "name": name, "label": label, "kind": kind, "value": "" if shown is None else shown,
            "options": [(str(v), text) for v, text in options or ()], "hint": hint,
            "error": refused.text if mine and refused.field == name else "",
            "flags": [k.replace("_", "-") for k, v in attributes.items() if v is True],
            "attributes": {k.replace("_", "-"): v for k, v in attributes.items() if v is not True and v is not False}}


@register.inclusion_tag("office/orders/_refusal.html", takes_context=True)
def refusal(context: Any, form: str) -> dict[str, Any]:
    """Why the form came back, where no field of it is to blame."""
    refused = context.get("refused")
    return {"text": refused.text if refused and refused.form == form and refused.is_general else ""}


@register.simple_tag(takes_context=True)
def given(context: Any, form: str, name: str, value: Any = "") -> Any:
    """What had been typed into a field of a refused form, else the value it starts with."""
    refused = context.get("refused")
    return refused.given.get(name, value) if refused is not None and refused.form == form else value


@register.simple_tag(takes_context=True)
def opened(context: Any, form: str) -> bool:
    """Is this the form that came back? Then what hides it is open."""
    refused = context.get("refused")
    return refused is not None and bool(refused.form == form)


@register.inclusion_tag("office/orders/_carriers.html")
def carriers() -> dict[str, Any]:
    """The carriers that the field of a parcel's carrier offers, as a list that it names `carriers`."""
    return {"names": orders.carrier_names(get_language() or "en")}


@register.filter
def typed(amount_minor: int, currency: str) -> str:
    """An amount as somebody would type it into a field."""
    return str(Money(amount_minor, currency).amount)


@register.filter
def formed(key: Any, form: str) -> str:
    """The name of a form or field that there is one of per record: 7|formed:"ship" is "ship-7"."""
    return f"{form}-{key}"


@register.filter
def age(since: datetime) -> str:
    """How long ago, in its largest unit: what a card has room for."""
    return str(timesince(since, depth=1))
