"""The back office of customers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from entrepot.customers import actions
from entrepot.customers.models import Account, AccountEntry, Company, ConsentRecord, Customer, CustomerGroup
from entrepot.customers.permissions import MANAGE, READ
from entrepot.kit import said
from entrepot.kit.admin import BaseAdmin, Button, NavItem, ReadOnlyAdmin
from entrepot.kit.rest import actor_of

_STAFF_FIELDS = ("name", "phone", "language", "country", "email", "note")


def _close(request: HttpRequest, object_id: str, reason: str) -> str:
    from uuid import UUID

    actions.close_account(UUID(object_id), actor=actor_of(request))
    return ""


@admin.register(Customer)
class CustomerAdmin(BaseAdmin):
    view_permission, change_permission = READ, MANAGE
    list_display = ("name", "email", "phone", "group", "created_at", "closed_at")
    list_select_related = ("group",)
    list_filter = ("group",)
    search_fields = ("name", "email", "phone")
    fields = (*_STAFF_FIELDS, "group", "company", "user", "external_id", "created_at", "closed_at")
    readonly_fields = ("user", "external_id", "created_at", "closed_at")
    ordering = ("-id",)
    lost_hint = _("Who bought as a guest has no account: the search at the top of the page finds their orders by"
                  " e-mail, telephone or name.")
    buttons = [Button("close", _("Close the account"), MANAGE, _close)]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Saved by the same actions that the API uses."""
        actor = actor_of(request)
        values = {f: getattr(obj, f) for f in _STAFF_FIELDS}
        group_code = obj.group.code if obj.group_id else ""
        if not change:
            made = actions.create_customer(email=obj.email, name=obj.name, phone=obj.phone, language=obj.language,
                                           country=obj.country, actor=actor)
            obj.pk, obj.created_at = made.id, made.created_at
            obj._state.adding = False
        actions.update_customer(obj.pk, {**values, "group_code": group_code, "company_id": obj.company_id},
                                actor=actor)


@admin.register(CustomerGroup)
class CustomerGroupAdmin(BaseAdmin):
    view_permission, change_permission = READ, MANAGE
    list_display = ("code", "name")
    search_fields = ("code", "name")


@admin.register(Company)
class CompanyAdmin(BaseAdmin):
    view_permission, change_permission = READ, MANAGE
    list_display = ("name", "tax_number", "external_id")
    search_fields = ("name", "tax_number")


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("customer", "kind", "currency", "balance")
    list_select_related = ("customer",)
    list_filter = ("kind",)


@admin.register(AccountEntry)
class AccountEntryAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("at", "account", "delta", "reason", "reference")
    list_select_related = ("account__customer",)
    ordering = ("-id",)


@admin.register(ConsentRecord)
class ConsentRecordAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("at", "customer", "purpose", "granted", "notice_version", "channel")
    list_select_related = ("customer",)
    ordering = ("-id",)


said.refer_to(Customer, "customer_id", "payer_id", page="desk_customer")
said.refer_to(CustomerGroup, "group_id", page="customers_customergroup_change")

ADMIN_NAV = (
    NavItem("customers", Customer, "person"),
    NavItem("customers", CustomerGroup, "groups"),
    NavItem("customers", Company, "business"),
    NavItem("customers", Account, "loyalty"),
    NavItem("customers", AccountEntry, "history"),
    NavItem("customers", ConsentRecord, "fact_check"),
)
