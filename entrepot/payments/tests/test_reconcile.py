"""A statement against our ledger: every injected difference is found, and nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from entrepot.kit import clock
from entrepot.kit.errors import InvalidInput, NotFound
from entrepot.payments import public
from entrepot.payments.errors import CardNumberRefused, StatementUnreadable
from entrepot.payments.formats import read_statement
from entrepot.payments.models import Payment, StatementLine, Transaction
from entrepot.payments.providers import simulator
from entrepot.payments.queries import list_differences
from entrepot.payments.tests.factories import BOB, SYSTEM, begun, paid_at_simulator

HEAD = "kind,reference,amount,currency,at"


def _statement(**kwargs: timedelta) -> list[str]:
    now = clock.now()
    return simulator.statement(now - timedelta(days=1), now + timedelta(days=1)).splitlines()


def _import(lines: list[str], name: str = "day.csv") -> dict[str, int]:
    return public.import_statement("simulator", "\n".join(lines).encode(), name=name, actor=BOB).differences


@pytest.mark.django_db(transaction=True)
def test_books_that_agree() -> None:
    payment = paid_at_simulator()
    public.refund(payment.order_id, 1_000, reason="", reference="r", actor=BOB)
    public.heal(actor=SYSTEM)
    summary = public.import_statement("simulator", "\n".join(_statement()).encode(), name="day.csv", actor=BOB)
    assert (summary.lines, summary.matched, summary.differences, summary.is_new) == (2, 2, {}, True)
    again = public.import_statement("simulator", "\n".join(_statement()).encode(), name="day.csv", actor=BOB)
    assert (again.statement_id, again.is_new) == (summary.statement_id, False)


@pytest.mark.django_db(transaction=True)
def test_every_injected_difference_is_found() -> None:
    for _ in range(6):
        paid_at_simulator(amount_minor=5_000)
    head, *lines = _statement()
    missing_there = lines.pop(2)
    lines[0] = lines[0].replace("50.00", "50.01")
    lines[1] = lines[1].replace("EUR", "USD")
    lines.append(lines[2])
    lines.append(f"capture,sim_999999,7.00,EUR,{clock.now().isoformat()}")
    kinds = ("amount", "currency", "duplicate", "missing_here", "missing_there")
    assert _import([head, *lines]) == dict.fromkeys(kinds, 1)
    lost = StatementLine.objects.get(difference="missing_there")
    assert lost.provider_ref == missing_there.split(",")[1]
    assert len(list_differences(limit=100)) == 5


@pytest.mark.django_db(transaction=True)
def test_money_we_have_not_heard_of_is_found_and_closes_when_we_hear() -> None:
    known = paid_at_simulator()
    silent = begun()
    simulator.pay(silent.id, "EUR", 10_000, "pay")
    head, *lines = _statement()
    assert _import([head, *lines]) == {"missing_here": 1}
    Payment.objects.filter(pk=silent.id).update(ask_at=clock.now())
    public.heal(actor=SYSTEM)
    statement_id = StatementLine.objects.first().statement_id  # type: ignore[union-attr]
    assert public.reconcile(statement_id, actor=BOB).differences == {}
    assert public.get_payment(known.id).captured_minor == public.get_payment(silent.id).captured_minor


@pytest.mark.django_db(transaction=True)
def test_line_of_a_later_statement_closes_the_case() -> None:
    for _ in range(3):
        paid_at_simulator()
    head, first, late, last = _statement()
    assert _import([head, first, last]) == {"missing_there": 1}
    assert _import([head, late], "next day.csv") == {}
    case = StatementLine.objects.get(difference="missing_there")
    assert case.resolved_at is not None
    assert Transaction.objects.get(pk=case.transaction_id).provider_ref == late.split(",")[1]


@pytest.mark.django_db(transaction=True)
def test_money_heard_of_late_closes_the_case_of_the_next_statement_too() -> None:
    """Stated on Monday, heard of on Tuesday: Tuesday's statement does not lack it once Monday's is looked at again."""
    for _ in range(2):
        paid_at_simulator()
    silent = begun()
    simulator.pay(silent.id, "EUR", 10_000, "pay")
    head, first, last, stated = _statement()
    assert _import([head, stated], "monday.csv") == {"missing_here": 1}
    monday = StatementLine.objects.get().statement_id
    public.refresh(silent.id, actor=SYSTEM)
    until = clock.now() + timedelta(hours=1)
    public.import_statement("simulator", "\n".join([head, first, last]).encode(), name="tuesday.csv",
                            until_at=until, actor=BOB)
    assert [c["difference"] for c in list_differences(limit=9)] == ["missing_there", "missing_here"]
    assert public.reconcile(monday, actor=BOB).differences == {}
    assert list_differences(limit=9) == []


@pytest.mark.django_db(transaction=True)
def test_two_people_import_one_statement_at_once() -> None:
    paid_at_simulator()
    data = "\n".join(_statement()).encode()

    def load() -> bool:
        try:
            return public.import_statement("simulator", data, name="day.csv", actor=BOB).is_new
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        done = [people.submit(load) for _ in range(2)]
        assert sorted(d.result() for d in done) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_case_is_resolved_with_a_word() -> None:
    assert _import([HEAD, f"refund,re_1,7.00,EUR,{clock.now().isoformat()}"]) == {"missing_here": 1}
    case = StatementLine.objects.get()
    with pytest.raises(InvalidInput):
        public.resolve_difference(case.id, note=" ", actor=BOB)
    with pytest.raises(CardNumberRefused):
        public.resolve_difference(case.id, note="4242424242424242", actor=BOB)
    public.resolve_difference(case.id, note="Refunded in the provider's own dashboard", actor=BOB)
    assert list_differences(limit=10) == []
    assert len(list_differences(limit=10, is_open=False)) == 1
    with pytest.raises(NotFound):
        public.resolve_difference(case.id + 1, note="x", actor=BOB)


def test_stripe_balance_report() -> None:
    rows = read_statement(
        b"balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,source_id,description\n"
        b"txn_1,2026-01-05 10:00:00,eur,123.45,3.88,119.57,charge,ch_1,Order 1001\n"
        b"txn_2,2026-01-05 11:00:00,eur,-23.45,0.00,-23.45,refund,re_1,\n"
        b"txn_3,2026-01-06 00:00:00,eur,-96.12,0.00,-96.12,payout,po_1,STRIPE PAYOUT\n"
        b"txn_4,2026-01-06 00:00:00,jpy,1500,0,1500,charge,ch_2,\n")
    assert [(r.line, r.kind, r.reference, r.amount_minor, r.currency) for r in rows] == [
        (2, "capture", "ch_1", 12_345, "EUR"), (3, "refund", "re_1", 2_345, "EUR"),
        (5, "capture", "ch_2", 1_500, "JPY")]


def test_alipay_bill() -> None:
    text = (
        "#支付宝业务明细查询\n#账号：[20880000000000000156]\n#-----业务明细列表-----\n"
        "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,订单金额（元）,商家实收（元）,退款批次号/请求号,服务费（元）,备注\n"
        "2026010122001\t,abc\t,交易\t,订单1001\t,2026-01-01 09:59:00,2026-01-01 10:00:00,123.45,123.45,\t,-0.74,\t\n"
        "2026010122001\t,abc\t,退款\t,订单1001\t,2026-01-01 09:59:00,2026-01-02 10:00:00,-23.45,-23.45,req1\t,0.14,\t\n"
        "#-----业务明细列表结束-----\n#交易合计：1笔\n")
    rows = read_statement(text.encode("gb18030"))
    assert [(r.kind, r.reference, r.amount_minor, r.currency) for r in rows] == [
        ("capture", "2026010122001", 12_345, "CNY"), ("refund", "req1", 2_345, "CNY")]
    assert rows[0].at is not None
    assert rows[0].at.isoformat() == "2026-01-01T02:00:00+00:00"


def test_wechat_bill() -> None:
    text = (
        "﻿交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易状态,货币种类,应结订单金额,微信退款单号,商户退款单号,退款金额,订单金额\n"
        "`2026-01-01 10:00:00,`wx1,`19,`4200001,`abc,`SUCCESS,`CNY,`123.45,`0,`0,`0.00,`123.45\n"
        "`2026-01-02 10:00:00,`wx1,`19,`4200001,`abc,`REFUND,`CNY,`0.00,`5000001,`r1,`23.45,`0.00\n"
        "总交易单数,应结订单总金额\n`2,`100.00\n")
    rows = read_statement(text.encode())
    assert [(r.kind, r.reference, r.amount_minor) for r in rows] == [
        ("capture", "4200001", 12_345), ("refund", "5000001", 2_345)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_whatever_a_spreadsheet_makes_of_the_file(encoding: str, end: str) -> None:
    text = end.join([HEAD, '"capture","单号-1","1,234.50",eur,2026-01-05T10:00:00Z', "", "refund,r,2.00,EUR", ""])
    rows = read_statement(text.encode(encoding))
    assert [(r.line, r.reference, r.amount_minor, r.currency) for r in rows] == [
        (2, "单号-1", 123_450, "EUR"), (4, "r", 200, "EUR")]


@pytest.mark.parametrize(("data", "line"), [
    (b"", 1), (b"a,b,c\n1,2,3\n", 1), (HEAD.encode() + b"\ncapture,x,twelve,EUR,\n", 2), (b"\xff\xff", 1),
    (HEAD.encode() + b"\nfee,x,1.00,EUR,\n", 2), (HEAD.encode() + b"\ncapture,x,1.00,EUR,yesterday\n", 2),
    *((HEAD.encode() + b"\n" + row, 2) for row in (
        b"capture,x", b"capture,x,Infinity,EUR,", b"capture,x,NaN,EUR,", b"capture,x,1e30,EUR,",
        b"capture,x,1.00,EURO,", b"capture,x,1.00,EUR,0001-01-01T00:00:00+08:00")),
    (b"\xff\xfe" + (HEAD + "\ncapture,x,twelve,EUR,\n").encode("utf-16-le"), 2),
    (HEAD.encode() + b"\ncapture,x\0y,1.00,EUR,\n", 1), (b"\xff\xfe\x00", 1), (b'"' + b"x" * 200_000, 1),
])
def test_unreadable_file_says_where(data: bytes, line: int) -> None:
    with pytest.raises(StatementUnreadable) as error:
        read_statement(data)
    assert error.value.params["line"] == line
