"""What a plugin offers beyond records: things to do, tables to look at, sheets to print.

A decorator above a function says so. The same offer serves the command line and the pages. What is
to be typed is described by peewee fields, as in a collection:
`asks={"day": DateField(verbose_name="日期")}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Collection as Some
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, TypeVar

import peewee

from hongxian.errors import BadPlugin
from hongxian.plugins.marks import mark, mark_uncallable, parenthesised
from hongxian.plugins.viewer import AUDIENCES, PERSON, Audience, Viewer
from hongxian.shapes.cells import Of
from hongxian.text import Text

Asks = Mapping[str, peewee.Field]
"""What a person is asked for, by name; a field that is null or has a default may stay empty."""
Asked = Asks | Sequence[peewee.Field]
"""The same as an author says it: fields of a model stand for their own names, `asks=[Loan.due]`."""
Paper = Literal["A4", "80mm", "58mm"]
NOTHING_ASKED: Asks = MappingProxyType({})
AskedOf = Callable[[Any], Asked]  # Any, here and below: a record of the model that the offer is of
"""The same where it depends on the record; asked with None for what is asked of any."""
When = Callable[[Any], bool]
Says = Callable[[Any], "Text | None"]
Scans = Callable[[Any, str], bool]
Theirs = Callable[[Any, Viewer], bool]
Beside = Callable[[Any], object]
Run = TypeVar("Run", bound=Callable[..., object])


def by_name(asks: Asked) -> Asks:
    """What is asked for, by name."""
    return asks if isinstance(asks, Mapping) else {each.name: each for each in asks}


def asked_as(field: peewee.Field, **options: object) -> peewee.Field:
    """A field of a model asked for as it is described there, but for these options of it.

    `asked_as(Loan.due, null=False)`.
    """
    asked = field.clone()
    for option, value in options.items():
        setattr(asked, option, value)
    return asked


def nothing_said(record: object) -> None:
    """An offer that names no `says` has nothing to say of a record."""


def always(record: object) -> bool:
    """An offer that names no `when` is for every record."""
    return True


def never(record: object) -> None:
    """An action that names no `next` is no record's next step."""


