"""The files of imports and exports: what comes in is looked at by content; all are kept in pieces in the database."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from entrepot.channels.models import FilePart
from entrepot.kit import db
from entrepot.kit.errors import N_, InvalidInput

PIECE = 2**20
MAX_BYTES = 200 * 2**20
MAX_UNPACKED = 2 * 2**30
MAX_TEXTS, MAX_OTHERS = 2**28, 2**23  # of a spreadsheet: what its cells name, and styles, themes and the rest
_NOT_READ_WHOLE = ("xl/worksheets/", "xl/media/", "xl/drawings/", "xl/charts/", "xl/pivot", "xl/calcChain")
SUFFIXES = (".csv", ".xlsx", ".parquet")
_ENCODINGS = ("utf-8-sig", "gb18030")


@contextmanager
def on_disk(name: str, pieces: Iterable[bytes]) -> Iterator[Path]:
    """A file under a name of our own, with the suffix that tells its kind, for the block. Raises InvalidInput."""
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise InvalidInput("file", N_("This must be a CSV, XLSX or Parquet file."))
    size = 0
    with tempfile.NamedTemporaryFile(suffix=suffix) as copy:
        for piece in pieces:
            size += len(piece)
            if size > MAX_BYTES:
                raise InvalidInput("file", N_("This file is too large."))
            copy.write(piece)
        copy.flush()
        yield Path(copy.name)


def check(path: Path) -> None:
    """Is the content what the name says? A spreadsheet that would unpack to gigabytes is refused unopened."""
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise InvalidInput("file", N_("This file is empty."))
    suffix = path.suffix
    if suffix == ".parquet" and not start.startswith(b"PAR1"):
        raise InvalidInput("file", N_("The name says Parquet, the content does not."))
    if suffix == ".xlsx":
        if not zipfile.is_zipfile(path):
            raise InvalidInput("file", N_("The name says XLSX, the content does not."))
        with zipfile.ZipFile(path) as packed:
            _refuse_swollen(packed.infolist())
    if suffix == ".csv":
        _to_utf8(path)


def _refuse_swollen(parts: Iterable[zipfile.ZipInfo]) -> None:
    """Sheets are read row by row and some parts not at all; texts and styles are read whole, and a small file may hold
    a thousand times its size of them."""
    sizes = {"sheets": 0, "texts": 0, "others": 0}
    for part in parts:
        if part.filename.startswith(_NOT_READ_WHOLE):
            sizes["sheets"] += part.file_size
        else:
            sizes["texts" if part.filename == "xl/sharedStrings.xml" else "others"] += part.file_size
    if sizes["sheets"] > MAX_UNPACKED or sizes["texts"] > MAX_TEXTS or sizes["others"] > MAX_OTHERS:
        raise InvalidInput("file", N_("This file is too large."))


def _to_utf8(path: Path) -> None:
    """Spreadsheets in China save CSV as GB 18030, and some everywhere as UTF-16: both become UTF-8."""
    data = path.read_bytes()
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else _ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        if encoding != "utf-8-sig":
            path.write_text(text, encoding="utf-8")
        return
    raise InvalidInput("file", N_("This is not a table of text: save it as CSV in UTF-8."))


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(run_id: UUID, path: Path) -> int:
    """Store the file of a run in the caller's transaction; returns its size."""
    with path.open("rb") as file:
        for number, piece in enumerate(iter(lambda: file.read(PIECE), b"")):
            FilePart.objects.create(run_id=run_id, number=number, data=piece)
        return file.tell()


def pieces(run_id: UUID) -> Iterator[bytes]:
    number = 0
    while (data := db.value("SELECT data FROM channels_filepart WHERE run_id = %s AND number = %s",
                            [run_id, number])) is not None:
        yield bytes(data)
        number += 1


def is_kept(run_id: UUID) -> bool:
    return FilePart.objects.filter(run_id=run_id).exists()


def forget(run_id: UUID) -> None:
    FilePart.objects.filter(run_id=run_id).delete()
