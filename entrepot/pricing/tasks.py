"""What pricing does by itself."""

from __future__ import annotations

from procrastinate.contrib.django import app

from entrepot.kit.actor import system
from entrepot.pricing.actions import listing, redeeming

_US = system("pricing")
_ROUNDS = 200  # then the next run goes on


@app.periodic(cron="* * * * * */3")
@app.task(name="pricing.refresh_listing_prices", queue="default", queueing_lock="pricing.refresh_listing_prices")
def refresh_listing_prices(timestamp: int) -> None:
    """Turn marks into listing prices, in short transactions."""
    for _ in range(_ROUNDS):
        if listing.refresh_listing_prices(actor=_US) < listing.BATCH:
            return


@app.periodic(cron="23 * * * *")
@app.task(name="pricing.roll_up_uses", queue="default")
def roll_up_uses(timestamp: int) -> None:
    redeeming.roll_up_uses(actor=_US)
