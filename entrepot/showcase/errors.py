"""What the showcase refuses."""

from __future__ import annotations

from entrepot.kit.errors import N_, DomainError


class UnknownLanguage(DomainError):
    code, status, text = "unknown_language", 422, N_("This channel does not speak “{language}”.")


class TooFewWords(DomainError):
    code, status, text = "too_few_words", 422, N_("Synonyms need at least two different words.")


class NothingSearchable(DomainError):
    code, status, text = "nothing_searchable", 422, N_("“{query}” has no letters or digits to search for.")


class MethodNotAllowed(DomainError):
    code, status, text = "method_not_allowed", 405, N_("Only reading is possible here.")
