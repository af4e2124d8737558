"""The worker's part of the office: it watches what waits, and mails what colleagues asked for."""

from __future__ import annotations

from procrastinate.contrib.django import app

from entrepot.kit import db


@app.periodic(cron="* * * * *")
@app.task(name="web.watch", queue="default", pass_context=False)
def watch(timestamp: int) -> None:
    from entrepot.web.office import notices

    notices.watch()


@app.task(name="web.mail_notice", queue="default", pass_context=False)
def mail_notice(notice_id: int) -> None:
    from entrepot.web.office import mails

    if kind := db.value("SELECT kind FROM kit_notice WHERE id = %s", [notice_id]):
        mails.mail_notice(notice_id, str(kind))


@app.periodic(cron="0 6 * * *")
@app.task(name="web.mail_daily", queue="default", pass_context=False)
def mail_daily(timestamp: int) -> None:
    from entrepot.web.office import mails

    mails.mail_daily()
