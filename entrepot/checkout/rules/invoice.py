"""What an invoice needs to say of the buyer, Chinese fapiao included."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from entrepot.checkout.errors import InvoiceDataInvalid
from entrepot.kit.errors import N_

# GB 32100-2015: 31 characters without I, O, S, V, Z; seventeen weights that are powers of three modulo 31.
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_SHAPE = re.compile(rf"[1-9A-HJ-NPQRTUWXY][{_ALPHABET}]\d{{6}}[{_ALPHABET}]{{10}}")

_FIELDS = {
    "standard": {"kind": 10, "name": 200, "tax_number": 40, "reference": 80, "email": 254},
    "fapiao": {"kind": 10, "type": 10, "title_type": 10, "title": 200, "taxpayer_number": 18, "email": 254, "phone": 40,
               "registered_address": 200, "bank_name": 120, "bank_account": 40},
}


def is_taxpayer_number(code: str) -> bool:
    """Whether a 统一社会信用代码 (unified social credit identifier) has the right shape and check character."""
    if not _SHAPE.fullmatch(code):
        return False
    total = sum(_ALPHABET.index(c) * w for c, w in zip(code, _WEIGHTS, strict=False))
    return _ALPHABET[-total % 31] == code[17]


def normalise_invoice_data(data: Mapping[str, Any]) -> dict[str, str]:
    """Invoice data as stored. A company's fapiao names its taxpayer number; a special one is for companies only."""
    limits = _FIELDS.get(str(data.get("kind", "standard")))
    if limits is None:
        raise InvoiceDataInvalid("kind", N_("Choose “standard” or “fapiao”."))
    texts = {"kind": "standard", **{k: _text(k, v, limits) for k, v in data.items() if v not in (None, "")}}
    if texts["kind"] == "fapiao":
        _check_fapiao(texts)
    elif not texts.get("name"):
        raise InvoiceDataInvalid("name", N_("This field is required."))
    return texts


def _text(field: str, value: Any, limits: Mapping[str, int]) -> str:
    if field not in limits:
        raise InvoiceDataInvalid(field, N_("This field is not known."))
    if not isinstance(value, str) or "\x00" in value:
        raise InvoiceDataInvalid(field, N_("This must be text."))
    if len(text := " ".join(value.split())) > limits[field]:
        raise InvoiceDataInvalid(field, N_("This is too long."))
    return text


def _check_fapiao(texts: dict[str, str]) -> None:
    texts.setdefault("type", "normal")
    texts.setdefault("title_type", "company" if "taxpayer_number" in texts else "personal")
    if texts["type"] not in ("normal", "special"):
        raise InvoiceDataInvalid("type", N_("Choose “normal” or “special”."))
    if texts["title_type"] not in ("personal", "company"):
        raise InvoiceDataInvalid("title_type", N_("Choose “personal” or “company”."))
    if not texts.get("title"):
        raise InvoiceDataInvalid("title", N_("This field is required."))
    if texts["title_type"] == "personal":
        if texts["type"] == "special":
            raise InvoiceDataInvalid("type", N_("A special VAT fapiao is for companies only."))
        if "taxpayer_number" in texts:
            raise InvoiceDataInvalid("taxpayer_number", N_("A personal title has no taxpayer number."))
        return
    texts["taxpayer_number"] = texts.get("taxpayer_number", "").replace(" ", "").upper()
    if not is_taxpayer_number(texts["taxpayer_number"]):
        raise InvoiceDataInvalid("taxpayer_number", N_("This is not a valid unified social credit identifier."))

