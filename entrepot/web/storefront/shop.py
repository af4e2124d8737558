"""What every shop page starts from: channel, language, departments, the addresses of the page, the visitor's cart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.stagekit import unstash_login
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import CategoryNode, ChannelInfo
from entrepot.checkout import public as checkout
from entrepot.identity import office as identity
from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import WarehouseInfo
from entrepot.kit.middleware import meant
from entrepot.web.storefront import theme
from entrepot.web.storefront.kept import Kept

Paths = tuple[tuple[str, Callable[..., HttpResponseBase], str], ...]  # route, view, name

CHANNEL_COOKIE = "channel"
CART_SALT = "storefront.cart"
CART_DAYS = 30
_YEAR_S = 365 * 86_400
_LOCALES = {"en": "en_GB", "zh-hans": "zh_CN"}


def channel_of(request: HttpRequest) -> ChannelInfo:
    """The channel that the address names, else the one the visitor chose, else the default one."""
    code = request.GET.get(CHANNEL_COOKIE) or request.COOKIES.get(CHANNEL_COOKIE, "")
    return next((c for c in catalog.channels(active_only=True) if c.code == code), None) or catalog.default_channel()


def language_of(channel: ChannelInfo) -> str:
    """The active language if the channel sells in it, else the channel's first."""
    active = get_language() or "en"
    return active if active in channel.languages else channel.languages[0]


def typed(request: HttpRequest, name: str, most: int) -> str:
    """One line of a form that Django's forms do not read: without spaces around it or signs that nobody can type."""
    return "".join(c for c in request.POST.get(name, "") if c >= " ").strip()[:most]


def way_back(request: HttpRequest, otherwise: str) -> str:
    """The page of ours that a form named as `next`, else another one."""
    wanted = request.POST.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else otherwise


_trees: Kept[list[CategoryNode]] = Kept(5)
_stores: Kept[list[WarehouseInfo]] = Kept(15)


def departments(language: str) -> list[CategoryNode]:
    return _trees.get(language, lambda: catalog.category_tree(language))


def stores_of(channel: ChannelInfo) -> list[WarehouseInfo]:
    """Where the channel's goods can be collected."""
    return _stores.get(channel.id, lambda: inventory.pickup_stores(channel.id))


def cart_cookie(request: HttpRequest) -> str:
    """A visitor has a cart in each channel: currencies do not mix."""
    return f"cart-{channel_of(request).code}"


def from_cookie(request: HttpRequest) -> tuple[str, str, int]:
    """(cart id, a guest's secret, number of pieces) as this browser was told last."""
    try:
        id_, secret, pieces = signing.loads(request.COOKIES.get(cart_cookie(request), ""), salt=CART_SALT,
                                            max_age=CART_DAYS * 86_400)
        return str(id_), str(secret), int(pieces)
    except (signing.BadSignature, ValueError, TypeError):
        return "", "", 0


def shop_name() -> str:
    """What the shop is called: as its owner named the default channel."""
    channels = catalog.channels(active_only=True)
    own = next((c for c in channels if c.is_default), channels[0] if channels else None)
    return catalog.in_language(own.name, get_language() or "en") if own else _("Entrepot")


def named(request: HttpRequest) -> dict[str, Any]:
    """A context processor: every page may say the name of the shop."""
    return {"shop_name": SimpleLazyObject(shop_name)}


def sold_in(channel: ChannelInfo) -> list[str]:
    """The languages that a visitor may change to: of those that our pages speak all, when the channel has none."""
    spoken = [code for code, _title in settings.LANGUAGES]
    return [code for code in spoken if code in channel.languages] or spoken


def frame_of(request: HttpRequest, channel: ChannelInfo) -> dict[str, Any]:
    """What header and footer of every page show."""
    language = language_of(channel)
    here = {code: translate_url(request.get_full_path(), code) for code in sold_in(channel)}
    return {
        "channel": channel, "language": language, "theme": theme.version(),
        "free_from": checkout.free_delivery_from(channel),
        "channel_name": catalog.in_language(channel.name, language), "several": _sells_elsewhere(),
        "departments": departments(language), "pieces": from_cookie(request)[2], "here": here,
        "locale": _LOCALES.get(get_language() or "en", "en_GB")}


