"""`entrepot figures`: what the ledgers say."""

from __future__ import annotations

from datetime import datetime

import click

from entrepot.kit.command import answer, ready
from entrepot.kit.money import Money

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option("--channel", default="", help="One channel only.")
@click.option("--from", "first", type=DAY, help="First business date.")
@click.option("--to", "last", type=DAY, help="Last business date.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def figures(channel: str, first: datetime | None, last: datetime | None, as_json: bool) -> None:
    """Sales, credits and money, from the ledgers."""
    ready()
    from entrepot.channels import public as channels
    from entrepot.insight.queries import get_figures

    found = get_figures(channel=channel, first_on=first.date() if first else None,
                        last_on=last.date() if last else None)
    accounts = channels.latest_accounts("online-retail")
    if answer({"figures": found, "imports": accounts}, as_json=as_json):
        return
    for f in found:
        def money(minor: int, currency: str = f.currency) -> str:
            return f"{Money(minor, currency).amount:,f} {currency}"

        click.echo(f"{f.channel} ({f.first_on} to {f.last_on})")
        for label, text in (
            ("orders", f"{f.orders:,}, {f.guest_orders:,} of guests"), ("customers", f"{f.customers:,}"),
            ("countries", f"{f.countries:,}"), ("products sold", f"{f.products_sold:,}"),
            ("units", f"{f.units:,.0f}"), ("order lines", f"{f.order_lines:,}"),
            ("credit notes", f"{f.credit_notes:,} with {f.credit_lines:,} lines"), ("sold", money(f.sold_minor)),
            ("credited", money(f.credited_minor)), ("net", money(f.net_minor)), ("tax inside", money(f.tax_minor)),
            ("paid", money(f.paid_minor)), ("refunded", money(f.refunded_minor)),
        ):
            click.echo(f"  {label:16}{text}")
    for account in accounts:
        told = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in account["counts"].items())
        click.echo(f"{account['file_name']}: {account['rows']:,} rows accounted for: {told}")
    if not found:
        click.echo("Nothing has been sold yet.")
