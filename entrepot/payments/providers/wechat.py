"""WeChat Pay (微信支付) APIv3 with wechatpayv3: a QR code the payer scans. Requests, answers and notices are signed
with RSA; notices are encrypted besides. Only the public-key mode is supported, which needs no call to start.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from entrepot.kit.json import loads
from entrepot.payments.contracts import Fact, Message, PaymentInfo, Started
from entrepot.payments.errors import ProviderRefused, ProviderUnavailable, WebhookRefused
from entrepot.payments.providers.config import Misconfigured, keys, pem

_PREFIX = "ENTREPOT_WECHAT_"
_CURRENCY = "CNY"
_TOLERANCE_SECONDS = 300
_HEADERS = ("Wechatpay-Signature", "Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Serial",
            "Wechatpay-Signature-Type")


def build(env: Mapping[str, str], base_url: str) -> WeChat | None:
    names = ("MERCHANT_ID", "APP_ID", "PRIVATE_KEY", "CERTIFICATE_SERIAL", "API_KEY", "PUBLIC_KEY", "PUBLIC_KEY_ID")
    found = keys(env, _PREFIX, names)
    if found is None:
        return None
    if len(found["API_KEY"].encode()) != 32:
        raise Misconfigured(f"{_PREFIX}API_KEY has 32 characters")
    return WeChat(found, f"{base_url}/webhooks/wechat", env.get(_PREFIX + "GATEWAY", ""))


class WeChat:
    code = "wechat"
    flow = "qr"
    captures = "once"
    currencies: frozenset[str] | None = frozenset({_CURRENCY})
    acknowledgement = ("application/json", b'{"code":"SUCCESS","message":"OK"}')

    def __init__(self, found: dict[str, str], notify_url: str, gateway: str) -> None:
        self._keys, self._notify_url, self._gateway = found, notify_url, gateway
        self._sdk: Any = None

    @property
    def _client(self) -> Any:
        if self._sdk is None:
            from wechatpayv3 import WeChatPay, WeChatPayType

            client = WeChatPay(
                WeChatPayType.NATIVE, self._keys["MERCHANT_ID"], pem(self._keys["PRIVATE_KEY"]),
                self._keys["CERTIFICATE_SERIAL"], self._keys["APP_ID"], self._keys["API_KEY"], self._notify_url,
                timeout=(5, 20), public_key=pem(self._keys["PUBLIC_KEY"]), public_key_id=self._keys["PUBLIC_KEY_ID"])
            if self._gateway:
                client._core._gate_way = self._gateway
            self._sdk = client
        return self._sdk

    def _ask(self, call: Callable[[], tuple[int, Any]]) -> dict[str, Any]:
        """The verified answer. The SDK raises a bare Exception when an answer is not signed by WeChat."""
        try:
            status, text = call()
        except Exception as error:
            raise ProviderUnavailable from error
        answer: dict[str, Any] = loads(text) if text else {}
        if status >= 500 or status == 429:
            raise ProviderUnavailable
        if status >= 400:
            raise ProviderRefused(reason=str(answer.get("message") or answer.get("code") or status)[:160])
        return answer

    def start(self, payment: PaymentInfo, *, return_url: str, description: str, language: str) -> Started:
        number = payment.id.hex
        answer = self._ask(lambda: self._client.pay(
            description=description[:120] or number, out_trade_no=number,
            amount={"total": payment.amount_minor, "currency": payment.currency}))
        return Started(number, {"kind": "qr", "code_url": answer["code_url"], "return_url": return_url})

    def capture(self, payment: PaymentInfo, provider_ref: str, amount_minor: int, *, key: str) -> Fact:
        raise ProviderRefused(reason="WeChat Pay captures at once.")

    def void(self, payment: PaymentInfo, provider_ref: str, *, key: str) -> Fact:
        self._ask(lambda: self._client.close(provider_ref))
        return Fact(f"voided:{provider_ref}", provider_ref, "voided", 0, _CURRENCY)

    def refund(self, payment: PaymentInfo, provider_ref: str, amount_minor: int, *, key: str) -> Fact | None:
        answer = self._ask(lambda: self._client.refund(
            key.replace("-", ""), out_trade_no=provider_ref,
            amount={"refund": amount_minor, "total": payment.amount_minor, "currency": payment.currency}))
        fact = next(iter(_of_refund(answer, answer.get("status", ""), provider_ref)), None)
        if fact and fact.kind == "refund_failed":
            raise ProviderRefused(reason=fact.reason)
        return fact

    def fetch(self, payment: PaymentInfo, provider_ref: str) -> tuple[Fact, ...]:
        return _of_trade(self._ask(lambda: self._client.query(out_trade_no=provider_ref)))

    def read_webhook(self, headers: dict[str, str], body: bytes) -> Message:
        signed = {name: headers.get(name.lower(), "") for name in _HEADERS}
        try:
            if abs(time.time() - int(signed["Wechatpay-Timestamp"])) > _TOLERANCE_SECONDS:
                raise WebhookRefused
            event = self._client.callback(signed, body)
            if not event:
                raise WebhookRefused
            return Message(event["id"], event["event_type"], event)
        except WebhookRefused:
            raise
        except Exception as error:  # the SDK raises whatever a mangled header or body makes it raise
            raise WebhookRefused from error

    def facts_of(self, payload: dict[str, Any]) -> tuple[Fact, ...]:
        resource = payload["resource"]
        if "out_refund_no" in resource:
            return _of_refund(resource, resource.get("refund_status", ""), resource["out_trade_no"])
        return _of_trade(resource)


def _of_trade(trade: dict[str, Any]) -> tuple[Fact, ...]:
    number, state = trade["out_trade_no"], trade["trade_state"]
    if state in ("SUCCESS", "REFUND"):
        amount = trade["amount"]
        return (Fact(f"captured:{trade['transaction_id']}", number, "captured", amount["total"],
                     amount.get("currency", _CURRENCY), ref=trade["transaction_id"], payment_id=number),)
    if state in ("CLOSED", "REVOKED"):
        return (Fact(f"voided:{number}", number, "voided", 0, _CURRENCY),)
    if state == "PAYERROR":
        return (Fact(f"failed:{number}", number, "failed", 0, _CURRENCY, trade.get("trade_state_desc", "")[:200]),)
    return ()


def _of_refund(refund: dict[str, Any], state: str, number: str) -> tuple[Fact, ...]:
    kind = {"SUCCESS": "refunded", "ABNORMAL": "refund_failed", "CLOSED": "refund_failed"}.get(state)
    if kind is None:
        return ()
    key = refund["out_refund_no"]
    return (Fact(f"{kind}:{key}", number, kind, refund["amount"]["refund"], _CURRENCY,
                 "" if kind == "refunded" else state, ref=refund.get("refund_id", ""), request_id=key,
                 comes_back=False),)  # who asks again for an abnormal one has it done; what is done stays so
