"""Scheduled work of orders."""

from __future__ import annotations

from procrastinate.contrib.django import app

from entrepot.kit.actor import system
from entrepot.orders.actions import cancel, notify, selfcare


@app.task(name="orders.send_notification", queue="default")
def send_notification(notification_id: int) -> None:
    notify.send_notification(notification_id, actor=system("mail"))


@app.periodic(cron="* * * * *")
@app.task(name="orders.send_due", queue="default", pass_context=False)
def send_due(timestamp: int) -> None:
    notify.send_due(actor=system("mail"))


@app.periodic(cron="* * * * *")
@app.task(name="orders.expire_unpaid", queue="default", pass_context=False)
def expire_unpaid(timestamp: int) -> None:
    cancel.expire_unpaid(actor=system("expiry"))


@app.periodic(cron="23 3 * * *")
@app.task(name="orders.clean_secrets", queue="default", pass_context=False)
def clean_secrets(timestamp: int) -> None:
    notify.clean_secrets(actor=system("cleaner"))


@app.periodic(cron="29 3 * * *")
@app.task(name="orders.forget_late", queue="default", pass_context=False)
def forget_late(timestamp: int) -> None:
    selfcare.forget_late(actor=system("cleaner"))
