"""Facts: what else people want to know of a record at first sight, beside what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hongxian.shapes.cells import Of, Tag
from hongxian.shapes.table import Table
from hongxian.text import Text

_HEADERS = (Text("项目", "Fact"), Text("内容", "What it is"))


@dataclass(frozen=True)
class Facts:
    """Pairs of a label and a cell, on top of the record's page among its own; `tags` stand beside its name."""

    facts: Sequence[tuple[Text | str, object]]
    tags: Sequence[Tag] = ()
    tells_of: Sequence[Of] = ()
    """Models of whose records nothing more is told: the page then has no list of them."""

    def refuse_uneven(self) -> None:
        """Raise `TypeError` for what is no pair, or no `Tag`."""
        for each in self.facts:
            if not isinstance(each, tuple) or len(each) != 2:
                raise TypeError(f"{each!r} is no pair of a label and a cell")
        for tag in self.tags:
            if not isinstance(tag, Tag):
                raise TypeError(f"{type(tag).__name__} is no Tag")

    def as_table(self) -> Table:
        """The same as rows, what the tags say first."""
        return Table(_HEADERS, [*(("", each) for each in self.tags), *self.facts])
