"""WeChat Pay's APIv3 gateway as documented, in memory: checks our signatures, signs its answers, seals its notices."""

from __future__ import annotations

import base64
import json
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from entrepot.payments.tests.alipay_server import pem_pair
from entrepot.payments.tests.loopback import body_of

_AUTH = re.compile(r'(\w+)="([^"]*)"')


class WeChatServer:
    def __init__(self) -> None:
        self.key, _, self.public_pem = pem_pair()
        self.merchant_key, self.merchant_private_pem, _ = pem_pair()
        self.api_key = "0123456789abcdef0123456789abcdef"
        self.public_key_id, self.merchant_id = "PUB_KEY_ID_01", "1900000001"
        self.trades: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.refused = 0
        self.forge_answers = False
        self.refund_state = "SUCCESS"

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        body = body_of(environ)
        path = environ["PATH_INFO"] + (f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else "")
        if not self._is_signed(environ, path, body.decode()):
            self.refused += 1
            status, answer = 401, {"code": "SIGN_ERROR", "message": "签名错误"}
        else:
            status, answer = self._answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], json.loads(body or b"{}"))
        text = "" if answer is None else json.dumps(answer, ensure_ascii=False)
        headers = self.signed(text if not self.forge_answers else text + " ")
        start_response(f"{status} X", [("Content-Type", "application/json"), *headers.items()])
        return [text.encode()]

    def _is_signed(self, environ: dict[str, Any], path: str, body: str) -> bool:
        fields = dict(_AUTH.findall(environ.get("HTTP_AUTHORIZATION", "")))
        text = f"{environ['REQUEST_METHOD']}\n{path}\n{fields['timestamp']}\n{fields['nonce_str']}\n{body}\n"
        try:
            self.merchant_key.public_key().verify(base64.b64decode(fields["signature"]), text.encode(),
                                                  padding.PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return fields["mchid"] == self.merchant_id

    def signed(self, text: str, at: int | None = None) -> dict[str, str]:
        stamp, nonce = str(at or int(time.time())), secrets.token_hex(8)
        signature = self.key.sign(f"{stamp}\n{nonce}\n{text}\n".encode(), padding.PKCS1v15(), SHA256())
        return {"Wechatpay-Timestamp": stamp, "Wechatpay-Nonce": nonce, "Wechatpay-Serial": self.public_key_id,
                "Wechatpay-Signature": base64.b64encode(signature).decode(),
                "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048"}

    def notice(self, event_type: str, resource: dict[str, Any], *, at: int | None = None,
               api_key: str = "") -> tuple[dict[str, str], bytes]:
        nonce = secrets.token_hex(6)
        seal = AESGCM((api_key or self.api_key).encode())
        sealed = seal.encrypt(nonce.encode(), json.dumps(resource).encode(), b"transaction")
        body = json.dumps({
            "id": f"EV-{event_type}-{resource['out_trade_no']}", "event_type": event_type,
            "resource_type": "encrypt-resource", "create_time": "2026-01-01T10:00:00+08:00",
            "resource": {"algorithm": "AEAD_AES_256_GCM", "nonce": nonce, "associated_data": "transaction",
                         "ciphertext": base64.b64encode(sealed).decode(), "original_type": "transaction"}})
        return {k.lower(): v for k, v in self.signed(body, at).items()}, body.encode()

    def pay(self, number: str) -> dict[str, Any]:
        self.trades[number].update(trade_state="SUCCESS", transaction_id=f"42000{len(self.trades):023d}")
        return self.trades[number]

    def _answer(self, method: str, path: str, content: dict[str, Any]) -> tuple[int, dict[str, Any] | None]:
        if path == "/v3/pay/transactions/native":
            number = content["out_trade_no"]
            self.trades.setdefault(number, {"out_trade_no": number, "trade_state": "NOTPAY",
                                            "amount": content["amount"]})
            return 200, {"code_url": f"weixin://wxpay/bizpayurl?pr={number[:8]}"}
        if path == "/v3/refund/domestic/refunds":
            return self._refund(content)
        number = path.split("/")[5]
        trade = self.trades.get(number)
        if trade is None:
            return 404, {"code": "ORDER_NOT_EXIST", "message": "订单不存在"}
        if path.endswith("/close"):
            if trade["trade_state"] != "NOTPAY":
                return 400, {"code": "ORDERPAID", "message": "订单已支付"}
            trade["trade_state"] = "CLOSED"
            return 204, None
        return 200, trade

    def _refund(self, content: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        known = self.refunds.setdefault(content["out_refund_no"], {
            "out_refund_no": content["out_refund_no"], "refund_id": f"50000{len(self.refunds):023d}",
            "out_trade_no": content["out_trade_no"], "amount": content["amount"]})
        same = [r for r in self.refunds.values() if r["out_trade_no"] == content["out_trade_no"]]
        total = sum(r["amount"]["refund"] for r in same)
        if total > content["amount"]["total"]:
            del self.refunds[content["out_refund_no"]]
            return 400, {"code": "INVALID_REQUEST", "message": "退款金额超限"}
        self.trades[content["out_trade_no"]]["trade_state"] = "REFUND"
        return 200, {**known, "status": self.refund_state}
