"""Why an import cannot even begin."""

from __future__ import annotations

from entrepot.kit.errors import N_, DomainError


class UnknownFormat(DomainError):
    code, status = "unknown_format", 422
    text = N_("This file is none of the known catalogue formats: {formats}.")


class UnreadableFile(DomainError):
    code, status, text = "unreadable_file", 422, N_("This file cannot be read: {why}")
