"""The shape of a setting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from entrepot.kit.actor import Actor, Permission
from entrepot.web.office.system.forms import ActionForm

NEW = "new"


class Item(NamedTuple):
    """One thing that a setting is about, for example a channel: its key, its name, how it stands, whether it is on."""

    key: str
    name: str
    state: str = ""
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class Setting:
    """`items` lists what can be changed; `adds` is the label of the form that makes another one.

    A setting without a form is a link to the desk that holds it.
    """

    code: str
    group: str
    title: Any
    text: Any
    permission: Permission
    icon: str
    form: type[ActionForm] | None = None
    items: Callable[[Actor], list[Item]] = field(default=lambda actor: [])
    initial: Callable[[str], dict[str, Any]] = field(default=lambda target: {})
    save: Callable[[dict[str, Any], str, Actor], Any] = field(default=lambda data, target, actor: None)
    adds: Any = ""
    page: str = ""  # the name of a page of the office, for a link
    words: tuple[str, ...] = ()  # what else people call it, in both languages
