"""What a person said of a file before it is imported; what nobody said is chosen by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Doubles = Literal["leave", "same", "new"]
"""What becomes of rows that are likely here already: left out, the record changed, or one more made."""


@dataclass
class Choices:
    """Where the rows are, what their columns hold, and what becomes of those in doubt."""

    page: str | None = None
    header: int | None = None
    """The number of the row that is the header."""
    encoding: str | None = None
    columns: dict[int, str] = field(default_factory=dict)
    """The field of a column by its place from 0; "" for one that is not wanted."""
    doubles: Doubles = "leave"
    double: dict[int, Doubles] = field(default_factory=dict)
    """The same of single rows, by their numbers."""
    mended: dict[int, dict[str, str]] = field(default_factory=dict)
    """What stands instead of cells, by row and field; "" for nothing."""
    meant: dict[str, list[str]] = field(default_factory=dict)
    """By field which ways out of a wrong cell are taken, the first that it offers; "blank" for none of it."""
    left_out: set[int] = field(default_factory=set)
    """Rows that are not wanted."""

    def of_double(self, row: int) -> Doubles:
        """What becomes of a row that is likely here already."""
        return self.double.get(row, self.doubles)
