"""Rebuild what is derived."""

from __future__ import annotations

import time

import click

from entrepot.kit.command import answer, progress, ready


@click.command()
@click.option("--documents", is_flag=True, help="Make every product's documents anew before.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def reindex(documents: bool, as_json: bool) -> None:
    """Build this machine's search index anew, beside the present one, and swap it in."""
    ready()
    from entrepot.showcase import public, queries

    started, products = time.monotonic(), 0
    if documents:
        with progress("Documents") as bar:
            products = public.rebuild(advance=bar.advance)
    with progress("Search index", queries.count_documents()) as bar:
        indexed = public.rebuild_index(advance=bar.advance)
    told = {"products": products, "indexed": indexed, "seconds": round(time.monotonic() - started, 1)}
    if not answer(told, as_json=as_json):
        click.echo(f"{indexed:,} documents indexed in {told['seconds']} seconds.")
