"""A text to paste into a chat, where the others of a team read it."""

from __future__ import annotations

from dataclasses import dataclass

from hongxian.shapes.table import Table
from hongxian.text import Text


@dataclass(frozen=True)
class Chat:
    """A text to copy and paste into a chat. What it tells leaves the desk: write numbers, and nobody's name."""

    text: Text | str

    def refuse_uneven(self) -> None:
        """A text is never uneven."""

    def as_table(self) -> Table:
        """The same as a table of one cell."""
        return Table([Text("群里发的文字", "Text for a chat")], [[self.text]])
