"""The writers of flags."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

from django.db import transaction

from entrepot.experiments import queries, rules
from entrepot.experiments.contracts import FlagInfo
from entrepot.experiments.errors import FlagExists
from entrepot.experiments.models import Flag
from entrepot.experiments.permissions import CHANGE
from entrepot.kit import audit
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, NotFound, StaleVersion


def create_flag(key: str, *, description: str = "", is_enabled: bool = False, share_percent: Decimal = Decimal(100),
                actor: Actor) -> FlagInfo:
    """A new flag, off unless said otherwise."""
    actor.require(CHANGE)
    rules.check_share(share_percent)
    with transaction.atomic():
        made, is_new = Flag.objects.get_or_create(key=key, defaults={
            "description": description, "is_enabled": is_enabled, "share_percent": share_percent})
        if not is_new:
            raise FlagExists(flag=key)
        audit.record(actor, "experiments.create_flag", "experiments.flag", key, new=asdict(queries.info(made)))
    queries.forget_flags()
    return queries.info(made)


def update_flag(key: str, *, description: str | None = None, is_enabled: bool | None = None,
                share_percent: Decimal | None = None, expected_version: int | None = None, actor: Actor) -> FlagInfo:
    """Switch a flag, or change for how many it is on."""
    actor.require(CHANGE)
    if share_percent is not None:
        rules.check_share(share_percent)
    with transaction.atomic():
        flag = Flag.objects.select_for_update().filter(key=key).first()
        if flag is None:
            raise NotFound(N_("flag"))
        if expected_version is not None and flag.version != expected_version:
            raise StaleVersion
        old = asdict(queries.info(flag))
        fields = {"description": description, "is_enabled": is_enabled, "share_percent": share_percent}
        changes = {name: value for name, value in fields.items() if value is not None}
        for name, value in changes.items():
            setattr(flag, name, value)
        flag.version += 1
        flag.save(update_fields=[*changes, "version"])
        audit.record(actor, "experiments.update_flag", "experiments.flag", key, old=old, new=asdict(queries.info(flag)))
    queries.forget_flags()
    return queries.info(flag)


def delete_flag(key: str, *, actor: Actor) -> None:
    """Remove a flag that no code asks for any more; asked for again, it is off."""
    actor.require(CHANGE)
    with transaction.atomic():
        flag = Flag.objects.select_for_update().filter(key=key).first()
        if flag is None:
            raise NotFound(N_("flag"))
        audit.record(actor, "experiments.delete_flag", "experiments.flag", key, old=asdict(queries.info(flag)))
        flag.delete()
    queries.forget_flags()
