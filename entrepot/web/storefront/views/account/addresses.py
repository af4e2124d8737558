"""The address book, and what one is called and spoken to."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entrepot.customers import public as customers
from entrepot.customers.contracts import AddressInfo
from entrepot.kit.actor import Actor
from entrepot.kit.errors import DomainError, NotFound
from entrepot.kit.rest import translated
from entrepot.web.storefront.countries import COUNTRIES
from entrepot.web.storefront.forms import AddressForm, MarkedForm
from entrepot.web.storefront.shop import Paths, channel_of
from entrepot.web.storefront.views.account.common import account_page, customer_of, member


@member
@require_safe
def address_book(request: HttpRequest) -> HttpResponse:
    customer_id, _actor = customer_of(request)
    book = [{"id": a.id, "is_default": a.is_default, "address": asdict(a.address)}
            for a in customers.list_addresses(customer_id)]
    return account_page(request, "addresses", "addresses", {"addresses": book})


@member
@require_http_methods(["GET", "HEAD", "POST"])
def new_address(request: HttpRequest) -> HttpResponse:
    customer_id, actor = customer_of(request)
    initial = {"name": actor.label}
    form = AddressForm(request.POST if request.method == "POST" else None, country=channel_of(request).country,
                       initial=initial)
    if request.method == "POST" and form.is_valid() and _saved(request, form, customer_id, None, actor):
        return redirect("shop:addresses")
    return _form_page(request, form, None)


@member
@require_http_methods(["GET", "HEAD", "POST"])
def edit_address(request: HttpRequest, address_id: UUID) -> HttpResponse:
    customer_id, actor = customer_of(request)
    entry = next((a for a in customers.list_addresses(customer_id) if a.id == address_id), None)
    if entry is None:
        raise Http404
    form = AddressForm(request.POST if request.method == "POST" else None, country=entry.address.country,
                       initial=asdict(entry.address))
    if request.method == "POST" and form.is_valid() and _saved(request, form, customer_id, address_id, actor):
        return redirect("shop:addresses")
    return _form_page(request, form, entry)


def _saved(request: HttpRequest, form: AddressForm, customer_id: UUID, address_id: UUID | None, actor: Actor) -> bool:
    is_default = bool(request.POST.get("is_default"))
    try:
        if address_id is None:
            customers.add_address(customer_id, form.address(), is_default=is_default, actor=actor)
        else:
            customers.update_address(customer_id, address_id, form.address(), is_default=is_default or None,
                                     actor=actor)
    except DomainError as error:
        form.add_error(None, translated(error))
        return False
    messages.success(request, gettext("The address is saved."))
    return True


def _form_page(request: HttpRequest, form: AddressForm, entry: AddressInfo | None) -> HttpResponse:
    form.mark()
    return account_page(request, "address", "addresses", {"form": form, "entry": entry},
                        status=422 if form.errors else 200)


@member
@require_POST
def delete_address(request: HttpRequest, address_id: UUID) -> HttpResponse:
    return _attempt(request, lambda own, actor: customers.delete_address(own, address_id, actor=actor),
                    gettext("The address is gone."))


@member
@require_POST
def default_address(request: HttpRequest, address_id: UUID) -> HttpResponse:
    return _attempt(request, lambda own, actor: customers.update_address(own, address_id, is_default=True, actor=actor),
                    gettext("This is now your usual address."))


def _attempt(request: HttpRequest, verb: Any, done: str) -> HttpResponse:
    customer_id, actor = customer_of(request)
    try:
        verb(customer_id, actor)
    except NotFound as error:
        raise Http404 from error
    messages.success(request, done)
    return redirect("shop:addresses")


class ProfileForm(MarkedForm):
    name = forms.CharField(label=_("Full name"), max_length=120,
                           widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.RegexField(r"^\+?[\d\s().\-/]{5,30}$", label=_("Phone"), max_length=40, required=False,
                             error_messages={"invalid": _("This is not a telephone number.")},
                             widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}))
    language = forms.ChoiceField(label=_("We write to you in"), choices=settings.LANGUAGES)
    country = forms.ChoiceField(label=_("Country"), choices=[("", "—"), *COUNTRIES.items()], required=False)


@member
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    customer_id, actor = customer_of(request)
    person = customers.get_customer(customer_id)
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=asdict(person))
    if request.method == "POST" and form.is_valid():
        try:
            customers.update_customer(customer_id, form.cleaned_data, actor=actor)
            messages.success(request, gettext("Saved."))
            return redirect("shop:profile")
        except DomainError as error:
            form.add_error(None, translated(error))
    form.mark()
    return account_page(request, "profile", "profile", {"form": form, "person": person},
                        status=422 if form.errors else 200)


PATHS: Paths = (
    ("account/addresses/", address_book, "addresses"),
    ("account/addresses/new/", new_address, "address-new"),
    ("account/addresses/<uuid:address_id>/", edit_address, "address"),
    ("account/addresses/<uuid:address_id>/delete/", delete_address, "address-delete"),
    ("account/addresses/<uuid:address_id>/default/", default_address, "address-default"),
    ("account/profile/", profile, "profile"),
)
