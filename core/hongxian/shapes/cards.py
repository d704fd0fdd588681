"""Cards: things to hand out, each with how many are left and what may be pressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hongxian.model.workflow import Tone
from hongxian.shapes.cells import Button, Go, Of
from hongxian.shapes.table import Table
from hongxian.text import Text, joined

_HEADERS = (
    Text("名称", "Name"),
    Text("数", "Number"),
    Text("提醒", "Note"),
    Text("下一步", "Next"),
)


@dataclass(frozen=True)
class Card:
    """One thing: how many of it, and of how many; what is said of it in colour and word.

    A `number` that nobody knows is a word, such as "–". `part` is what is left of all there was, 0 to 1, drawn as
    a bar; None draws none. The first of `presses` is the likeliest. `id` leads to the record behind it.
    """

    title: Text | str
    number: int | str
    unit: Text | str = ""
    icon: str = ""
    part: float | None = None
    state: Text | str = ""
    tone: Tone = "done"
    presses: Sequence[Button] = ()
    id: str = ""
    note: Text | str = ""
    """What tells it from others of its name: whose it is, of which day."""


@dataclass(frozen=True)
class Cards:
    """Cards of records `of` a model, with ways to the other cards: `among` one of a few, `filters`."""

    cards: Sequence[Card]
    of: Of | None = None
    among: Sequence[Go] = ()
    filters: Sequence[Go] = ()
    asked: Text | str = ""
    """What is asked by `among`: for whom."""
    note: Text | str = ""

    def refuse_uneven(self) -> None:
        """Raise `ValueError` for a bar that is longer than its frame."""
        for each in self.cards:
            if each.part is not None and not 0 <= each.part <= 1:
                raise ValueError(f"a bar is from 0 to 1, not {each.part}")

    def as_table(self) -> Table:
        """The same as rows, a card each."""
        rows = [
            [
                joined([each.title, each.note], Text.of(" · ")) if each.note else each.title,
                joined([str(each.number), *([each.unit] if each.unit else [])], Text.of(" ")),
                each.state,
                list(each.presses),
            ]
            for each in self.cards
        ]
        return Table(
            _HEADERS, rows, ids=[each.id for each in self.cards], of=self.of, note=self.note
        )
