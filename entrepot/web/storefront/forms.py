"""Forms of the shop."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entrepot.customers import public as customers
from entrepot.kit.errors import DomainError, InvalidInput
from entrepot.kit.rest import translated
from entrepot.web.storefront.countries import COUNTRIES

POSTAL = ("name", "phone", "country", "region", "city", "district", "line1", "line2", "postcode")
_SMALL_TO_LARGE = ("email", "name", "phone", "country", "line1", "line2", "city", "region", "postcode")
_LARGE_TO_SMALL = ("email", "name", "phone", "country", "region", "city", "district", "line1", "line2", "postcode")


def _text(label: Any, limit: int = 120, *, required: bool = True, hint: str = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, required=required,
                           widget=forms.TextInput(attrs={"autocomplete": hint or "on"}))


class AddressForm(forms.Form):
    """Contact and postal address of a buyer; Chinese addresses go from large to small and know districts."""

    email = forms.EmailField(label=_("E-mail"), max_length=254,
                             widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    name = _text(_("Full name"), hint="name")
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False,
                            widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}))
    country = forms.ChoiceField(label=_("Country"), choices=list(COUNTRIES.items()),
                                widget=forms.Select(attrs={"autocomplete": "country"}))
    region = _text(_("County, state or province"), 80, required=False, hint="address-level1")
    city = _text(_("Town or city"), 80, hint="address-level2")
    district = _text(_("District"), 80, required=False, hint="address-level3")
    line1 = _text(_("Street and number"), 200, hint="address-line1")
    line2 = _text(_("Flat, floor, company"), 200, required=False, hint="address-line2")
    postcode = _text(_("Postcode"), 12, required=False, hint="postal-code")

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.data.get("country") or self.initial.get("country") or country
        if chosen == "CN":
            self.order_fields(_LARGE_TO_SMALL)
            self.fields["region"].required = True
        else:
            self.order_fields(_SMALL_TO_LARGE)
            del self.fields["district"]
            self.fields["postcode"].required = chosen != "IE"
        for name in self.errors if self.is_bound else ():
            if name in self.fields:
                self.fields[name].widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"id_{name}-error"}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                customers.normalise_address(self.address())
            except InvalidInput as error:
                named = str(error.params.get("field", ""))
                self.add_error(named if named in self.fields else None, _reason(error))
        return data

    def address(self) -> dict[str, str]:
        return {k: self.cleaned_data.get(k, "") for k in POSTAL}


def _reason(error: DomainError) -> str:
    """Beside its field the sentence needs no name of the field."""
    reason = error.params.get("reason")
    return gettext(reason) if isinstance(reason, str) and reason else translated(error)
