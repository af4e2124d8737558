"""The countries of the address form, by ISO 3166-1 alpha-2."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COUNTRIES: dict[str, str | Promise] = {
    "GB": _("United Kingdom"), "CN": _("China"), "DE": _("Germany"), "FR": _("France"), "IE": _("Ireland"),
    "NL": _("Netherlands"), "ES": _("Spain"), "IT": _("Italy"), "US": _("United States"), "SG": _("Singapore")}
