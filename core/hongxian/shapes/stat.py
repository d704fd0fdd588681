"""Figures: a few numbers to see at a glance, each with how it went and where to read on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hongxian.shapes.cells import Link
from hongxian.shapes.table import Table
from hongxian.text import Text, joined

_HEADERS = (Text("项目", "Figure"), Text("数", "Number"), Text("比上次", "Change"))


@dataclass(frozen=True)
class Stat:
    """One number; `past` is what it was before, oldest first, each over as long a time.

    `to` leads on: a `Link` to a record, or the name of a view.
    """

    label: Text | str
    value: int | str
    """Without a `past` also what is no number, such as one of a slip."""
    unit: Text | str = ""
    past: Sequence[int] = ()
    to: Link | str = ""

    @property
    def change(self) -> int | None:
        """By how much it is more than it was last, None where nothing was before."""
        return int(self.value) - self.past[-1] if self.past else None


@dataclass(frozen=True)
class Stats:
    """Some numbers side by side."""

    stats: Sequence[Stat]
    note: Text | str = ""

    def refuse_uneven(self) -> None:
        """Raise `TypeError` for what is no `Stat`."""
        for each in self.stats:
            if not isinstance(each, Stat):
                raise TypeError(f"{type(each).__name__} is no Stat")

    def as_table(self) -> Table:
        """The same numbers as rows."""
        rows = [
            [
                each.label,
                joined([str(each.value), *([each.unit] if each.unit else [])], Text.of(" ")),
                "" if each.change is None else f"{each.change:+}",
            ]
            for each in self.stats
        ]
        return Table(_HEADERS, rows, note=self.note)
