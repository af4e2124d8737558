"""Alipay (支付宝): page payment by redirect, with python-alipay-sdk. Requests and answers are signed with RSA2.

Alipay knows no separate capture. Its number of a payment with us is ours (`out_trade_no`), so a payment can be asked
about even if the answer to its start was lost.
"""

from __future__ import annotations

import urllib.error
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from entrepot.payments.contracts import Fact, Message, PaymentInfo, Started
from entrepot.payments.errors import ProviderRefused, ProviderUnavailable, WebhookRefused
from entrepot.payments.providers.config import Misconfigured, keys, major, minor, pem

_PREFIX = "ENTREPOT_ALIPAY_"
_PAID = ("TRADE_SUCCESS", "TRADE_FINISHED")
_CURRENCY = "CNY"


def build(env: Mapping[str, str], base_url: str) -> Alipay | None:
    found = keys(env, _PREFIX, ("APP_ID", "PRIVATE_KEY", "PUBLIC_KEY"))
    if found is None:
        return None
    return Alipay(found["APP_ID"], pem(found["PRIVATE_KEY"]), pem(found["PUBLIC_KEY"]),
                  f"{base_url}/webhooks/alipay", env.get(_PREFIX + "GATEWAY", ""))


class Alipay:
    code = "alipay"
    flow = "redirect"
    captures = "once"
    currencies: frozenset[str] | None = frozenset({_CURRENCY})
    acknowledgement = ("text/plain", b"success")

    def __init__(self, app_id: str, private_key: str, public_key: str, notify_url: str, gateway: str) -> None:
        self._app_id, self._private_key, self._public_key = app_id, private_key, public_key
        self._notify_url, self._gateway = notify_url, gateway
        self._sdk: Any = None

    @property
    def _client(self) -> Any:
        if self._sdk is None:
            from alipay import AliPay
            from alipay.utils import AliPayConfig

            try:
                client = AliPay(self._app_id, self._notify_url, self._private_key, self._public_key,
                                config=AliPayConfig(timeout=20))
            except ValueError as error:
                raise Misconfigured("the keys are not RSA keys in PEM form") from error
            if self._gateway:
                client._gateway = self._gateway
            self._sdk = client
        return self._sdk

    def _ask(self, call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The verified answer. An answer that does not verify settles nothing."""
        from alipay.exceptions import AliPayException, AliPayValidationError

        try:
            answer = call()
        except (AliPayException, AliPayValidationError, urllib.error.URLError, OSError, ValueError) as error:
            raise ProviderUnavailable from error
        if answer.get("code") == "20000" or answer.get("sub_code") in ("ACQ.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR"):
            raise ProviderUnavailable
        return answer

    def start(self, payment: PaymentInfo, *, return_url: str, description: str, language: str) -> Started:
        number = payment.id.hex
        client = self._client
        pay = client.api_alipay_trade_wap_pay if payment.method == "wap" else client.api_alipay_trade_page_pay
        query = pay(subject=description[:250] or number, out_trade_no=number,
                    total_amount=major(payment.amount_minor, payment.currency), return_url=return_url)
        return Started(number, {"kind": "redirect", "url": f"{client._gateway}?{query}"})

    def capture(self, payment: PaymentInfo, provider_ref: str, amount_minor: int, *, key: str) -> Fact:
        raise ProviderRefused(reason="Alipay captures at once.")

    def void(self, payment: PaymentInfo, provider_ref: str, *, key: str) -> Fact:
        answer = self._ask(lambda: self._client.api_alipay_trade_close(out_trade_no=provider_ref))
        if answer.get("code") != "10000" and answer.get("sub_code") != "ACQ.TRADE_NOT_EXIST":
            raise ProviderRefused(reason=_reason(answer))
        return Fact(f"voided:{provider_ref}", provider_ref, "voided", 0, _CURRENCY)

    def refund(self, payment: PaymentInfo, provider_ref: str, amount_minor: int, *, key: str) -> Fact | None:
        number = key.replace("-", "")
        answer = self._ask(lambda: self._client.api_alipay_trade_refund(
            major(amount_minor, payment.currency), out_trade_no=provider_ref, out_request_no=number))
        if answer.get("code") != "10000":
            raise ProviderRefused(reason=_reason(answer))
        if answer.get("fund_change") != "Y" and not self._is_refunded(provider_ref, number):
            return None
        return Fact(f"refunded:{number}", provider_ref, "refunded", amount_minor, payment.currency, ref=number,
                    request_id=key)

    def _is_refunded(self, provider_ref: str, number: str) -> bool:
        """A repeated request changes no funds; whether the first one did is asked apart."""
        answer = self._ask(lambda: self._client.api_alipay_trade_fastpay_refund_query(
            number, out_trade_no=provider_ref))
        return answer.get("code") == "10000" and answer.get("refund_status", "REFUND_SUCCESS") == "REFUND_SUCCESS" \
            and bool(answer.get("refund_amount"))

    def fetch(self, payment: PaymentInfo, provider_ref: str) -> tuple[Fact, ...]:
        answer = self._ask(lambda: self._client.api_alipay_trade_query(out_trade_no=provider_ref))
        if answer.get("sub_code") == "ACQ.TRADE_NOT_EXIST":
            return ()  # the payer has not opened the page yet
        if answer.get("code") != "10000":
            raise ProviderRefused(reason=_reason(answer))
        return _of_trade(answer, was_paid=bool(answer.get("send_pay_date")))

    def read_webhook(self, headers: dict[str, str], body: bytes) -> Message:
        try:
            fields = dict(parse_qsl(body.decode(), strict_parsing=True, keep_blank_values=True))
            signature = fields.pop("sign")
            if fields.get("app_id") != self._app_id or not self._client.verify(dict(fields), signature):
                raise WebhookRefused
            return Message(fields["notify_id"], fields["trade_status"], fields)
        except WebhookRefused:
            raise
        except Exception as error:  # the SDK raises whatever a mangled signature or key makes it raise
            raise WebhookRefused from error

    def facts_of(self, payload: dict[str, Any]) -> tuple[Fact, ...]:
        """A notice tells the sum of all refunds, not which one, so refunds are taken from their own answers."""
        return _of_trade(payload, was_paid=bool(payload.get("gmt_payment")))


def _of_trade(trade: dict[str, Any], *, was_paid: bool) -> tuple[Fact, ...]:
    """TRADE_CLOSED means never paid, or paid and wholly refunded: the payment date tells."""
    number, status = trade["out_trade_no"], trade["trade_status"]
    if status in _PAID or (status == "TRADE_CLOSED" and was_paid):
        return (Fact(f"captured:{trade['trade_no']}", number, "captured", minor(trade["total_amount"], _CURRENCY),
                     _CURRENCY, ref=trade["trade_no"], payment_id=number),)
    if status == "TRADE_CLOSED":
        return (Fact(f"voided:{number}", number, "voided", 0, _CURRENCY),)
    return ()


def _reason(answer: dict[str, Any]) -> str:
    return str(answer.get("sub_msg") or answer.get("sub_code") or answer.get("msg") or "")[:160]
