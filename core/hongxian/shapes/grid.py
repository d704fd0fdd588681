"""A grid: a sheet to tick and to type into, a record a row, each cell saved by itself."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hongxian.model.record import same_id
from hongxian.shapes.cells import Button, Go, Link, Of, Print
from hongxian.text import Text
from hongxian.words.values import Value

SHORTEST_CODE, LONGEST_CODE = 3, 9
"""Figures of a row's code: so many are printed at least, and so many there are."""


@dataclass(frozen=True)
class Cells:
    """A column: a field of the model, or what the grid's `action` asks for, typed into.

    With `tick` a press on an empty cell writes that value: the time of now, a name, True. What
    comes after the ticks of another column waits for them. One that is not `typed` only tells.
    Without a `title` it is called as the field is.
    """

    field: str
    title: Text | str = ""
    tick: Value = None
    typed: bool = True
    all: Text | str = ""
    """The title of a button that ticks this column for all who wait for it."""
    key: str = ""
    """A letter that presses the same button: `"L"`."""
    asks: Text | str = ""
    """What is asked once before that, of what nothing takes back: `Text("确认 {count} 人？", …)`."""
    tells_state: bool = False
    """Here the row's `state` stands, which a press ticks on."""
    step: int = 0
    """Of a counter: so many more or fewer by one press; what is typed counts on by what it differs."""


@dataclass(frozen=True)
class GridRow:
    """A row: the record `id`, or one that is made with `given` once something is typed into it.

    Where `given` has an `id` that follows from whose it is (`same_id`), the record of it is the row's
    as soon as it is there: nobody need look it up.

    `key` tells the row again when it is saved, and stays when the record is made: whose it is.
    With an `action` the `given` are handed to it beside what is typed.
    """

    title: Text | str
    id: str = ""
    key: str = ""
    given: Mapping[str, Value] = field(default_factory=dict)
    beside: Text | str = ""
    """What tells it apart, such as the last four of a telephone."""
    state: Text | str = ""
    tone: str = ""
    """Of the state: `"plan"`, `"now"`, `"done"`, `"wait"`, `"stop"`, `"rest"`; "" for plain words."""
    hints: Mapping[str, object] = field(default_factory=dict)
    """What counts where a field is left empty, by its name; it stands there in grey."""
    odd: Text | str = ""
    """What to look at before a column that `asks` is ticked: how short a stay is."""
    code: str = ""
    """What is typed to tick it, from a sheet of paper that bears it: `row_code(activity, person)`."""

    @property
    def called(self) -> str:
        """By which what is typed says whose it is."""
        return self.key or self.id


@dataclass(frozen=True)
class Add:
    """A box below a grid for who is not on it: found `of` a model, then a row with `tick` ticked.

    The record is made with `given` and what was found in `field`, whose id is the row's key. `new`
    makes who is nowhere found, by a name, and returns the id.
    """

    of: Of
    field: str
    tick: str
    given: Mapping[str, Value] = dataclasses.field(default_factory=dict)
    title: Text | str = ""
    new: Callable[[str], str] | None = None


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
    beside: Text | str = ""
    """What stands above what is `beside` the titles; "" leaves that column out."""
    by_name: bool = False
    """Its rows stand in the order of a Chinese directory."""
    action: str = ""
    """Done to the record of each row that was typed into, instead of writing its fields."""
    add: Add | None = None
    presses: Sequence[Button | Go | Link | Print] = ()
    """What else is done from where one stands, in the line below: its sheet of paper, a row that is missing."""

    def refuse_uneven(self) -> None:
        """Raise `ValueError` where a row cannot be told from another."""
        names = [each.called for each in self.rows]
        if not all(names) or len({*names}) < len(names):
            raise ValueError("each row needs an id or a key of its own")
        if any(each.code for each in self.rows) and not self.ticked_by_codes:
            raise ValueError("a code ticks a column that has a tick, and none has")

    @property
    def ticked_by_codes(self) -> Sequence[Cells]:
        """The columns that rows' codes may tick: those with ticks, but for what `asks` before it is done."""
        return [
            each for each in self.columns if each.typed and each.tick is not None and not each.asks
        ]

    def waits(self, cells: Cells) -> str | None:
        """The field whose tick comes before one of these; None for the first."""
        before = None
        for each in self.columns:
            if each is cells or each.field == cells.field:
                return before
            if each.typed and each.tick is not None:
                before = each.field
        return before


def row_code(*parts: str) -> str:
    """Figures that stand for a row on paper, of the same parts the same on every laptop; they tell nothing of them."""
    return f"{int(same_id('row', *parts).replace('-', ''), 16) % 10**LONGEST_CODE:0{LONGEST_CODE}}"


def codes_in_brief(rows: Iterable[GridRow]) -> dict[str, str]:
    """Of each row's code as many figures as tell it from the others, by what the row is `called`."""
    coded = {each.called: each.code for each in rows if each.code}
    lengths = range(SHORTEST_CODE, LONGEST_CODE + 1)
    held = Counter(code[:length] for code in coded.values() for length in lengths)
    return {
        called: next((code[:each] for each in lengths if held[code[:each]] == 1), code)
        for called, code in coded.items()
    }
