"""Alipay's gateway as documented, in memory: verifies what we sign with our key, signs what it answers with its own."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


def pem_pair() -> tuple[rsa.RSAPrivateKey, str, str]:
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return key, private, public


class AlipayServer:
    def __init__(self, app_id: str) -> None:
        self.app_id = app_id
        self.key, _, self.public_pem = pem_pair()
        self.merchant_key, self.merchant_private_pem, _ = pem_pair()
        self.trades: dict[str, dict[str, Any]] = {}
        self.refused: list[str] = []
        self.forge_answers = False
        self.refunds_made = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        fields = dict(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True))
        signature = fields.pop("sign", "")
        text = "&".join(f"{k}={v}" for k, v in sorted(fields.items()))
        name = fields["method"].replace(".", "_") + "_response"
        try:
            self.merchant_key.public_key().verify(base64.b64decode(signature), text.encode(), padding.PKCS1v15(),
                                                  SHA256())
            assert fields["app_id"] == self.app_id
            content = getattr(self, "_" + fields["method"].replace(".", "_"))(json.loads(fields["biz_content"]), fields)
        except InvalidSignature:
            self.refused.append(fields["method"])
            content = {"code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.invalid-signature"}
        plain = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        signed = plain if not self.forge_answers else plain + " "
        body = f'{{"{name}":{plain},"sign":"{self.sign(signed)}"}}'
        start_response("200 OK", [("Content-Type", "application/json;charset=utf-8")])
        return [body.encode()]

    def sign(self, text: str) -> str:
        return base64.b64encode(self.key.sign(text.encode(), padding.PKCS1v15(), SHA256())).decode()

    def pay(self, url: str) -> str:
        """The payer opens the page and pays; returns our number of the trade."""
        fields = dict(parse_qsl(urlsplit(url).query))
        content = json.loads(fields["biz_content"])
        number = content["out_trade_no"]
        self.trades[number] = {"out_trade_no": number, "trade_no": f"20260101{len(self.trades):020d}", "refunds": {},
                               "total_amount": content["total_amount"], "trade_status": "TRADE_SUCCESS",
                               "send_pay_date": "2026-01-01 10:00:00"}
        return str(number)

    def notice(self, number: str, **changed: str) -> bytes:
        trade = self.trades[number]
        fields = {"notify_id": f"n{number}", "notify_type": "trade_status_sync", "notify_time": "2026-01-01 10:00:01",
                  "app_id": self.app_id, "charset": "utf-8", "version": "1.0", "trade_no": trade["trade_no"],
                  "out_trade_no": number, "trade_status": trade["trade_status"], "subject": "订单 1001 & more",
                  "total_amount": trade["total_amount"], "gmt_payment": "2026-01-01 10:00:00", **changed}
        text = "&".join(f"{k}={v}" for k, v in sorted(fields.items()))
        return urlencode({**fields, "sign_type": "RSA2", "sign": self.sign(text)}).encode()

    def _alipay_trade_query(self, content: dict[str, Any], fields: dict[str, str]) -> dict[str, Any]:
        trade = self.trades.get(content["out_trade_no"])
        if trade is None:
            return _failed("ACQ.TRADE_NOT_EXIST", "交易不存在")
        return {"code": "10000", "msg": "Success", **{k: v for k, v in trade.items() if k != "refunds"}}

    def _alipay_trade_close(self, content: dict[str, Any], fields: dict[str, str]) -> dict[str, Any]:
        trade = self.trades.get(content["out_trade_no"])
        if trade is None:
            return _failed("ACQ.TRADE_NOT_EXIST", "交易不存在")
        return _failed("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")

    def _alipay_trade_refund(self, content: dict[str, Any], fields: dict[str, str]) -> dict[str, Any]:
        trade = self.trades[content["out_trade_no"]]
        refunds = trade["refunds"]
        is_new = content["out_request_no"] not in refunds
        if is_new:
            total = sum(float(r) for r in refunds.values()) + float(content["refund_amount"])
            if total > float(trade["total_amount"]):
                return _failed("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
            refunds[content["out_request_no"]] = content["refund_amount"]
            self.refunds_made += 1
            if total == float(trade["total_amount"]):
                trade["trade_status"] = "TRADE_CLOSED"
        return {"code": "10000", "msg": "Success", "trade_no": trade["trade_no"], "fund_change": "Y" if is_new else "N",
                "refund_fee": f"{sum(float(r) for r in refunds.values()):.2f}"}

    def _alipay_trade_fastpay_refund_query(self, content: dict[str, Any], fields: dict[str, str]) -> dict[str, Any]:
        amount = self.trades[content["out_trade_no"]]["refunds"].get(content["out_request_no"])
        found = {"refund_amount": amount, "refund_status": "REFUND_SUCCESS"} if amount else {}
        return {"code": "10000", "msg": "Success", **found}


def _failed(code: str, text: str) -> dict[str, Any]:
    return {"code": "40004", "msg": "Business Failed", "sub_code": code, "sub_msg": text}
