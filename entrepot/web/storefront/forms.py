"""Forms of the shop."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

COUNTRIES = [("GB", _("United Kingdom")), ("CN", _("China")), ("DE", _("Germany")), ("FR", _("France")),
             ("IE", _("Ireland")), ("NL", _("Netherlands")), ("ES", _("Spain")), ("IT", _("Italy")),
             ("US", _("United States")), ("SG", _("Singapore"))]


def _text(label: Any, limit: int = 120, *, required: bool = True, hint: str = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, required=required,
                           widget=forms.TextInput(attrs={"autocomplete": hint or "on"}))


class AddressForm(forms.Form):
    """Contact and postal address of a buyer; the fields follow the order of the address book."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    name = _text(_("Full name"), hint="name")
    phone = _text(_("Phone"), 40, required=False, hint="tel")
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)
    region = _text(_("County or province"), required=False, hint="address-level1")
    city = _text(_("City"), hint="address-level2")
    district = _text(_("District"), required=False, hint="address-level3")
    line1 = _text(_("Street and number"), 200, hint="address-line1")
    line2 = _text(_("Flat, floor, company"), 200, required=False, hint="address-line2")
    postcode = _text(_("Postcode"), 20, required=False, hint="postal-code")

    def address(self) -> dict[str, str]:
        data = self.cleaned_data
        return {k: data[k] for k in ("name", "phone", "country", "region", "city", "district", "line1", "line2",
                                     "postcode")}
