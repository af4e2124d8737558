"""`entrepot maintenance on|off`: close the shop for visitors and open it again."""

from __future__ import annotations

import click

from entrepot.kit.command import ready


@click.command()
@click.argument("switch", type=click.Choice(["on", "off", "status"]))
@click.option("--minutes", default=30, show_default=True, help="When visitors are asked to come back.")
@click.option("--message", default="", help="What visitors read, in English.")
@click.option("--message-zh", default="", help="What visitors read, in Chinese.")
def maintenance(switch: str, minutes: int, message: str, message_zh: str) -> None:
    """Close the shop for visitors (they get 503 with Retry-After); the office and incoming payments go on."""
    ready()
    from entrepot.growth import public
    from entrepot.kit.actor import system

    actor = system("command line")
    if switch == "on":
        texts = {code: text for code, text in (("en", message), ("zh-hans", message_zh)) if text}
        public.close_shop(minutes, message=texts, actor=actor)
    elif switch == "off":
        public.open_shop(actor=actor)
    closed = public.closure()
    click.echo(f"Closed until about {closed.until:%Y-%m-%d %H:%M} UTC." if closed else "The shop is open.")