def around_sign_in(request: HttpRequest) -> dict[str, Any]:
    """A context processor: the pages of signing in, which a package renders, stand in the shop's frame too.

    Those who work here, or go to the office, see them without the shop around. Before there is a shop, they tell how
    the first owner comes to be.
    """
    if not request.path_info.startswith("/accounts/"):
        return {}
    if not catalog.channels():
        return {"is_new": not identity.has_staff(), "for_office": True}
    return {**frame_of(request, channel_of(request)), "for_office": _goes_to_office(request)}


def _goes_to_office(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return bool(user.is_staff)
    if pending := unstash_login(request, peek=True):  # between password and second factor
        return bool(pending.user.is_staff)
    return request.GET.get("next", request.POST.get("next", "")).startswith(reverse("admin:index"))


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Render a shop page with what its frame needs. `indexed` pages name their canonical address in each language.

    In a language that the channel does not sell in, the page stands at the address of one that it does.
    """
    if not catalog.channels(active_only=True):
        return not_open_yet(request)
    channel = channel_of(request)
    if request.method == "GET" and get_language() not in (languages := sold_in(channel)):
        here, there = request.get_full_path(), translate_url(request.get_full_path(), languages[0])
        if there != here:  # an address that is no page has no twin
            return redirect(there)
    frame = frame_of(request, channel)
    if context.pop("indexed", False):
        frame |= _canonical(request, channel, context.pop("canonical_query", {}))
    with timezone.override(channel.time_zone):
        response = render(request, f"storefront/{template}.html", {**frame, **context}, status=status)
    _keep_language(request, response)
    _keep_channel(request, response, channel)
    return response


def not_open_yet(request: HttpRequest) -> HttpResponse:
    """Before there is a channel to sell in: nothing that a shop's frame could show, but the way to set it up."""
    response = render(request, "storefront/content/not_open_yet.html", status=503)
    response["Cache-Control"] = "no-store"
    return meant(response)


def _sells_elsewhere() -> bool:
    return len(catalog.channels(active_only=True)) > 1


def _canonical(request: HttpRequest, channel: ChannelInfo, query: dict[str, str]) -> dict[str, Any]:
    """A channel other than the default one is part of the address, for engines come without cookies."""
    query = query if channel.is_default else {**query, CHANNEL_COOKIE: channel.code}
    tail = f"?{urlencode(query)}" if query else ""
    absolute = {code: request.build_absolute_uri(translate_url(request.path, code)) + tail
                for code in sold_in(channel)}
    return {"canonical": absolute.get(get_language() or "en", ""), "alternates": list(absolute.items()),
            "default_address": absolute.get(settings.LANGUAGE_CODE) or next(iter(absolute.values()))}


def _keep_language(request: HttpRequest, response: HttpResponse) -> None:
    """Pages whose address names no language (sign-in) go on in the one the visitor reads; what a browser fetches ahead
    or for a worker is not read by anyone.
    """
    if request.headers.get("Sec-Fetch-Dest", "document") != "document" or request.headers.get("Sec-Purpose"):
        return
    active, known = get_language() or "en", request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if active != (known or settings.LANGUAGE_CODE):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, active, max_age=_YEAR_S, samesite="Lax",
                            secure=settings.SECURE)


def _keep_channel(request: HttpRequest, response: HttpResponse, channel: ChannelInfo) -> None:
    """Who followed an address that names a channel stays in it."""
    if request.GET.get(CHANNEL_COOKIE) == channel.code != request.COOKIES.get(CHANNEL_COOKIE, ""):
        response.set_cookie(CHANNEL_COOKIE, channel.code, max_age=_YEAR_S, httponly=True, samesite="Lax",
                            secure=settings.SECURE)
