"""The kinds of blocks that pages are made of: what each asks for. Editor, API and validation read this one list.

A template `storefront/blocks/<kind>.html` gets the block's data as `it`:

- LINE and TEXT are strings in the reader's language, RICH is safe HTML (`|safe`), "" when empty
- PICTURE is {"url", "alt", "width", "height", "renditions": [{"url", "width", "height", "type"}]}, or None
- ADDRESS is a path of the shop or an https address, SLUG a slug, SLUGS a list of them
- NUMBER an int, FLAG a bool, CHOICE one of its codes, DAY an ISO date or ""
- GROUP a list of dicts of its own fields
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from entrepot.kit.errors import N_


class Kind(StrEnum):
    LINE = "line"
    TEXT = "text"
    RICH = "rich"
    ADDRESS = "address"
    PICTURE = "picture"
    SLUG = "slug"
    SLUGS = "slugs"
    NUMBER = "number"
    CHOICE = "choice"
    FLAG = "flag"
    DAY = "day"
    GROUP = "group"


TRANSLATED = frozenset({Kind.LINE, Kind.TEXT, Kind.RICH})


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: Kind
    label: str
    required: bool = False
    help: str = ""
    low: int = 1
    high: int = 24
    default: int = 8
    choices: tuple[tuple[str, str], ...] = ()
    fields: tuple[Field, ...] = ()  # of a group

    @property
    def translated(self) -> bool:
        return self.kind in TRANSLATED


@dataclass(frozen=True, slots=True)
class BlockKind:
    code: str
    label: str
    about: str
    fields: tuple[Field, ...]


def _heading(*, required: bool = False) -> Field:
    return Field("heading", Kind.LINE, N_("Heading"), required)


def _link() -> tuple[Field, Field]:
    return (Field("link_label", Kind.LINE, N_("Words of the link")),
            Field("link", Kind.ADDRESS, N_("Where it leads"),
                  help=N_("A path of the shop such as /c/kitchen/, or a whole address beginning with https://")))


_COUNT = Field("count", Kind.NUMBER, N_("How many at most"), low=2, high=24, default=8)

KINDS: dict[str, BlockKind] = {k.code: k for k in (
    BlockKind("hero", N_("Opening"), N_("The first thing a visitor sees: a sentence, a picture, a way in."), (
        _heading(required=True), Field("text", Kind.TEXT, N_("Text")), *_link(),
        Field("picture", Kind.PICTURE, N_("Picture")),
        Field("goods", Kind.FLAG, N_("Show a few goods beside it when there is no picture")))),
    BlockKind("categories", N_("Categories"), N_("Tiles that lead into the departments."), (
        _heading(), Field("slugs", Kind.SLUGS, N_("Categories"), help=N_("One slug a line; none: all departments")))),
    BlockKind("collection", N_("Collection"), N_("Goods of a collection."), (
        _heading(), Field("slug", Kind.SLUG, N_("Collection"), True), _COUNT, *_link())),
    BlockKind("campaign", N_("Campaign"), N_("A banner for a season or an offer."), (
        _heading(required=True), Field("text", Kind.TEXT, N_("Text")), *_link(),
        Field("picture", Kind.PICTURE, N_("Picture")),
        Field("tone", Kind.CHOICE, N_("Tone"), choices=(
            ("calm", N_("calm")), ("warm", N_("warm")), ("loud", N_("loud")))),
        Field("until", Kind.DAY, N_("Last day"), help=N_("The banner goes by itself after this day.")))),
    BlockKind("recently_seen", N_("Recently seen"), N_("What this visitor looked at last, kept in their browser."), (
        _heading(), _COUNT)),
    BlockKind("recommended", N_("Recommended"), N_("Goods that the shop chooses."), (_heading(), _COUNT)),
    BlockKind("text", N_("Text"), N_("Paragraphs with headings, lists and links."), (
        _heading(), Field("body", Kind.RICH, N_("Text"), True))),
    BlockKind("image", N_("Picture"), N_("A picture with a caption."), (
        Field("picture", Kind.PICTURE, N_("Picture"), True), Field("caption", Kind.LINE, N_("Caption")),
        Field("link", Kind.ADDRESS, N_("Where it leads")),
        Field("width", Kind.CHOICE, N_("Width"), choices=(("text", N_("as the text")), ("wide", N_("wide")))))),
    BlockKind("faq", N_("Questions and answers"), N_("Questions that open to their answers."), (
        _heading(), Field("items", Kind.GROUP, N_("Questions"), True, fields=(
            Field("question", Kind.LINE, N_("Question"), True), Field("answer", Kind.RICH, N_("Answer"), True))))),
    BlockKind("products", N_("Products"), N_("Goods chosen one by one."), (
        _heading(), Field("slugs", Kind.SLUGS, N_("Products"), True, help=N_("One slug a line, in the order shown")))),
)}
