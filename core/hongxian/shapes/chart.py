"""A chart: whole numbers to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hongxian.shapes.table import Table
from hongxian.text import Text, joined


@dataclass(frozen=True)
class Chart:
    """Whole numbers to compare: each of `series` is its title and one number for each label."""

    labels: Sequence[Text | str]
    series: Sequence[tuple[Text | str, Sequence[int]]]
    unit: Text | str = ""
    kind: str = "bars"
    """"bars" or "line"."""
    note: Text | str = ""

    def refuse_uneven(self) -> None:
        """Raise `ValueError` unless each series has a number for each label."""
        if any(len(numbers) != len(self.labels) for _title, numbers in self.series):
            raise ValueError(f"a series has not {len(self.labels)} numbers, one for each label")

    def as_table(self) -> Table:
        """The same numbers as rows, one for each label."""
        unit = [self.unit] if self.unit else []
        titles = [joined([title, *unit], Text.of(" ")) for title, _numbers in self.series]
        columns = [numbers for _title, numbers in self.series]
        return Table(["", *titles], list(zip(self.labels, *columns, strict=True)), note=self.note)
