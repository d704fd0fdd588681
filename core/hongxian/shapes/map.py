"""A map: a picture of the keeper's of which the width in metres is known, and points on it that lead to records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hongxian.model.record import Record
from hongxian.model.workflow import Tone
from hongxian.shapes.cells import Button, Of
from hongxian.shapes.table import Table
from hongxian.text import Text

_HEADERS = ("", Text("名称", "Name"), Text("状态", "State"), Text("说明", "Note"))


@dataclass(frozen=True)
class Point:
    """One place: so many metres from the picture's left edge and from its top; without them it is listed alone.

    `tone` and `state` say how it stands, `id` leads to the record behind it, `note` stands small beside it.
    """

    title: Text | str
    at: tuple[int, int] | None
    id: str = ""
    state: Text | str = ""
    tone: Tone = "done"
    note: Text | str = ""


@dataclass(frozen=True)
class Map:
    """Points of records `of` a model on a picture, `metres` from its left edge to its right, and in a list beside it.

    The picture is what the `field` of the record `picture` holds; while there is none, the list stands alone.
    `start` is where somebody sets out, with a ring of so many metres around it. Where `put` is given, a press on
    the picture does that action with the place as `x` and `y`, in metres.
    """

    points: Sequence[Point]
    of: Of
    picture: Record | None
    metres: int
    field: str = "file"
    start: Point | None = None
    ring: int = 0
    put: Button | None = None
    note: Text | str = ""

    def refuse_uneven(self) -> None:
        """Raise `ValueError` for a picture that is no metre wide."""
        if self.metres < 1:
            raise ValueError(f"a picture is a metre wide at least, not {self.metres}")

    def as_table(self) -> Table:
        """The same points as rows, by the numbers that they have on the picture."""
        rows = [[n, each.title, each.state, each.note] for n, each in enumerate(self.points, 1)]
        return Table(
            _HEADERS, rows, ids=[each.id for each in self.points], of=self.of, note=self.note
        )
