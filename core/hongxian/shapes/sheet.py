"""A sheet of paper, told in parts: whoever prints it reads it in their own language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hongxian.shapes.cells import Qr
from hongxian.shapes.facts import Facts
from hongxian.shapes.table import Table
from hongxian.text import Text


@dataclass(frozen=True)
class Section:
    """A part under a heading: a text in its paragraphs, or so many ruled lines for a pen where there is none."""

    title: Text | str
    text: Text | str = ""
    lines: int = 3


@dataclass(frozen=True)
class Signed:
    """Lines to sign on: `Signed(Text("经办人", "Handled by"))`; `seal` names who puts a seal below them."""

    who: Sequence[Text | str]
    seal: Text | str = ""


@dataclass(frozen=True)
class Big:
    """What is read from across a room: the number on a slip."""

    said: Text | str | int


Part = Text | str | list[object] | Facts | Table | Section | Signed | Big | Qr
_KINDS = (Text, str, list, Facts, Table, Section, Signed, Big, Qr)


@dataclass(frozen=True)
class Sheet:
    """What a document prints: `Sheet(Text("签到表", "Sign-in sheet"), [Facts(…), Table(…), Signed(…)])`.

    A `Text` or a `str` among the parts is a paragraph, a list what stands in one line. Nothing of it is HTML, so
    nothing need be escaped. What a pair of `Facts` lacks is a blank for a pen, in a table an empty cell; a day is
    written as people write it, and what is true or false is a box to tick. `wide` turns A4 on its side, and `roomy`
    rows have room for a pen; `large` type is for eyes that are old.
    """

    title: Text | str
    parts: Sequence[Part] = ()
    note: Text | str = ""
    wide: bool = False
    roomy: bool = False
    large: bool = False

    def refuse_uneven(self) -> None:
        """Raise `TypeError` for what is no part, `ValueError` for a table whose rows do not fit its headers."""
        for each in self.parts:
            if not isinstance(each, _KINDS):
                raise TypeError(f"{type(each).__name__} is no part of a sheet")
            if isinstance(each, Table | Facts):
                each.refuse_uneven()
