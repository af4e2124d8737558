"""`entrepot key` and `entrepot staff`: the first keys and people of an installation."""

from __future__ import annotations

from datetime import timedelta

import click

from entrepot.identity.rules import BUILTIN_ROLES
from entrepot.kit.command import answer, ready


@click.command()
@click.argument("name", default="")
@click.option("--scope", "scopes", multiple=True, help="Permission code, e.g. orders.read; repeat for several.")
@click.option("--days", type=click.IntRange(1, 3650), default=90, show_default=True, help="Days until it expires.")
@click.option("--list-scopes", is_flag=True, help="Print every permission code and stop.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def key(name: str, scopes: tuple[str, ...], days: int, list_scopes: bool, as_json: bool) -> None:
    """Create an API key called NAME; it is shown this once. A scope like `catalog.*` stands for all of a context."""
    ready()
    from entrepot.identity import public as identity
    from entrepot.kit import clock
    from entrepot.kit.actor import declared, system
    from entrepot.kit.errors import DomainError

    codes = declared()
    if list_scopes:
        for code, permission in sorted(codes.items()):
            click.echo(f"{code:34}{permission.text}")
        return
    meant = {scope: [c for c in codes if c == scope or (scope.endswith(".*") and c.startswith(scope[:-1]))]
             for scope in scopes}
    if unknown := [scope for scope, found in meant.items() if not found]:
        raise click.UsageError(f"There is no scope {', '.join(unknown)}; --list-scopes shows them.")
    if not scopes or not name:
        raise click.UsageError("Give the key a NAME and at least one --scope; --list-scopes shows them.")
    wanted = sorted({code for found in meant.values() for code in found})
    try:
        info, token = identity.create_api_key(name, wanted, clock.now() + timedelta(days=days), actor=system("cli"))
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    if not answer({"prefix": info.prefix, "scopes": wanted, "key": token}, as_json=as_json):
        click.echo(token)


_ROLES = ", ".join(role.code for role in BUILTIN_ROLES)


@click.command()
@click.argument("email")
@click.option("--name", required=True, help="As colleagues know them.")
@click.option("--role", "roles", multiple=True, required=True,
              help=f"What they may do: {_ROLES}, or a role of your own; repeat for several.")
@click.password_option()
def staff(email: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Add a person to the office; they set up their second factor at the first sign-in."""
    ready()
    from entrepot.identity import public as identity
    from entrepot.kit.actor import system
    from entrepot.kit.errors import DomainError

    identity.ensure_roles()
    known = [role.code for role in identity.list_roles()]
    if unknown := [role for role in roles if role not in known]:
        raise click.UsageError(f"There is no role {', '.join(unknown)}. There are: {', '.join(known)}.")
    try:
        identity.create_staff(email, name, password, list(roles), actor=system("cli"))
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{email} may sign in at /office/.")
