"""Where the visitor wants things sent, and what is promised to that place before there is a cart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo
from entrepot.checkout import public as checkout
from entrepot.kit import clock
from entrepot.web.storefront.countries import COUNTRIES

_COOKIE = "place"
_YEAR_S = 365 * 86_400
_LONGEST = 12
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Place:
    country: str
    postcode: str = ""

    @property
    def name(self) -> str:
        """The postcode in its country, as one says it."""
        return " ".join(x for x in (self.postcode, str(COUNTRIES.get(self.country, self.country))) if x)


def place_of(request: HttpRequest, channel: ChannelInfo) -> Place:
    """What the visitor told us, else the channel's own country."""
    country, _dot, postcode = request.COOKIES.get(_COOKIE, "").partition(".")
    return Place(country, _clean(postcode)) if country in COUNTRIES else Place(channel.country)


def _clean(postcode: str) -> str:
    return "".join(c for c in postcode.upper() if c.isascii() and (c.isalnum() or c in " -"))[:_LONGEST].strip()


def remember(response: HttpResponse, country: str, postcode: str) -> HttpResponse:
    """Keep the place in the visitor's browser; what is no country of ours changes nothing."""
    if country in COUNTRIES:
        response.set_cookie(_COOKIE, f"{country}.{_clean(postcode)}", max_age=_YEAR_S, httponly=True, samesite="Lax",
                            secure=settings.SECURE)
    return response


def promises(channel: ChannelInfo, place: Place, variant: dict[str, Any], language: str) -> list[dict[str, Any]]:
    """When one piece would arrive there and what sending it costs, the quickest first."""
    price = variant["price"]
    found = checkout.delivery_promises(
        channel, {"country": place.country, "postcode": place.postcode}, weight_g=variant["weight_g"] or 0,
        goods_minor=price["amount_minor"] if price else 0, now=clock.now())
    shown = []
    for one in found[:_SHOWN]:
        minutes = int(one.closes_in.total_seconds()) // 60 if one.closes_in else 0
        shown.append({"name": catalog.in_language(one.name, language), "amount_minor": one.amount_minor,
                      "currency": one.currency, "earliest_on": one.earliest_on, "latest_on": one.latest_on,
                      "hours": minutes // 60, "minutes": minutes % 60})
    return shown
