"""Channels: where is sold, in which currency and languages."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from typing import Any
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction

from entrepot.catalog.contracts import ChannelInfo, ChannelInput
from entrepot.catalog.errors import CodeTaken
from entrepot.catalog.events import ChannelChanged
from entrepot.catalog.models import Channel
from entrepot.catalog.permissions import CHANNELS
from entrepot.catalog.queries import channels
from entrepot.kit import audit, outbox
from entrepot.kit.actor import Actor
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.codes import check_code
from entrepot.kit.errors import N_, InvalidInput, NotFound

ALLOCATIONS = ("priority", "nearest", "fewest_splits")  # the slot of inventory


def create_channel(channel: ChannelInput, *, actor: Actor) -> ChannelInfo:
    """Open a channel; `is_default` takes the place of the default one. Raises CodeTaken, InvalidInput."""
    actor.require(CHANNELS)
    values = asdict(_check(channel))
    try:
        with transaction.atomic():
            _make_room(channel)
            row = Channel.objects.create(**values)
            audit.record(actor, "catalog.create_channel", "catalog.channel", row.pk, new=values)
            outbox.publish(ChannelChanged(row.pk))
    except IntegrityError as error:
        raise CodeTaken(value=channel.code) from error
    channels.forget()
    return channels.channel(row.pk)


def update_channel(code: str, changes: dict[str, Any], *, actor: Actor) -> ChannelInfo:
    """Change some fields; the code stays, since orders and links name it. The currency stays, since prices have it."""
    actor.require(CHANNELS)
    if {"code", "currency"} & set(changes):
        raise InvalidInput("code", N_("A channel keeps its code and its currency."))
    with transaction.atomic():
        row = Channel.objects.select_for_update().filter(code=code).first()
        if row is None:
            raise NotFound("channel")
        old = ChannelInput(**{name: getattr(row, name) for name in ChannelInput.__dataclass_fields__})
        new = _check(replace(old, **changes))
        if old.is_default and not (new.is_default and new.is_active):
            raise InvalidInput("is_default", N_("Make another channel the default first."))
        _make_room(new)
        Channel.objects.filter(pk=row.pk).update(**asdict(new))
        audit.record(actor, "catalog.update_channel", "catalog.channel", row.pk, old=asdict(old), new=asdict(new))
        outbox.publish(ChannelChanged(row.pk))
    channels.forget()
    return channels.channel(row.pk)


def _make_room(channel: ChannelInput) -> None:
    if channel.is_default:
        Channel.objects.filter(is_default=True).exclude(code=channel.code).update(is_default=False)


def _check(c: ChannelInput) -> ChannelInput:
    check_code("code", c.code)
    if not re.fullmatch(r"[A-Z]{3}", c.currency):
        raise InvalidInput("currency", N_("is not a currency code of three letters"))
    if not re.fullmatch(r"[A-Z]{2}", c.country):
        raise InvalidInput("country", N_("is not a country code of two letters"))
    if not c.languages or any(not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})?", code) for code in c.languages):
        raise InvalidInput("languages", N_("is not a list of language codes"))
    if c.time_zone not in available_timezones():
        raise InvalidInput("time_zone", N_("is not a time zone such as Asia/Shanghai"))
    if c.allocation not in ALLOCATIONS:
        raise InvalidInput("allocation", N_("is priority, nearest or fewest_splits"))
    minutes = (c.guest_hold_minutes, c.member_hold_minutes)
    if any(not 0 < m <= 32_767 for m in minutes) or not 0 < c.unpaid_expiry_minutes <= 2_147_483_647:
        raise InvalidInput("guest_hold_minutes", N_("is out of range"))
    if c.approve_above_minor is not None and not 0 <= c.approve_above_minor < 2**63:
        raise InvalidInput("approve_above_minor", N_("is out of range"))
    if c.is_default and not c.is_active:
        raise InvalidInput("is_default", N_("The default channel is active."))
    return replace(c, name=check_texts("name", c.name, required=True, limit=200), languages=tuple(c.languages))
