"""One field of a collection as a column: all that the engine and the pages ask of its kind.

`Column` gives the usual answers. Each kind of field is a subclass in a file of its own, which says
what is different there; `known.py` tells which field is of which kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, ClassVar, Literal, Self  # Any: options of a library or a kind

import peewee
from marshmallow import fields, validate

from hongxian.kinds.on_delete import OnDelete
from hongxian.kinds.saying import Saying
from hongxian.kinds.shown_if import ShownIf
from hongxian.kinds.typed_input import CLEARS, WrongCell, as_chosen, refuse_broken
from hongxian.merges.merge import LATEST, Merge
from hongxian.text import NOTHING, Text
from hongxian.words.values import Cell, Value, Values

Widget = Literal[
    "text",
    "long",
    "number",
    "checkbox",
    "select",
    "date",
    "datetime-local",
    "time",
    "members",
    "reference",
    "file",
]
"""What a form asks for a value with."""
MESSAGES: dict[str, Any] = {
    "required": Text("必须填写。", "Required."),
    "null": Text("不能为空。", "May not be empty."),
    "invalid": Text("格式不对。", "Not valid."),
}
_ONE_OF = Text("只能是：{known}。", "Must be one of: {known}.")


class Stored(StrEnum):
    """How a field's values lie in the table, for whoever does not know their kind any more."""

    AS_IT_TRAVELS = "as it travels"
    AS_TEXT = "as text"
    """What the database has a type of its own for, which as text is what travels."""
    AS_NUMBER = "as number"
    """Yes and no as 1 and 0."""
    AS_JSON = "as JSON"


