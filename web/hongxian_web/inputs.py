"""Inputs of a form: what a page needs to draw one, from a field of a collection or by hand.

The macro `field` of `hongxian/macros.html` draws an `Input`. The browser is told no longest length:
it would cut what is pasted without a word, where the server says what is too long and keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from werkzeug.datastructures import MultiDict

from hongxian.kinds.column import Column, Widget
from hongxian.kinds.file import FileColumn
from hongxian.text import Text
from hongxian.words.values import Value
from hongxian_web import words

_BETWEEN = re.compile(r"[、,;，；\n]+")
_ONE_WAY = Text(
    "只能{direction}，保存后不能撤回。", "Goes {direction} only: once saved it is not undone."
)
MOST_SEGMENTS, LONGEST_SEGMENTS = 4, 14


@dataclass
class Input:
    """One input; `value` is the text that stands in it, as it was typed or is stored."""

    name: str
    label: str
    widget: Widget | Literal["password"] = "text"
    value: str = ""
    help: str = ""
    required: bool = False
    reasons: Sequence[str] = ()
    """Why it was refused, in the language of the page."""
    choices: Sequence[tuple[Value, str]] = ()
    picked: str = ""
    """Of a reference: the id that was picked, "" while only a name was typed. Of a file: its name."""
    look_up: str = ""
    """Of a reference: the address that lists what begins with the typed letters."""
    add: tuple[str, str] | None = None
    """Of a reference: where what is not found is made new, and the word for it."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Further attributes of the element."""
    shows: Mapping[str, str] = field(default_factory=dict)
    """Attributes of what stands around it, by which a script shows it or not."""

    @property
    def is_short(self) -> bool:
        """Whether its choices stand side by side: a few short ones, of which one is chosen or none need be."""
        told = [label for _value, label in self.choices]
        chosen = any(str(value) == self.value for value, _label in self.choices)
        return (
            (chosen or not (self.value or self.required))
            and 1 < len(told) <= MOST_SEGMENTS
            and sum(map(len, told)) <= LONGEST_SEGMENTS
        )

    @property
    def pressed(self) -> list[str]:
        """Of several members those that its choices offer; none where they cannot be told apart."""
        typed = self._members()
        return [str(value) for value, _label in self.choices if str(value) in typed]

    @property
    def others(self) -> str:
        """The members that its choices do not offer, as they are typed."""
        offered = {str(value) for value, _label in self.choices}
        return "、".join(each for each in self._members() if each not in offered)

    def _members(self) -> list[str]:
        return [each.strip() for each in _BETWEEN.split(self.value) if each.strip()]

    @property
    def describers(self) -> str:
        """The ids of what describes it, for `aria-describedby`."""
        ids = [f"{self.name}-help"] if self.help else []
        return " ".join([*ids, *([f"{self.name}-wrong"] if self.reasons else [])])


def input_of(column: Column, value: str = "", reasons: Sequence[Text] = ()) -> Input:
    """The input of a collection's field, in the language of the page."""
    return Input(
        name=column.name,
        label=words.shown(column.label),
        widget=column.widget,
        value=_moment(value) if column.widget in ("datetime-local", "time") else value,
        help=" ".join(map(words.shown, _told(column))),
        required=column.required and column.widget != "checkbox",
        reasons=[words.marked(each) for each in reasons],
        choices=[
            *words.choices(column),
            *((each.zh, words.shown(each)) for each in getattr(column, "usual", ())),
        ],
        picked=column.text(value) if column.widget == "file" and value else "",
        attributes=_attributes(column),
        shows=_shows(column),
    )


def read(form: MultiDict[str, str], columns: Mapping[str, Column]) -> dict[str, str]:
    """The inputs of a form; of two by one name the last, as a ticked box follows its own unticked shadow, but
    of a set all that is pressed and typed."""
    several = {name for name, each in columns.items() if each.is_of_several}
    return {
        name: "、".join(filter(None, values)) if name in several else values[-1]
        for name, values in form.lists()
    }


def default_text(column: Column) -> str:
    """What stands in an input that nobody has filled in yet."""
    value = column.default() if callable(column.default) else column.default
    if isinstance(value, datetime):
        value = value.replace(second=0, microsecond=0)  # nobody types seconds
    if value is None:
        return ""
    if isinstance(value, frozenset):
        return "、".join(sorted(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _attributes(column: Column) -> dict[str, str]:
    """Of a file, what it may be: an iPhone then gives a JPEG for the HEIC that it took."""
    if isinstance(column, FileColumn):
        return {"accept": ",".join(column.types)}
    return {"data-secret": "", "autocomplete": "off"} if column.secret else {}


def _shows(column: Column) -> dict[str, str]:
    """By what another input says it shows, for `showFields` of fields.js."""
    by = column.shown_if
    if by is None:
        return {}
    told = {"data-shown-by": by.other}
    if by.values:
        told["data-shown-is"] = "\n".join(by.values)
    if by.least is not None:
        told["data-shown-from"] = str(by.least)
    return told


def _told(column: Column) -> list[Text]:
    """What stands beside an input: its author's words, and whether what is saved there goes no way back."""
    one_way = [] if column.merge.goes_back else [_ONE_WAY.format(direction=column.merge.direction)]
    return [*([column.help] if column.help.zh else []), *one_way]


def _moment(text: str) -> str:
    """As the browser's own inputs want a moment: `2023-03-01T08:30`, with seconds only if any."""
    text = text.replace(" ", "T")
    return text.removesuffix(":00") if text.count(":") == 2 else text
