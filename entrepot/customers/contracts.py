"""Shapes of people and addresses."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """A postal address anywhere. China: region 省, city 市, district 区县 are the three levels. Country is ISO 3166-1 alpha-2."""

    name: str
    line1: str
    city: str
    country: str
    line2: str = ""
    district: str = ""
    region: str = ""
    postcode: str = ""
    phone: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True)
class CustomerInfo:
    id: UUID
    name: str
    email: str
    phone: str
    language: str
    group_id: int | None
    company_id: UUID | None
    user_id: int | None