def no_code(store: object, code: str) -> bool:
    """What names no `scans` is opened by no code that is scanned."""
    return False


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What all offers have: `run(store, [record,] **asked)`, and `viewer=` where it takes one.

    With `of` it is of one record, and offered where `when(record)` is true of it. Its name is its
    plugin's and its function's: `knife_grinding.book`. It raises a `Refused` when it may not be.
    """

    title: Text | str
    run: Callable[..., object]
    of: Of | None = None
    asks: Asks = field(default_factory=dict)
    when: When = always
    audience: Audience | Sequence[Audience] = "leader"
    """Whom it is for, one or several."""
    whose: Of = PERSON
    """Of what is for "self": of whom, such as a merchant."""
    theirs: Theirs | None = None
    """Of what is for "self": whether it is for who asks, of this record or of none (None); else what refers to them."""
    scans: Scans = no_code
    """Whether a code that somebody scanned is for this: it opens with what it asks for as `code` filled in."""
    menu: bool = True
    """Whether it stands in the menu at once, as what is done daily; else behind "more"."""
    usual: bool = False
    """Whether it is what people mostly come to a record's page for: it stands on top of it."""
    icon: str = ""
    """One of the desk's drawings beside its title."""
    asked: AskedOf | None = None
    """What is asked for of one record, where that depends on it."""
    says: Says = nothing_said
    """What whoever fills in its form is to know first, of the record as it is now; where it is of none, by what the
    way there filled in, as texts by name."""

    def __post_init__(self) -> None:
        for each in self.audiences:
            if each not in AUDIENCES:
                known = ", ".join(AUDIENCES)
                raise BadPlugin(detail=f"{each!r} is no audience; there are {known}")

    @property
    def audiences(self) -> Sequence[Audience]:
        """All whom it is for."""
        return (self.audience,) if isinstance(self.audience, str) else self.audience

    def asks_of(self, record: Any) -> Asks:
        """What is asked for of one record."""
        return self.asks if self.asked is None else by_name(self.asked(record))

    def settled(self, record: Any) -> Some[str]:
        """What of it stands in the record already, so that a page does not ask for it again."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Action(Offer):
    """Something to do; what it returns is told to who asked for it.

    With `card` its button stands at the top of the desk's first page; it then needs no record.
    `final` is why it cannot be undone, as half a sentence: it is said before it is done.
    Where `next(record)` gives something it is that record's next step, before those of its workflow; what it
    gives is a cell that stands beside: whom to call.
    """

    card: bool = False
    often: bool = False
    """Whether it is pressed all day, as who counts does: a phone may send it oftener than anything else."""
    final: Text | None = None
    next: Beside = never


@dataclass(frozen=True, kw_only=True)
class View(Offer):
    """Something to look at: a `Table`, a `Chart` or another of the shapes.

    With `of` it stands on that record's page, unless it has neither rows nor a note; with `page` too it
    has a page of its own, and on the record's a button leads there. With `card`
    its beginning stands on the desk's first page, with `console` all of it on the hub's overview;
    what it asks for may then stay empty. With `signs` it shows codes that a laptop signs: the hub's wall,
    which signs none, leaves it to a laptop's.
    """

    card: bool = False
    console: bool = False
    page: bool = False
    signs: bool = False


@dataclass(frozen=True, kw_only=True)
class Document(Offer):
    """A sheet to print: a `Sheet`, or the body of a page as HTML where a form is prescribed to the line.

    What a person typed must be escaped in HTML: build it with Jinja (autoescape) or markupsafe.
    `paper` is A4, or the width of a roll of slips.
    """

    paper: Paper = "A4"


@parenthesised
def action(
    *,
    title: Text | str,
    of: Of | None = None,
    asks: Asked | AskedOf = NOTHING_ASKED,
    when: When = always,
    audience: Audience | Sequence[Audience] = "leader",
    whose: Of = PERSON,
    theirs: Theirs | None = None,
    scans: Scans = no_code,
    menu: bool = True,
    usual: bool = False,
    icon: str = "",
    card: bool = False,
    often: bool = False,
    final: Text | None = None,
    says: Says = nothing_said,
    next: Beside = never,
) -> Callable[[Run], Run]:
    """Above a function: it is an `Action`, what it returns is told.

    `asks` may be a function of the record, called with None for what is asked of any.
    """
    said = {"title": title, "of": of, "asks": asks, "when": when, "audience": audience}
    shown = {"menu": menu, "usual": usual, "icon": icon, "card": card, "final": final}
    shown |= {"often": often, "says": says, "next": next}
    return _offered(Action, **said, whose=whose, theirs=theirs, scans=scans, **shown)


@parenthesised
def view(
    *,
    title: Text | str,
    of: Of | None = None,
    asks: Asked = NOTHING_ASKED,
    when: When = always,
    audience: Audience | Sequence[Audience] = "leader",
    whose: Of = PERSON,
    theirs: Theirs | None = None,
    scans: Scans = no_code,
    menu: bool = True,
    usual: bool = False,
    icon: str = "",
    card: bool = False,
    console: bool = False,
    page: bool = False,
    signs: bool = False,
) -> Callable[[Run], Run]:
    """Above a function: it is a `View`, it returns a `Table` or another of the shapes."""
    said = {"title": title, "of": of, "asks": asks, "when": when, "audience": audience}
    shown = {"menu": menu, "usual": usual, "icon": icon, "card": card, "console": console}
    shown |= {"page": page, "signs": signs}
    return _offered(View, **said, whose=whose, theirs=theirs, scans=scans, **shown)


@parenthesised
def document(
    *,
    title: Text | str,
    of: Of | None = None,
    asks: Asked = NOTHING_ASKED,
    when: When = always,
    audience: Audience | Sequence[Audience] = "leader",
    whose: Of = PERSON,
    menu: bool = True,
    usual: bool = False,
    icon: str = "",
    paper: Paper = "A4",
) -> Callable[[Run], Run]:
    """Above a function: it is a `Document`, it returns a `Sheet`, or HTML."""
    said = {"title": title, "of": of, "asks": asks, "when": when, "audience": audience}
    return _offered(Document, **said, whose=whose, menu=menu, usual=usual, icon=icon, paper=paper)


def _offered(kind: type[Offer], **said: Any) -> Callable[[Run], Run]:  # Any: the kind's own fields
    asks = said["asks"]
    if callable(asks):
        said |= {"asks": asks(None), "asked": asks}
    said["asks"] = by_name(said["asks"])

    def decorate(run: Run) -> Run:
        mark_uncallable(run, said["of"], None if callable(asks) else said["asks"], ("viewer",))
        return mark(kind.__name__, kind(run=run, **said))(run)

    return decorate
