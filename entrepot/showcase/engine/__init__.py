"""The search engine: tantivy indexes below the home folder, one per channel and language. Knows no database."""

from entrepot.showcase.engine.store import State, state

__all__ = ["State", "state"]
