"""What a buyer fills in: how to reach them, where it goes, what the invoice says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from entrepot.checkout import public as checkout
from entrepot.customers import public as customers
from entrepot.customers.contracts import AddressField
from entrepot.kit.errors import DomainError, InvalidInput
from entrepot.kit.rest import translated
from entrepot.web.storefront.countries import COUNTRIES
from entrepot.web.storefront.quick import CountrySelect, Quick

POSTAL = ("name", "company", "phone", "country", "region", "city", "district", "line1", "line2", "postcode")
OTHER = "-"  # a district that the list does not know

_LABELS = {
    ("region", "province"): _("Province"), ("region", "county"): _("County"),
    ("region", "state"): pgettext_lazy("of a country", "State"),
    ("region", "prefecture"): _("Prefecture"), ("region", "area"): _("Area"), ("region", ""): _("Region"),
    ("city", ""): _("Town or city"), ("city", "district"): _("District"), ("city", "suburb"): _("Suburb"),
    ("district", ""): _("District"), ("district", "townland"): _("Townland"),
    ("postcode", ""): _("Postcode"), ("postcode", "zip"): _("ZIP code"), ("postcode", "eircode"): _("Eircode"),
    ("postcode", "pin"): _("PIN code"),
    ("name", ""): _("Full name"), ("company", ""): _("Company"), ("phone", ""): _("Phone"),
    ("line1", ""): _("Street and number"), ("line2", ""): _("Flat, floor, company"),
}
_LIMITS = {"name": 120, "company": 120, "phone": 40, "line1": 200, "line2": 200, "postcode": 12}
_HINTS = {"name": "name", "company": "organization", "phone": "tel", "region": "address-level1",
          "city": "address-level2", "district": "address-level3", "line1": "address-line1", "line2": "address-line2",
          "postcode": "postal-code"}
# Asking for these live tells what other fields are to be shown.
LIVE = {"data-live": ""}


class MarkedForm(forms.Form):
    """A form whose fields point to their error, and whose labels tell what is optional."""

    default_renderer = Quick()

    def mark(self) -> None:
        """Once validated: for screen readers and for style."""
        for name in self.errors:
            if name in self.fields:
                key = self[name].auto_id
                self.fields[name].widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"{key}-error"}

    def typed_wrong(self) -> dict[str, str]:
        """Errors of what was filled in; what is merely empty is not yet wrong."""
        return {name: str(found[0]) for name, found in self.errors.items()
                if name == "__all__" or (name in self.fields and self.data.get(self.add_prefix(name), ""))}

    def forgive(self) -> None:
        """While the buyer still writes: complain of nothing that is merely empty."""
        keep = self.typed_wrong()
        for name in [n for n in self.errors if n not in keep]:
            del self.errors[name]


class ContactForm(MarkedForm):
    email = forms.EmailField(label=_("E-mail"), max_length=254,
                             widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    phone = forms.RegexField(r"^\+?[\d\s().\-/]{5,30}( ?(x|ext\.?) ?\d{1,6})?$", label=_("Phone"), required=False,
                             max_length=40, error_messages={"invalid": _("This is not a telephone number.")},
                             widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}))


class PickupForm(MarkedForm):
    """Who comes to the store: the order has no address that would say a name."""

    collected_by = forms.CharField(label=_("Who picks it up"), max_length=120,
                                   widget=forms.TextInput(attrs={"autocomplete": "name"}))


class AddressForm(MarkedForm):
    """A postal address with the fields of its country: Chinese ones by province, city and district, American ones
    with a state, and so on. `countries` narrows the choice, as delivery does."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, country: str, countries: Iterable[str] | None = None,
                 initial: Mapping[str, Any] | None = None, prefix: str | None = None,
                 leave_out: Iterable[str] = ()) -> None:
        super().__init__(data, initial=dict(initial or {}), prefix=prefix)
        offered = {c: COUNTRIES[c] for c in COUNTRIES if countries is None or c in countries} or dict(COUNTRIES)
        chosen = self._said("country").upper() or country
        chosen = chosen if chosen in offered else (country if country in offered else next(iter(offered)))
        self.initial["country"] = chosen
        self.fields["country"] = forms.ChoiceField(
            label=_("Country"), choices=list(offered.items()),
            widget=CountrySelect(attrs={"autocomplete": "country", **LIVE}))
        self.country = chosen
        for field in customers.address_form(chosen, self._said("region"), self._said("city")).fields:
            if field.name not in leave_out and (field.name != "company" or self._said("company")):
                self._add(field)

    def _said(self, name: str) -> str:
        """What was typed, else what was known."""
        value = self.data.get(self.add_prefix(name)) if self.is_bound else self.initial.get(name)
        return str(value or "").strip()

    def _add(self, field: AddressField) -> None:
        label = _LABELS.get((field.name, field.kind)) or _LABELS[(field.name, "")]
        attrs = {"autocomplete": _HINTS[field.name]}
        levels = self.country == "CN" and field.name in ("city", "district")
        if field.choices or (levels and not self._said("region")):
            self._add_choice(field, label, attrs)
            return
        if field.example:
            attrs["placeholder"] = field.example
        required = field.required or (field.name == "phone" and self.country == "CN")
        if levels and field.name == "district" and not field.required:
            return  # a city without districts
        self.fields[field.name] = forms.CharField(
            label=label, max_length=_LIMITS.get(field.name, 80), required=required, widget=forms.TextInput(attrs=attrs))

    def _add_choice(self, field: AddressField, label: Any, attrs: dict[str, str]) -> None:
        """A list to choose from; a district that it does not have is written beside it."""
        said, values = self._said(field.name), [c.value for c in field.choices]
        if len(values) == 1 and not said:
            self.initial[field.name] = values[0]
        choices = [("", _("Please choose")), *((c.value, c.label) for c in field.choices)]
        is_district = field.name == "district" and bool(values)
        if is_district:
            choices.append((OTHER, _("Not in this list")))
            if not self.is_bound and said and said not in values:
                self.initial.update(district=OTHER, district_other=said)
        self.fields[field.name] = forms.ChoiceField(
            label=label, choices=choices, required=field.required,
            widget=forms.Select(attrs=attrs | (LIVE if field.name != "district" else {})))
        if is_district:
            self.fields["district_other"] = forms.CharField(
                label=_("District, as it is written"), max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("district") == OTHER and not data.get("district_other"):
            self.add_error("district_other", _("This field is required."))
        if not self.errors:
            try:
                customers.normalise_address(self.address())
            except InvalidInput as error:
                named = str(error.params.get("field", ""))
                self.add_error(named if named in self.fields else None, reason_of(error))
        return data

    def address(self) -> dict[str, str]:
        """What the fields say. A place whose addresses name no town is its own."""
        said = {k: self.cleaned_data.get(k, "") for k in POSTAL}
        if said["district"] == OTHER:
            said["district"] = self.cleaned_data.get("district_other", "")
        said["city"] = said["city"] or said["region"] or said["country"]
        return said


class InvoiceForm(MarkedForm):
    """What the invoice shall say: nothing special, a company's data, or a fapiao's where China issues them."""

    invoice = forms.ChoiceField(label=_("Invoice"), required=False, initial="none", choices=[
        ("none", _("To the name above")), ("standard", _("To a company")), ("fapiao", _("Chinese fapiao"))],
        widget=forms.RadioSelect(attrs=LIVE))
    bill_to = forms.CharField(label=_("Name on the invoice"), max_length=200, required=False)
    tax_number = forms.CharField(label=_("VAT or tax number"), max_length=40, required=False)
    reference = forms.CharField(label=_("Your reference"), max_length=80, required=False)
    title_type = forms.ChoiceField(label=_("Title"), required=False, initial="personal", choices=[
        ("personal", _("Personal")), ("company", _("Company"))], widget=forms.RadioSelect)
    title = forms.CharField(label=_("Fapiao title"), max_length=200, required=False)
    taxpayer_number = forms.CharField(label=_("Taxpayer number"), max_length=24, required=False)
    type = forms.ChoiceField(label=_("Kind of fapiao"), required=False, initial="normal", choices=[
        ("normal", _("Normal fapiao")), ("special", _("Special VAT fapiao"))])
    registered_address = forms.CharField(label=_("Registered address"), max_length=200, required=False)
    bank_name = forms.CharField(label=_("Bank"), max_length=120, required=False)
    bank_account = forms.CharField(label=_("Account number"), max_length=40, required=False)

    _OURS = {"name": "bill_to", "kind": "invoice"}

    def __init__(self, *args: Any, with_fapiao: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.with_fapiao = with_fapiao
        if not with_fapiao:
            asked = cast(forms.ChoiceField, self.fields["invoice"])
            asked.choices = [choice for choice in cast(list[Any], asked.choices) if choice[0] != "fapiao"]
        for name in ("bill_to", "title", "taxpayer_number"):  # once their kind of invoice is chosen
            self.fields[name].widget.is_required = True

    @classmethod
    def known(cls, stored: Mapping[str, Any] | None) -> dict[str, Any]:
        if not stored:
            return {"invoice": "none"}
        return {**stored, "invoice": stored.get("kind", "standard"), "bill_to": stored.get("name", "")}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and (asked := self.invoice_data()) is not None:
            try:
                checkout.normalise_invoice_data(asked)
            except DomainError as error:
                field = str(error.params.get("field", ""))
                field = self._OURS.get(field, field)
                self.add_error(field if field in self.fields else None, reason_of(error))
        return data

    def invoice_data(self) -> dict[str, str] | None:
        said, kind = self.cleaned_data, self.cleaned_data.get("invoice") or "none"
        if kind == "standard":
            return {"kind": kind, "name": said["bill_to"], "tax_number": said["tax_number"],
                    "reference": said["reference"]}
        if kind != "fapiao":
            return None
        personal = (said["title_type"] or "personal") == "personal"
        named = {"kind": kind, "title_type": "personal" if personal else "company", "title": said["title"]}
        if personal:
            return named
        return named | {k: said[k] for k in ("type", "taxpayer_number", "registered_address", "bank_name",
                                             "bank_account")}


class ExtrasForm(MarkedForm):
    gift_message = forms.CharField(label=_("Gift message"), max_length=1000, required=False,
                                   widget=forms.Textarea(attrs={"rows": 3}))
    note = forms.CharField(label=_("Note for us"), max_length=2000, required=False,
                           widget=forms.Textarea(attrs={"rows": 2}))


def reason_of(error: DomainError) -> str:
    """Beside its field the sentence needs no name of the field."""
    reason = error.params.get("reason")
    return gettext(reason) if isinstance(reason, str) and reason else translated(error)
