"""`ENGINE` of our settings. Django has hooks after a commit and none before; an idempotency key's promise needs one."""

from __future__ import annotations

from django.db.backends.postgresql import base

from entrepot.kit.context import before_commit


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction that may not commit (the hook raised) is rolled back, and its caller hears why."""

    def _commit(self) -> None:
        hook = before_commit.get()
        if hook is not None and self.connection is not None:
            try:
                hook()
            except BaseException:
                self.rollback()
                raise
        super()._commit()  # type: ignore[misc]  # Django has no types for what it keeps to itself
