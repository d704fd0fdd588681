"""What may stand in a table beside plain values: buttons, codes, links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hongxian.model.record import Record
from hongxian.model.workflow import Tone
from hongxian.text import Text, joined
from hongxian.words.values import Value

Of = type[Record] | str
"""A plugin's own model, or the name of a collection that another plugin brings."""

_MASK = "***"


def name_of(of: Of) -> str:
    """The name of a collection."""
    return of if isinstance(of, str) else str(of._meta.collection)


def plain_cell(cell: object) -> object:
    """A cell as a terminal has it: a button or a link by its title, a QR code by its text."""
    if isinstance(cell, list | tuple):
        return joined(map(plain_cell, cell), Text("；", "; "))
    if isinstance(cell, Qr):
        return cell.text
    if isinstance(cell, Tag):
        return cell.word
    if isinstance(cell, Masked):
        return _MASK if cell.text else ""
    return cell.title if isinstance(cell, Link | Button | Print | Go) else cell


@dataclass(frozen=True)
class Button:
    """A table's cell that does something: it opens an action's form with `values` filled in.

    With `at_once` it is done when it is pressed, nothing further asked. `id` is the record that the
    action is done to, if it is of one. `counts` names what the action asks for that says how many
    presses it stands for: none is lost while the page is drawn anew, and a double tap is two.
    """

    title: Text | str
    action: str
    values: Mapping[str, Value] = field(default_factory=dict)
    id: str = ""
    at_once: bool = False
    icon: str = ""
    counts: str = ""


@dataclass(frozen=True)
class Qr:
    """A table's cell that a page draws as a QR code, and a terminal as its text."""

    text: str


@dataclass(frozen=True)
class Print:
    """A table's cell that leads to a document: its sheet or slip, of the record `id` if it is of one."""

    title: Text | str
    document: str
    id: str = ""
    icon: str = "printer"


@dataclass(frozen=True)
class Go:
    """Leads to a view, this one unless `view` names another, with `values` of what it asks for filled in.

    What else this view was asked for stays. `here` says that this is what is shown now.
    """

    title: Text | str
    values: Mapping[str, Value] = field(default_factory=dict)
    view: str = ""
    icon: str = ""
    here: bool = False
    id: str = ""
    """Of a view of a record, which."""


@dataclass(frozen=True)
class Link:
    """A table's cell that leads to a record, and in a terminal is its text; `big` is what is called out aloud."""

    title: Text | str
    of: Of
    id: str
    big: bool = False


Leads = Print | Go | Link
"""What leads elsewhere: an action may give one, with what is told as its title."""


@dataclass(frozen=True)
class Tag:
    """A table's cell that tells how something stands, as a state is told: `Tag(Text("有效", "Valid"), "done")`."""

    word: Text | str
    tone: Tone = "rest"
    icon: str = ""
    """One of the desk's drawings, in place of the tone's own."""


@dataclass(frozen=True)
class Masked:
    """A table's cell with a telephone number or an address of a record, masked until somebody asks for it.

    To show it is a look at that record, and told to plugins like any other.
    """

    text: str
    of: Of
    id: str
