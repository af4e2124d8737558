"""The countries of the address forms, by ISO 3166-1 alpha-2."""

from entrepot.customers.public import COUNTRY_NAMES as COUNTRIES

__all__ = ["COUNTRIES"]
