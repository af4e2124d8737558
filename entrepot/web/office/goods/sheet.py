"""A form as a sheet of fields: what is stored, under what was typed, beside what is wrong with it.

A field that was not sent is not changed; so the page's script may send only what differs from what it showed, and two
people who change different things do not undo each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from entrepot.kit.errors import DomainError
from entrepot.kit.money import exponent
from entrepot.kit.rest import translated

LANGUAGES = (("en", "English"), ("zh-hans", "简体中文"))
NOTHING = QueryDict()


@dataclass(slots=True)
class Field:
    """One control. `kind`: text, area, number, check, select, many, moment, date."""

    name: str
    label: Any = ""
    value: Any = ""
    kind: str = "text"
    error: str = ""
    choices: Sequence[tuple[str, Any]] = ()
    hint: Any = ""
    locked: bool = False
    typed: bool = False  # shown as typed, not as stored

    @property
    def is_on(self) -> bool:
        return self.value in (True, "1", "on")


class Sheet:
    """What was sent, read field by field; each mistake is kept beside its field until the whole is refused."""

    def __init__(self, sent: QueryDict = NOTHING, *, locked: bool = False, marks: bool = True) -> None:
        self.sent, self.locked, self.marks = sent, locked, marks
        self.errors: dict[str, str] = {}
        self.general: list[str] = []

    @classmethod
    def of(cls, request: HttpRequest, *, locked: bool = False) -> Sheet:
        return cls(request.POST if request.method == "POST" else NOTHING, locked=locked)

    # ---- shown

    def field(self, name: str, stored: Any = "", label: Any = "", kind: str = "text", **more: Any) -> Field:
        value, typed = ("" if stored is None else stored), name in self.sent or f"{name}-shown" in self.sent
        if kind in ("many", "multi") and typed:
            value = self.sent.getlist(name)
        elif kind == "check":
            value = (name in self.sent) if typed else bool(stored)
        elif typed:
            value = self.sent[name]
        changed = typed and value != ("" if stored is None else stored)
        return Field(name, label, value, kind, self.errors.get(name, ""), locked=more.pop("locked", self.locked),
                     typed=changed and self.marks, **more)

    @property
    def refused(self) -> bool:
        return bool(self.errors or self.general)

    # ---- read

    def has(self, name: str) -> bool:
        return name in self.sent

    def text(self, name: str) -> str | None:
        """None when it was not sent: it stays as it is."""
        return str(self.sent[name]).strip() if name in self.sent else None

    def flag(self, name: str) -> bool | None:
        """A box: the hidden `name-shown` says that it was on the page at all."""
        return name in self.sent if f"{name}-shown" in self.sent else None

    def many(self, name: str) -> list[str] | None:
        return [v for v in self.sent.getlist(name) if v] if f"{name}-shown" in self.sent else None

    def number(self, name: str, *, whole: bool = False, least: int | None = 0) -> Decimal | None:
        given = (self.text(name) or "").replace(",", ".").replace(" ", "")
        if not given:
            return None
        try:
            value = Decimal(given)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or abs(value) >= 10**12:
            self.errors[name] = _("Give a number.")
        elif whole and value != value.to_integral_value():
            self.errors[name] = _("Give a whole number.")
        elif least is not None and value < least:
            self.errors[name] = _("Give a number from %(least)s on.") % {"least": least}
        else:
            return value
        return None

    def minor(self, name: str, currency: str) -> int | None:
        """An amount in whole units, as minor ones."""
        value = self.number(name)
        if value is None:
            return None
        minor = value.scaleb(exponent(currency))
        if minor != minor.to_integral_value():
            self.errors[name] = _("Too many decimals for this currency.")
            return None
        return int(minor)

    def moment(self, name: str, zone: str) -> datetime | None:
        """A day and hour in a place's time."""
        given = self.text(name) or ""
        if not given:
            return None
        try:
            return datetime.fromisoformat(given).replace(tzinfo=ZoneInfo(zone))
        except ValueError:
            self.errors[name] = _("Give a date and an hour.")
            return None

    def texts(self, name: str, old: Mapping[str, str]) -> dict[str, str] | None:
        """`name-en`, `name-zh-hans`, over the stored ones; None when none of them was sent."""
        given = {code: text for code, _label in LANGUAGES if (text := self.text(f"{name}-{code}")) is not None}
        return {**old, **given} if given else None

    # ---- refused

    def blame(self, error: DomainError, names: Mapping[str, str] | None = None) -> None:
        """Put an action's refusal beside the field it is about, or above the form."""
        sentence, field = translated(error), str(error.params.get("field", ""))
        name = (names or {}).get(field) or (field if field in self.sent else "")
        if name:
            reason = str(error.params.get("reason", ""))
            self.errors[name] = _(reason) if reason else sentence
        else:
            self.general.append(sentence)


def amount(minor: int | None, currency: str) -> str:
    """For an input: 12990 -> "129.90"."""
    return "" if minor is None else f"{Decimal(minor).scaleb(-exponent(currency)):f}"


def plain(value: Decimal | None) -> str:
    """For an input: without needless zeros."""
    if value is None:
        return ""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def wall_time(at: datetime | str | None, zone: str) -> str:
    """For an input of day and hour, in a place's time."""
    if not at:
        return ""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def named(rows: Iterable[tuple[Any, str]], *, blank: str | None = "—") -> list[tuple[str, str]]:
    """Choices of a list, with an empty one first."""
    return [*([("", blank)] if blank is not None else []), *((str(code), name) for code, name in rows)]
