"""Mail to colleagues who asked for it: single notices, and the figures of the day before with a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.identity import public as identity
from entrepot.identity.contracts import UserInfo
from entrepot.kit import clock, notices
from entrepot.kit.actor import Actor
from entrepot.kit.money import exponent
from entrepot.orders import public as orders
from entrepot.orders.permissions import READ
from entrepot.web.office import charts
from entrepot.web.office.notices import DAILY, text_of_notice

log = structlog.get_logger(__name__)
DAYS = 14


def mail_notice(notice_id: int, kind: str) -> int:
    """One notice to everybody who wants its kind by mail and may see it. Returns how many."""
    def compose(user: UserInfo, actor: Actor) -> EmailMultiAlternatives | None:
        told = notices.get_notice(notice_id, actor)
        if told is None:
            return None
        text = text_of_notice(told)
        return EmailMultiAlternatives(text, f"{text}\n\n{settings.BASE_URL}{told.address}\n", to=[user.email])

    return _send(kind, compose)


def mail_daily() -> int:
    """Yesterday beside the fortnight before it, per channel, with the chart as a picture in the mail."""
    def compose(user: UserInfo, actor: Actor) -> EmailMultiAlternatives | None:
        return _daily(user, actor) if actor.can(READ) else None

    return _send(DAILY, compose)


def _send(kind: str, compose: Callable[[UserInfo, Actor], EmailMultiAlternatives | None]) -> int:
    """Each in their language; an address that refuses does not keep the others from their mail."""
    sent = 0
    for user, actor in _readers(kind):
        with translation.override(user.language):
            mail = compose(user, actor)
        if mail is None:
            continue
        mail.extra_headers = {"Auto-Submitted": "auto-generated"}
        try:
            sent += mail.send()
        except OSError as error:
            log.warning("mail not sent", user_id=user.id, kind=kind, error=str(error))
    return sent


def _readers(kind: str) -> Iterator[tuple[UserInfo, Actor]]:
    for user_id in notices.who_want_mail(kind):
        actor = identity.actor_of_user(user_id, None)
        if actor is not None and actor.is_staff_side:
            yield identity.get_user(user_id), actor


def _daily(user: UserInfo, actor: Actor) -> EmailMultiAlternatives:
    now = clock.now()
    yesterday = now.astimezone(ZoneInfo(catalog.default_channel().time_zone)).date() - timedelta(days=1)
    days = [yesterday - timedelta(days=n) for n in reversed(range(DAYS))]
    rows = [r for r in orders.sales_by_day(days[0], yesterday, then=now, actor=actor) if r.state not in orders.LOST]
    channels = [_channel(c, rows, days) for c in catalog.channels() if c.is_active]
    subject = _("Figures of {day}").format(day=yesterday.isoformat())
    context = {"channels": channels, "day": yesterday, "subject": subject, "office": f"{settings.BASE_URL}/office/"}
    mail = EmailMultiAlternatives(subject, render_to_string("office/mail_daily.txt", context), to=[user.email])
    mail.attach_alternative(render_to_string("office/mail_daily.html", context), "text/html")
    for channel in channels:
        mail.attach(f"{channel['code']}-{yesterday}.png", charts.picture("sales_by_day", channel["rows"]), "image/png")
    return mail


def _channel(channel: Any, rows: list[Any], days: list[Any]) -> dict[str, Any]:
    totals, counts = dict.fromkeys(days, 0), dict.fromkeys(days, 0)
    for row in rows:
        if row.channel_id == channel.id:
            totals[row.day] += row.total_minor
            counts[row.day] += row.orders
    unit = 10 ** exponent(channel.currency)
    return {"code": channel.code, "name": catalog.in_language(channel.name, translation.get_language() or "en"),
            "currency": channel.currency, "total": totals[days[-1]], "before": totals[days[-2]],
            "orders": counts[days[-1]],
            "rows": [{"day": day.isoformat(), "amount": minor / unit} for day, minor in totals.items()]}