@dataclass
class Column:
    """One field of a collection, of a kind that stores its values as they travel."""

    kind_name: ClassVar[str]
    """What programs are told of the kind; nothing is decided by it."""
    typed_as: ClassVar[Text]
    """What a person is told to type."""
    stored: ClassVar[Stored] = Stored.AS_IT_TRAVELS
    usual_widget: ClassVar[Widget] = "text"
    asked_at_first: ClassVar[bool] = True
    """Whether the form of a new record asks for it."""
    asked_later: ClassVar[bool] = True
    """Whether the form of a record that is there asks for it, or an action's."""
    blank: ClassVar[Value] = ""
    """What stands in the table for nothing, where a record was deleted that needed a value."""
    nothing: ClassVar[Value] = None
    """The value of an input that was left empty."""
    counts_on: ClassVar[bool] = False
    """Whether a person adds to what is there, instead of writing what there is now."""
    is_sortable: ClassVar[bool] = True
    """Whether the order of what is stored means anything to a person."""
    says_itself: ClassVar[bool] = False
    """Whether its value tells what it is about without a label before it."""
    is_of_several: ClassVar[bool] = False
    """Whether inputs of one name are one value: some pressed, others typed."""
    hint: ClassVar[Text] = NOTHING
    """Stands by its input where its author says nothing."""
    sheet_width: ClassVar[int] = 12
    """Of its column in a workbook, in characters."""

    name: str
    null: bool = False
    choices: tuple[tuple[Value, Text], ...] = ()
    merge: Merge = LATEST
    label: Text = NOTHING
    help: Text = NOTHING
    default: Value = None
    reference: str | None = None
    """The collection whose records' ids it holds."""
    on_delete: OnDelete = OnDelete.KEEP
    """What becomes of the record when the one that it refers to is to be deleted."""
    unit: Text = NOTHING
    hidden: bool = False
    """Whether no page, sheet or list shows it: it is for the plugin alone."""
    read_only: bool = False
    """Whether nobody types it: the plugin writes it."""
    secret: bool = False
    """Whether nothing keeps it but the database: no draft of a form that is not saved yet."""
    shown_if: ShownIf | None = None
    """By what another field says forms show it; None where they always do."""
    own_rules: bool = False
    """True when the author's schema says more of the field than its model does."""
    values_allowed: frozenset[Value] = field(init=False)

    def __post_init__(self) -> None:
        self.values_allowed = frozenset(value for value, _ in self.choices)

    @classmethod
    def of(cls, field: peewee.Field, merge: Merge | None = None, **own: Any) -> Self:
        """The column of a model's field; `own` are the parts that only this kind has."""
        return cls(
            name=field.name,
            null=bool(field.null),
            choices=tuple((value, Text.of(label)) for value, label in field.choices or ()),
            merge=merge or LATEST,
            label=Text.of(field.verbose_name or _as_words(field.name)),
            help=Text.of(field.help_text or ""),
            default=field.default,
            unit=Text.of(getattr(field, "unit", "")),
            shown_if=getattr(field, "shown_if", None),
            **own,
        )

    @property
    def required(self) -> bool:
        """Whether a new record must be given this field."""
        return not self.null and self.default is None

    @property
    def travels_as(self) -> str:
        """The name of the kind from which it derives how its values travel and are stored: its own, or that one's."""
        named = (each for each in reversed(type(self).__mro__) if "kind_name" in vars(each))
        kind: type[Column] = next(named)
        return kind.kind_name

    # -- whether values may be stored ------------------------------------------------------------

    def passes(self, values: Sequence[Value]) -> bool:
        """Whether marshmallow would accept every one of the values as it is.

        A column passes when all its values do, told by one set of types, one minimum, one maximum,
        one set of choices. It never refuses: what does not pass goes to marshmallow value by value,
        which decides and writes the message. So it may only ever say yes to what marshmallow
        accepts unchanged.
        """
        if self.own_rules:
            return False
        types = set(map(type, values))
        if type(None) in types:
            if not self.null:
                return False
            types.discard(type(None))
            values = [value for value in values if value is not None]
        if not types:
            return True
        if not self.all_sound(types, values):
            return False
        return not self.values_allowed or self.values_allowed.issuperset(values)

    def all_sound(self, types: set[type], values: Sequence[Value]) -> bool:
        """Whether all values, none of them None, are of this kind; `types` are theirs."""
        raise NotImplementedError

    def rules(self) -> fields.Field[Any]:
        """The marshmallow field that it derives, which gives each value its verdict."""
        return self.rule(
            required=self.required,
            allow_none=self.null,
            error_messages={key: MESSAGES[key] for key in ("required", "null")},
            validate=list(self.validators()),
        )

    def rule(self, **options: Any) -> fields.Field[Any]:
        """The same, made with the options that fields of all kinds have."""
        raise NotImplementedError

    def validators(self) -> Iterator[validate.Validator]:
        """What must hold of a value of the right type."""
        if self.choices:
            known = [value for value, _ in self.choices]
            yield Saying(validate.OneOf(known), _ONE_OF.format(known=known))

    # -- how values travel and are stored --------------------------------------------------------

    def to_wire(self, value: Value) -> Value:
        """A Python value as it travels and is stored: dates as ISO text, ints whole."""
        if isinstance(value, datetime):
            return value.replace(tzinfo=None).isoformat(" ", "seconds")
        if isinstance(value, time):
            return value.replace(tzinfo=None).isoformat("seconds")
        if isinstance(value, date):
            return value.isoformat()
        return value

    def part(self, held: Value, value: Value, owner: int) -> Value:
        """What travels when the incarnation `owner` writes `value` where `held` stands."""
        return self.to_wire(value)

    def part_again(self, held: Value, wanted: Value, parts: Sequence[Value], owner: int) -> Value:
        """What stands for these parts of refused changes when they are sent as one.

        They go out on top of `held`, and make `wanted` of it.
        """
        return wanted

    def own_part(self, held: Value, owner: int) -> Value:
        """What is held, as the incarnation `owner` may write it anew."""
        return held

    @staticmethod
    def is_own_part(part: Value, owner: int) -> bool:
        """Whether a sound part tells only what the incarnation `owner` may say."""
        return True

    def default_on_wire(self) -> Value:
        """The default as it travels; the empty state of a tally, a set or a quota."""
        return self.to_wire(self.default() if callable(self.default) else self.default)

    def to_database(self, postgres: bool) -> Callable[[Sequence[Value]], Sequence[Value]] | None:
        """How a column of travelling values becomes stored ones; None where it is the same."""
        return None

    def from_database(self, postgres: bool) -> Callable[[Sequence[Value]], Sequence[Value]] | None:
        """How a column of stored values becomes travelling ones; None where it is the same."""
        return None

    # -- what a person typed ---------------------------------------------------------------------

    def from_cell(self, cell: Cell) -> Value:
        """The value that a cell which is not blank gives; raises `WrongCell`.

        A reference that is given by name comes back as `Unresolved`.
        """
        refuse_broken(cell)
        if isinstance(cell, str):
            cell = cell.strip()
            if cell.casefold() in CLEARS:
                return self._cleared()
        return self._choice(cell) if self.choices else self.parse(cell)

    def parse(self, cell: Cell) -> Value:
        """What a cell says that is neither blank, broken nor a choice; raises `WrongCell`."""
        raise NotImplementedError

    def _cleared(self) -> Value:
        if self.null:
            return None
        raise WrongCell(Text("此栏不能清空。", "This field may not be emptied."))

    def _choice(self, cell: Cell) -> Value:
        typed = as_chosen(cell)
        for value, label in self.choices:
            if typed in map(as_chosen, (value, label.zh, label.en)):
                return value
        raise WrongCell(_ONE_OF.format(known=[label for _, label in self.choices]))

    def typed(self, text: str) -> Value:
        """The value of an input's text, or of a word on a command line; raises `WrongCell`."""
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise WrongCell(
                Text("文字编码不对，应为 UTF-8。", "Not text: its bytes are not UTF-8.")
            )
        return self._typed(text) if text else self.nothing

    def unresolved(self, typed: str) -> Value:
        """The value of a reference's name that nothing bears; None where that is no value."""
        return None

    def names_record(self, value: Value) -> bool:
        """Whether a value of a reference, which is not None, is the id of a record."""
        return True

    def _typed(self, text: str) -> Value:
        return self.from_cell(text)

    def assign(self, values: Values, sign: str, text: str) -> None:
        """Put among the values what FIELD=TEXT says, or with a sign FIELD+=TEXT, FIELD-=TEXT.

        Raises `WrongCell`.
        """
        if sign:
            raise WrongCell(
                Text(f"只有集合和计数才能用 {sign}=。", f"Only sets and counts take {sign}=.")
            )
        self._refuse_second(values)
        values[self.name] = self.typed(text)

    def _refuse_second(self, values: Mapping[str, Value]) -> None:
        if self.name in values:
            raise WrongCell(Text("一次只能填一个值。", "Given twice; give it once."))

    # -- in a form -------------------------------------------------------------------------------

    @property
    def widget(self) -> Widget:
        """What a form asks for it with."""
        return "select" if self.choices else self.usual_widget

    def assignments(self, was: str, text: str) -> list[tuple[str, str]]:
        """What to assign, by sign and text, where an input that held `was` holds this text now."""
        return [("", text)]

    def in_form(self, value: Value) -> str:
        """A value, or the state that stands for it, as the text that an input holds."""
        return "" if value is None else self.text(self.plain(value))

    # -- other values ----------------------------------------------------------------------------

    def around(self, value: Value) -> Iterator[Value]:
        """Other values that may do instead of this one, nearest first; without end, for numbers."""
        known = [each for each, _ in self.choices]
        at = known.index(value) if value in known else 0
        yield from sorted(known, key=lambda each: abs(known.index(each) - at))

    # -- in a sheet, a list and a text -----------------------------------------------------------

    @property
    def is_free_text(self) -> bool:
        """Whether people's own words stand in it, or for a reference a record's name."""
        return False

    def plain(self, value: Value) -> Value:
        """A value for a program: a tally's total, a set's members in order."""
        return value

    def text(self, plain: Value) -> str:
        """Such a value, not None, as people write it and `parse` reads it."""
        return str(plain)

    def shown(self, plain: Value) -> Text:
        """Such a value, or None, for a person, in one line."""
        return self._chosen(plain) or self.said(plain)

    def shown_in_brief(self, plain: Value) -> Text:
        """The same on a page, where what says nothing only takes room."""
        return self._chosen(plain) or self.said_in_brief(plain)

    def _chosen(self, plain: Value) -> Text | None:
        return dict(self.choices).get(plain) if self.choices else None

    def said(self, plain: Value) -> Text:
        """What is shown of a value that is no choice."""
        return NOTHING if plain is None else Text.of(self.text(plain))

    def said_in_brief(self, plain: Value) -> Text:
        """What is shown of it in brief."""
        return self.said(plain)

    def told(self, part: Value) -> Text:
        """What a change wrote, for its journal; of a state what the part did to it."""
        return self.shown(self.plain(part))

    def to_cell(self, value: Value) -> Cell | Text:
        """A value, not None, as the cell of a sheet which `parse` reads as the same again."""
        return dict(self.choices).get(value, value) if self.choices else self.cell(value)

    def cell(self, value: Value) -> Cell | Text:
        """The same of a value that is no choice; text, number, date or time."""
        return self.text(value)

    @property
    def options(self) -> list[tuple[str, Text]]:
        """What there is to choose from, in a sheet and for a list's filter: as typed, and as called."""
        return [(str(value), label) for value, label in self.choices]

    def differs(self, held: Value, value: Value) -> bool:
        """Whether a value that was read from a sheet is another than what is stored."""
        if isinstance(held, str) and isinstance(value, str):
            return held.strip() != value  # a cell is read without its outer spaces
        return bool(held != value) or type(held) is not type(value)

    def sql(self, quoted: str) -> str:
        """What SQL compares with a value that somebody looks for; `quoted` is the column."""
        return quoted

    def holds(self, held: Value, wanted: Value) -> bool:
        """Whether what is stored answers a filter; asked of what SQL cannot compare."""
        return bool(held == wanted)


def _as_words(name: str) -> str:
    """A name in code for people to read: `due_date` is Due date."""
    return name.replace("_", " ").strip().capitalize()
