"""The verbs of groups and companies."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from entrepot.customers.contracts import CompanyInfo, GroupInfo
from entrepot.customers.errors import CodeTaken
from entrepot.customers.models import Company, CustomerGroup
from entrepot.customers.permissions import MANAGE
from entrepot.kit import audit
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound


def create_group(code: str, name: str, *, actor: Actor) -> GroupInfo:
    """Add a group that prices may be for. Raises CodeTaken."""
    actor.require(MANAGE)
    with transaction.atomic():
        group, is_new = CustomerGroup.objects.get_or_create(code=code, defaults={"name": name})
        if not is_new:
            raise CodeTaken(value=code)
        audit.record(actor, "customers.create_group", "customer_group", group.pk, new={"code": code, "name": name})
    return GroupInfo(group.pk, code, name)


def rename_group(code: str, name: str, *, actor: Actor) -> GroupInfo:
    actor.require(MANAGE)
    with transaction.atomic():
        group = CustomerGroup.objects.select_for_update().filter(code=code).first()
        if group is None:
            raise NotFound("customer group")
        audit.record(actor, "customers.rename_group", "customer_group", group.pk, old=group.name, new=name)
        group.name = name
        group.save(update_fields=["name"])
    return GroupInfo(group.pk, code, name)


def create_company(name: str, *, tax_number: str = "", external_id: str | None = None, actor: Actor) -> CompanyInfo:
    """Add a company. Raises CodeTaken for a known external id."""
    actor.require(MANAGE)
    with transaction.atomic():
        if external_id and Company.objects.filter(external_id=external_id).exists():
            raise CodeTaken(value=external_id)
        company = Company.objects.create(name=name, tax_number=tax_number, external_id=external_id)
        audit.record(actor, "customers.create_company", "company", company.pk, new={"name": name})
    return CompanyInfo(company.pk, name, tax_number, external_id)


def update_company(company_id: UUID, *, name: str | None = None, tax_number: str | None = None,
                   actor: Actor) -> CompanyInfo:
    actor.require(MANAGE)
    with transaction.atomic():
        company = Company.objects.select_for_update().filter(pk=company_id).first()
        if company is None:
            raise NotFound("company")
        old = {"name": company.name, "tax_number": company.tax_number}
        company.name = company.name if name is None else name
        company.tax_number = company.tax_number if tax_number is None else tax_number
        company.save(update_fields=["name", "tax_number"])
        audit.record(actor, "customers.update_company", "company", company_id, old=old,
                     new={"name": company.name, "tax_number": company.tax_number})
    return CompanyInfo(company.pk, company.name, company.tax_number, company.external_id)
