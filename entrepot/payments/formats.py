"""Statement files of providers, read into rows: our own CSV, Stripe's balance report, Alipay's and WeChat's bills.

Pure: text in, rows out. Lines that are not payments (fees, payouts) are left out; a line that cannot be read is an
error with its number.
"""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from itertools import zip_longest

from entrepot.kit.errors import N_
from entrepot.kit.money import Money
from entrepot.payments.contracts import StatementRow
from entrepot.payments.errors import StatementUnreadable

_CHINA = timezone(timedelta(hours=8))
MAX_BYTES = 32 * 1024 * 1024
_LARGEST_MINOR = 10**15
_CURRENCY = re.compile("[A-Z]{3}")
_SUMMARIES = ("总交易单数",)  # what the sums at the end of a bill begin with

Line = Mapping[str, str]
Reader = Callable[[int, Line], StatementRow | None]


def read_statement(data: bytes) -> list[StatementRow]:
    """The movements of a statement file, whatever its format; raises StatementUnreadable."""
    if len(data) > MAX_BYTES:
        raise StatementUnreadable(line=0, reason=N_("The file is too large."))
    try:
        rows = list(csv.reader(io.StringIO(_text(data), newline=None)))
    except csv.Error as error:
        raise StatementUnreadable(line=1, reason=N_("The columns are not those of a statement we know.")) from error
    for number, cells in enumerate(rows):
        header = [_clean(c) for c in cells]
        for columns, reader in _READERS:
            if columns <= set(header):
                return list(_read(rows, number, header, reader))
    raise StatementUnreadable(line=1, reason=N_("The columns are not those of a statement we know."))


def _read(rows: list[list[str]], head: int, header: list[str], reader: Reader) -> Iterator[StatementRow]:
    for number, cells in enumerate(rows[head + 1:], start=head + 2):
        if not any(c.strip() for c in cells) or cells[0].lstrip().startswith("#"):
            continue  # empty, or a remark
        if _clean(cells[0]) in _SUMMARIES:
            return
        try:
            row = reader(number, dict(zip_longest(header, map(_clean, cells[:len(header)]), fillvalue="")))
        except (KeyError, ValueError, ArithmeticError) as error:
            raise StatementUnreadable(line=number, reason=N_("The amount or the time cannot be read.")) from error
        if row is not None:
            yield row


def _text(data: bytes) -> str:
    """Spreadsheets that save "Unicode text" write UTF-16 and say so in the first two bytes."""
    encodings = ("utf-16",) if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise StatementUnreadable(line=1, reason=N_("The file is neither UTF-8 nor GB 18030 text."))


def _clean(cell: str) -> str:
    """Bills guard their cells against spreadsheets with tabs, backticks and spaces."""
    return cell.strip().lstrip("`").strip()


def _minor(amount: str, currency: str) -> int:
    if not _CURRENCY.fullmatch(currency):
        raise ValueError(currency)
    minor = abs(Money.of(Decimal(amount.replace(",", "")), currency).amount_minor)
    if minor > _LARGEST_MINOR:
        raise ValueError(amount)
    return minor


def _time(text: str, zone: timezone = UTC) -> datetime | None:
    if not text:
        return None
    at = datetime.fromisoformat(text.replace("/", "-"))
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def _own(number: int, line: Line) -> StatementRow | None:
    if line["kind"] not in ("capture", "refund"):
        raise ValueError(line["kind"])
    currency = line["currency"].upper()
    return StatementRow(number, line["kind"], line["reference"], _minor(line["amount"], currency), currency,
                        _time(line.get("at", "")))


def _stripe(number: int, line: Line) -> StatementRow | None:
    kind = {"charge": "capture", "refund": "refund"}.get(line["reporting_category"])
    if kind is None:
        return None
    currency = line["currency"].upper()
    return StatementRow(number, kind, line["source_id"], _minor(line["gross"], currency), currency,
                        _time(line.get("created_utc") or line.get("created", "")))


def _alipay(number: int, line: Line) -> StatementRow | None:
    kind = {"交易": "capture", "退款": "refund"}.get(line["业务类型"])
    if kind is None:
        return None
    reference = line["支付宝交易号"] if kind == "capture" else line["退款批次号/请求号"]
    return StatementRow(number, kind, reference, _minor(line["订单金额（元）"], "CNY"), "CNY",
                        _time(line["完成时间"], _CHINA))


def _wechat(number: int, line: Line) -> StatementRow | None:
    at, currency = _time(line["交易时间"], _CHINA), line.get("货币种类") or "CNY"
    if line["交易状态"] == "SUCCESS":
        amount = line.get("订单金额") or line["应结订单金额"]
        return StatementRow(number, "capture", line["微信订单号"], _minor(amount, currency), currency, at)
    if line["交易状态"] == "REFUND":
        return StatementRow(number, "refund", line["微信退款单号"], _minor(line["退款金额"], currency), currency, at)
    return None


_READERS: list[tuple[set[str], Reader]] = [
    ({"kind", "reference", "amount", "currency"}, _own),
    ({"reporting_category", "source_id", "gross", "currency"}, _stripe),
    ({"支付宝交易号", "业务类型", "退款批次号/请求号", "订单金额（元）", "完成时间"}, _alipay),
    ({"微信订单号", "交易状态", "微信退款单号", "退款金额"}, _wechat),
]
