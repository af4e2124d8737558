"""The countries of the address forms, by ISO 3166-1 alpha-2."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COUNTRIES: dict[str, str | Promise] = {
    "GB": _("United Kingdom"), "CN": _("China"), "AU": _("Australia"), "AT": _("Austria"), "BE": _("Belgium"),
    "BR": _("Brazil"), "CA": _("Canada"), "CZ": _("Czechia"), "DK": _("Denmark"), "FI": _("Finland"),
    "FR": _("France"), "DE": _("Germany"), "GR": _("Greece"), "HK": _("Hong Kong"), "HU": _("Hungary"),
    "IN": _("India"), "ID": _("Indonesia"), "IE": _("Ireland"), "IT": _("Italy"), "JP": _("Japan"),
    "KR": _("South Korea"), "LU": _("Luxembourg"), "MO": _("Macao"), "MY": _("Malaysia"), "MX": _("Mexico"),
    "NL": _("Netherlands"), "NZ": _("New Zealand"), "NO": _("Norway"), "PH": _("Philippines"), "PL": _("Poland"),
    "PT": _("Portugal"), "SG": _("Singapore"), "SK": _("Slovakia"), "SI": _("Slovenia"), "ZA": _("South Africa"),
    "ES": _("Spain"), "SE": _("Sweden"), "CH": _("Switzerland"), "TW": _("Taiwan"), "TH": _("Thailand"),
    "AE": _("United Arab Emirates"), "US": _("United States"), "VN": _("Vietnam")}
