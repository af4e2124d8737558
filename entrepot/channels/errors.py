"""Why an import cannot even begin."""

from __future__ import annotations

from entrepot.kit.errors import N_, DomainError


class UnknownFormat(DomainError):
    code, status = "unknown_format", 422
    text = N_("This file is none of the known catalogue formats: {formats}.")


class UnreadableFile(DomainError):
    code, status, text = "unreadable_file", 422, N_("This file cannot be read: {why}")


class TooManyCells(DomainError):
    code, status, text = "too_many_cells", 422, N_("A table may have {cells} cells at most: send it in parts.")


class TooLargeUnpacked(DomainError):
    code, status = "too_large_unpacked", 422
    text = N_("This file is too large once it is unpacked: send it in parts.")


class TooManyColumns(DomainError):
    code, status, text = "too_many_columns", 422, N_("A table may have {columns} columns at most.")


class TooManyRows(DomainError):
    code, status, text = "too_many_rows", 422, N_("A spreadsheet holds {rows} rows at most: choose CSV.")


class TooLongForSheet(DomainError):
    code, status = "too_long_for_sheet", 422
    text = N_("A cell of a spreadsheet holds {letters} characters at most: choose CSV.")


class WrongState(DomainError):
    code, status, text = "wrong_state", 409, N_("This run is in another state by now: {state}.")


class FileGone(DomainError):
    code, status, text = "file_gone", 404, N_("The file of this run is no longer kept. Upload it again.")


class Interrupted(DomainError):
    """Somebody stopped the run, or another worker has taken it over: what is in, is in."""

    code, status, text = "interrupted", 409, N_("This run was stopped or taken over by another worker.")


class AskerGone(DomainError):
    code, status, text = "asker_gone", 403, N_("{label} may no longer do this.")
