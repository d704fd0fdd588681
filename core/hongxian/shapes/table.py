"""A table: rows under headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hongxian.shapes.cells import Link, Of
from hongxian.text import Text


@dataclass(frozen=True)
class Table:
    """Rows to show under headers; `ids` names the record `of` a model behind each row, if there is one.

    A cell is a value, a `Button`, a `Qr`, a `Link`, or a list of these. `about` leads to the record
    that all of it is about.
    """

    headers: Sequence[Text | str]
    rows: Sequence[Sequence[object]]
    ids: Sequence[str] = ()
    of: Of | None = None
    note: Text | str = ""
    about: Link | None = None

    def refuse_uneven(self) -> None:
        """Raise `ValueError` unless there is a cell for each header, and an id for each row."""
        if any(len(row) != len(self.headers) for row in self.rows):
            raise ValueError(f"a row has not {len(self.headers)} cells, one for each header")
        if self.ids and len(self.ids) != len(self.rows):
            raise ValueError(f"{len(self.ids)} ids for {len(self.rows)} rows")
