"""A queue: the number that is called, what is pressed next, and who waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hongxian.shapes.cells import Button, Go
from hongxian.shapes.table import Table
from hongxian.text import Text

_HEADERS = (Text("项目", "Line"), Text("号码", "Numbers"), Text("下一步", "Next"))
_CALLED = Text("叫到", "Called")


@dataclass(frozen=True)
class Numbers:
    """A line of numbers under a title; one that is a `Button` is pressed itself.

    `presses` stand beside them, `note` says what pressing does.
    """

    title: Text | str
    numbers: Sequence[Text | str | Button] = ()
    presses: Sequence[Button] = ()
    note: Text | str = ""


@dataclass(frozen=True)
class Queue:
    """One line of people with numbers.

    `called` is the number that is called out, "" for none, between the words of `around`, and `said`
    stands below. `call` is the likeliest press, red and by the space bar; `presses` are those beside it,
    `give` gives the next number, by the key n. `services` lead to the other queues. `calling` says that
    the number is called just now. What has no buttons is a queue for a wall.
    """

    called: str
    title: Text | str = ""
    icon: str = ""
    around: tuple[Text | str, Text | str] = (Text("请", "No."), Text("号", ""))
    said: Text | str = ""
    services: Sequence[Go] = ()
    call: Button | None = None
    presses: Sequence[Button] = ()
    lines: Sequence[Numbers] = ()
    give: Button | None = None
    calling: bool = False
    note: Text | str = ""
    """What is said of the number that comes, below `give`."""

    def refuse_uneven(self) -> None:
        """A queue is never uneven."""

    def as_table(self) -> Table:
        """The same as rows: what is called, then each line, then what gives a number."""
        called = [self.call, *self.presses] if self.call else list(self.presses)
        rows: list[list[object]] = [[self.title or _CALLED, self.called, called]]
        rows += [[each.title, list(each.numbers), list(each.presses)] for each in self.lines]
        if self.give:
            rows.append([self.give.title, "", self.give])
        return Table(_HEADERS, rows, note=self.said)
