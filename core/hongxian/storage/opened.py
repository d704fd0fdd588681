"""A database that its store opens: who comes outside of that is told what to do."""

from __future__ import annotations

from typing import Any  # Any: the driver's own

import peewee

from hongxian.model.record import NoStoreOpen


class OpenedByItsStore(peewee.Database):  # type: ignore[misc]
    """One that is open inside `with store:` alone; a query may have been made there and be carried out later."""

    def cursor(self, named_cursor: str | None = None) -> Any:
        """As peewee's, but for the error: raises `NoStoreOpen`."""
        if self.is_closed():
            raise NoStoreOpen()
        return super().cursor(named_cursor)
