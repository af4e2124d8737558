"""The payment slot: one builder per provider, each reading its keys from the environment.

A builder answers None when the provider is not configured and raises `Misconfigured` when it is so by half, which the
start-up check reports. SDKs are imported at the first call, so that a process that never pays never loads them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import lru_cache

from django.conf import settings

from entrepot.payments.contracts import Provider
from entrepot.payments.errors import MethodNotOffered
from entrepot.payments.providers import alipay, simulator, stripe, wechat
from entrepot.payments.providers.config import Misconfigured

Builder = Callable[[Mapping[str, str], str], Provider | None]

SLOT: dict[str, Builder] = {
    "stripe": stripe.build,
    "alipay": alipay.build,
    "wechat": wechat.build,
    "simulator": simulator.build,
}
_PREFIX = {"stripe": "ENTREPOT_STRIPE_", "alipay": "ENTREPOT_ALIPAY_", "wechat": "ENTREPOT_WECHAT_",
           "simulator": "ENTREPOT_PAYMENT_SIMULATOR"}


@lru_cache(maxsize=32)
def _built(code: str, keys: tuple[tuple[str, str], ...], base_url: str) -> Provider | None:
    return SLOT[code](dict(keys), base_url)


def find_provider(code: str) -> Provider | None:
    """The adapter, or None when it is unknown or not configured."""
    if code not in SLOT:
        return None
    keys = tuple(sorted((k, os.environ[k]) for k in os.environ if k.startswith(_PREFIX[code]) and os.environ[k]))
    return _built(code, keys, settings.BASE_URL)


def provider(code: str) -> Provider:
    found = find_provider(code)
    if found is None:
        raise MethodNotOffered
    return found


def captures_many(code: str) -> bool:
    """Whether an authorisation with this provider may be taken in parts; otherwise the first capture ends it."""
    found = find_provider(code)
    return found is not None and found.captures == "many"


def problems() -> list[str]:
    """What is wrong with the configuration, for the start-up check."""
    found = []
    for code in SLOT:
        try:
            find_provider(code)
        except Misconfigured as error:
            found.append(f"{code}: {error}")
    return found


def allows_test_payments() -> bool:
    return os.environ.get("ENTREPOT_TEST_PAYMENTS") == "1"


def bank_account() -> str:
    """The account that payers transfer to, as text to show; empty when bank transfer is not configured."""
    return os.environ.get("ENTREPOT_BANK_ACCOUNT", "")


def cash_on_delivery_allowed() -> bool:
    return os.environ.get("ENTREPOT_CASH_ON_DELIVERY") == "1"
