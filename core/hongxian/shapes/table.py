"""A table: rows under headers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any  # Any: the author knows of which model the records are

from hongxian.collections.collection import Collection
from hongxian.collections.store_protocol import present_store
from hongxian.model.record import SHORT, Record
from hongxian.shapes.cells import Link, Of, name_of
from hongxian.text import Text

Shower = Callable[[Any], object]
Told = str | tuple[Text | str, Shower]
"""A column of a listing: a field, or a title and what makes a cell of a record."""


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

    @classmethod
    def listing(
        cls,
        of: Of,
        records: Sequence[Record],
        *columns: Told,
        note: Text | str = "",
        about: Link | None = None,
    ) -> Table:
        """Records `of` a model, each leading to its page: fields by their names, as a list shows them.

        A title with a function, `(Text("下一步", "Next"), steps_of)`, makes a cell of each record.
        """
        collection = present_store().collection(name_of(of))
        shown = [_column(collection, records, each) for each in columns]
        return cls(
            headers=[title for title, _ in shown],
            rows=[[cell(record) for _, cell in shown] for record in records],
            ids=[each.id for each in records],
            of=of,
            note=note,
            about=about,
        )

    def refuse_uneven(self) -> None:
        """Raise `ValueError` unless there is a cell for each header, and an id for each row."""
        if any(len(row) != len(self.headers) for row in self.rows):
            raise ValueError(f"a row has not {len(self.headers)} cells, one for each header")
        if self.ids and len(self.ids) != len(self.rows):
            raise ValueError(f"{len(self.ids)} ids for {len(self.rows)} rows")


def _column(
    collection: Collection, records: Sequence[Record], told: Told
) -> tuple[Text | str, Shower]:
    """The title of a column, and what makes its cells; raises `KeyError` where there is no such field."""
    if not isinstance(told, str):
        return told
    column = collection.column(told)
    if column is None:
        raise KeyError(told)
    values = {each.id: column.to_wire(getattr(each, told)) for each in records}
    names = present_store().names_of(column.reference, values.values()) if column.reference else {}

    def shown(record: Record) -> object:
        value = values[record.id]
        if column.reference and value and column.names_record(value):
            return names.get(value, f"…{value[-SHORT:]}")
        return column.shown_in_brief(column.plain(value))

    return column.label, shown
