"""`entrepot import` and `entrepot export`."""

from __future__ import annotations

import sys
from pathlib import Path
from uuid import UUID

import click

from entrepot.kit.command import EXIT_REFUSED, NewFile, answer, progress, ready

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("import")
def import_() -> None:
    """Bring in files: a catalogue, or the Online Retail history."""


@import_.command("catalogue")
@click.argument("file", type=FILE)
@click.option("--channel", default="", help="Channel whose currency and shop it is for (default: the default channel).")
@click.option("--language", default="", help="Language of the file's texts (default: the channel's first).")
@click.option("--warehouse", default="", help="Warehouse for stock without a place (default: the first).")
@click.option("--refused", "refused_file", type=NewFile(),
              help="Where to write refused rows for correction (default: NAME.refused.csv in this folder).")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def catalogue(file: Path, channel: str, language: str, warehouse: str, refused_file: Path | None,
              as_json: bool) -> None:
    """Import a catalogue: Shopify, WooCommerce, Vendure, a flat table, or our own CSV or XLSX."""
    ready()
    from entrepot.channels.actions.import_catalogue import import_catalogue, refused_rows
    from entrepot.channels.tables import write_csv
    from entrepot.kit.actor import system
    from entrepot.kit.errors import DomainError

    actor = system("import")
    try:
        with progress("rows") as bar:
            result = import_catalogue(file, channel_code=channel, language=language, warehouse_code=warehouse,
                                      advance=bar.advance, actor=actor)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    if result.issues:
        target = refused_file or Path(f"{file.stem}.refused.csv")
        target.write_bytes(write_csv(*refused_rows(UUID(result.run_id), actor=actor)))
        click.echo(f"{result.issues} rows were refused; correct and import again: {target}", err=True)
    if not answer(result, as_json=as_json):
        _tell(result.kind, result.rows, result.counts, result.seconds, changed=result.changed)
    sys.exit(EXIT_REFUSED if result.issues else 0)


@import_.command("online-retail")
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def online_retail(file: Path, as_json: bool) -> None:
    """Import the Online Retail invoice lines as products, customers, orders and credit notes."""
    ready()
    from entrepot.channels.actions.import_online_retail import import_online_retail
    from entrepot.kit.actor import system
    from entrepot.kit.errors import DomainError

    try:
        with progress("rows") as bar:
            def step(what: str, rows: int) -> None:
                bar.describe(what)
                bar.advance(rows)

            result = import_online_retail(file, step=step, actor=system("import"))
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    if not answer(result, as_json=as_json):
        _tell(result.kind, result.rows, result.counts, result.seconds, changed=result.changed)
    sys.exit(EXIT_REFUSED if result.issues else 0)


def _tell(kind: str, rows: int, counts: dict[str, int], seconds: float, *, changed: bool) -> None:
    click.echo(f"{kind}: {rows:,} rows in {seconds:.1f} s ({rows / max(seconds, 0.001):,.0f}/s)")
    for name, count in counts.items():
        click.echo(f"  {name.replace('_', ' '):24}{count:>12,}")
    click.echo("The shop has changed." if changed else "Nothing has changed.")


@click.command("export")
@click.argument("what", type=click.Choice(["catalogue"]))
@click.argument("file", type=NewFile())
@click.option("--channel", default="", help="Channel whose prices are written (default: the default channel).")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def export(what: str, file: Path, channel: str, as_json: bool) -> None:
    """Write the catalogue as our own CSV or XLSX, ready to be edited and imported again."""
    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise click.BadParameter("The name ends in .csv or .xlsx, which is also what is written.", param_hint="FILE")
    ready()
    from entrepot.channels.actions.export_catalogue import export_catalogue
    from entrepot.kit.actor import system

    with progress("products") as bar:
        count = export_catalogue(file, channel_code=channel, advance=bar.advance, actor=system("export"))
    if not answer({what: count, "file": str(file)}, as_json=as_json):
        click.echo(f"{count} products written to {file}.")
