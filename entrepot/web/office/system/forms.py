"""Forms that call an action: what was typed stays, and what the action refuses stands beside its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from entrepot.kit.errors import DomainError
from entrepot.kit.money import exponent
from entrepot.kit.rest import translated
from entrepot.web.storefront.countries import COUNTRIES

COUNTRY_CHOICES = list(COUNTRIES.items())
NAME_LANGUAGES = (("en", gettext_lazy("English")), ("zh_hans", gettext_lazy("Chinese")))


class ActionForm(forms.Form):
    """`also` names the fields beside which an action's own field names are shown when it refuses them; those of
    `seldom` are folded away.
    """

    also: Mapping[str, str] = {}
    seldom: tuple[str, ...] = ()
    reshaping: tuple[str, ...] = ()  # choices that decide which other fields there are
    required_css_class = "required"

    def __init__(self, *args: Any, target: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target = target
        self.shape()
        self._own_language_first()
        for name, field in self.fields.items():
            if name in self.errors_beside():
                field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"id_{name}_error"}

    def shape(self) -> None:
        """Fields that depend on what is known or typed, before anything is looked at."""

    def _own_language_first(self) -> None:
        """Who reads Chinese names things in Chinese first, and in English if they like."""
        if get_language() != "zh-hans" or not {"name_en", "name_zh_hans"} <= set(self.fields):
            return
        english, chinese = self.fields["name_en"], self.fields["name_zh_hans"]
        chinese.label, english.label = english.label, _("Name in English")
        chinese.required, english.required = True, False
        self.order_fields(["name_zh_hans", "name_en"])

    def errors_beside(self) -> set[str]:
        return set(self.errors) if self.is_bound else set()

    def first(self) -> list[forms.BoundField]:
        return [f for f in self if f.name not in self.seldom]

    def rest(self) -> list[forms.BoundField]:
        return [f for f in self if f.name in self.seldom]

    def rest_is_wrong(self) -> bool:
        return any(f.errors for f in self.rest())

    def typed(self) -> dict[str, Any]:
        """What stands in the fields, right or wrong."""
        return {f.name: f.data for f in self}

    def run(self, action: Callable[[dict[str, Any]], Any]) -> bool:
        """Whether the action took what was typed; its refusal becomes an error of the form."""
        if not self.is_valid():
            return False
        try:
            action(self.cleaned_data)
        except DomainError as error:
            field = str(error.params.get("field", "")).partition(".")[0]
            name = self.also.get(field, field)
            reason = _(error.params["reason"]) if name in self.fields and "reason" in error.params else None
            self.add_error(name if name in self.fields else None, reason or translated(error))
            return False
        return True


def names(data: Mapping[str, Any], stem: str = "name") -> dict[str, str]:
    """The texts by language of fields like `name_en` and `name_zh_hans`."""
    return {code.replace("_", "-"): text for code, _label in NAME_LANGUAGES
            if (text := (data.get(f"{stem}_{code}") or "").strip())}


def names_initial(texts: Mapping[str, str], stem: str = "name") -> dict[str, str]:
    return {f"{stem}_{code}": texts.get(code.replace("_", "-"), "") for code, _label in NAME_LANGUAGES}


def text(label: Any, *, help_text: Any = "", required: bool = True, length: int = 200,
         **options: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=length, **options)


def long_text(label: Any, *, help_text: Any = "", required: bool = False, length: int = 4000) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=length,
                           widget=forms.Textarea(attrs={"rows": 4}))


def yes(label: Any, *, help_text: Any = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, help_text=help_text, required=False)


def country_field(label: Any = None, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label or gettext_lazy("Country"), choices=COUNTRY_CHOICES, **options)


def number(label: Any, *, least: Decimal | int | None = 0, most: Decimal | int | None = None, required: bool = True,
           help_text: Any = "", places: int = 2) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=least, max_value=most, required=required, help_text=help_text,
                              decimal_places=places, max_digits=14,
                              widget=forms.TextInput(attrs={"inputmode": "decimal"}))


def to_minor(amount: Decimal | None, currency: str) -> int | None:
    return None if amount is None else int(amount.scaleb(exponent(currency)).to_integral_value())


def to_major(minor: int | None, currency: str) -> str:
    return "" if minor is None else f"{Decimal(minor).scaleb(-exponent(currency)):f}"
