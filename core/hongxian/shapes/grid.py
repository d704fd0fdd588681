"""A grid: a sheet to type into, a record a row, saved all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hongxian.shapes.cells import Link, Of
from hongxian.text import Text
from hongxian.words.values import Value


@dataclass(frozen=True)
class Cells:
    """A column: a field of the model, typed into.

    With `tick` each cell is a box, ticked where the field holds something, and a tick writes that
    value: the time of now, a name, True. One that is not `typed` only tells. Without a `title` it
    is called as the field is.
    """

    field: str
    title: Text | str = ""
    tick: Value = None
    typed: bool = True


@dataclass(frozen=True)
class GridRow:
    """A row: the record `id`, or one that is made with `given` once something is typed into it.

    `key` tells the row again when it is saved, and stays when the record is made: whose it is.
    """

    title: Text | str
    id: str = ""
    key: str = ""
    given: Mapping[str, Value] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """By which what is typed says whose it is."""
        return self.key or self.id


@dataclass(frozen=True)
class Grid:
    """Records `of` a model, a row each, with the columns that are typed into."""

    of: Of
    columns: Sequence[Cells]
    rows: Sequence[GridRow]
    title: Text | str = ""
    """What stands above the rows' titles."""
    note: Text | str = ""
    about: Link | None = None

    def refuse_uneven(self) -> None:
        """Raise `ValueError` where a row cannot be told from another."""
        names = [each.called for each in self.rows]
        if not all(names) or len({*names}) < len(names):
            raise ValueError("each row needs an id or a key of its own")
