"""One field of a collection as a column: all that the engine and the pages ask of its kind.

`Column` gives the usual answers. Each kind of field is a subclass in a file of its own, which says
what is different there; `known.py` tells which field is of which kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, ClassVar, Literal, Self

import peewee
from marshmallow import fields, validate

from hongxian.merge import LATEST, Merge

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
]
"""What a form asks for a value with."""
MESSAGES = {
    "required": "必须填写。Required.",
    "null": "不能为空。May not be empty.",
    "invalid": "格式不对。Not valid.",
}


@dataclass
class Column:
    """One field of a collection, of a kind that stores its values as they travel."""

    kind: ClassVar[str] = ""
    usual_widget: ClassVar[Widget] = "text"

    name: str
    null: bool = False
    choices: tuple[tuple[Any, str], ...] = ()
    merge: Merge = LATEST
    label: str = ""
    help: str = ""
    default: Any = None
    reference: str | None = None
    """The collection whose records' ids it holds."""
    unit: str = ""
    own_rules: bool = False
    """True when the author's schema says more of the field than its model does."""
    values_allowed: frozenset[Any] = field(init=False)

    def __post_init__(self) -> None:
        self.values_allowed = frozenset(value for value, _ in self.choices)

    @classmethod
    def of(cls, field: peewee.Field, merge: Merge | None = None, **own: Any) -> Self:
        """The column of a model's field; `own` are the parts that only this kind has."""
        return cls(
            name=field.name,
            null=bool(field.null),
            choices=tuple((value, str(label)) for value, label in field.choices or ()),
            merge=merge or LATEST,
            label=str(field.verbose_name or field.name),
            help=str(field.help_text or ""),
            default=field.default,
            unit=getattr(field, "unit", ""),
            **own,
        )

    @property
    def required(self) -> bool:
        """Whether a new record must be given this field."""
        return not self.null and self.default is None

    # -- whether values may be stored ------------------------------------------------------------

    def passes(self, values: Sequence[Any]) -> bool:
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
        if not self._all_are_sound(types, values):
            return False
        return not self.values_allowed or self.values_allowed.issuperset(values)

    def _all_are_sound(self, types: set[type], values: Sequence[Any]) -> bool:
        """Whether all values, none of them None, are of this kind; `types` are theirs."""
        raise NotImplementedError

    def rules(self) -> fields.Field[Any]:
        """The marshmallow field that it derives, which gives each value its verdict."""
        return self._rules(
            required=self.required,
            allow_none=self.null,
            error_messages={key: MESSAGES[key] for key in ("required", "null")},
            validate=list(self._validators()),
        )

    def _rules(self, **options: Any) -> fields.Field[Any]:
        raise NotImplementedError

    def _validators(self) -> Iterator[validate.Validator]:
        if self.choices:
            known = "、".join(str(value) for value, _ in self.choices)
            known = known.replace("{", "{{").replace("}", "}}")  # marshmallow formats the message
            yield validate.OneOf(
                [value for value, _ in self.choices],
                error=f"只能是：{known}。Must be one of: {known}.",
            )

    # -- how values travel and are stored --------------------------------------------------------

    def to_wire(self, value: Any) -> Any:
        """A Python value as it travels and is stored: dates as ISO text, ints whole."""
        if isinstance(value, datetime):
            return value.replace(tzinfo=None).isoformat(" ", "seconds")
        if isinstance(value, time):
            return value.replace(tzinfo=None).isoformat("seconds")
        if isinstance(value, date):
            return value.isoformat()
        return value

    def part(self, held: Any, value: Any, stamp: int) -> Any:
        """What travels when `value` is written under `stamp` where `held` stands."""
        return self.to_wire(value)

    def default_on_wire(self) -> Any:
        """The default as it travels; the empty state of a tally, a set or a quota."""
        return self.to_wire(self.default() if callable(self.default) else self.default)

    def to_database(self, postgres: bool) -> Callable[[Sequence[Any]], Sequence[Any]] | None:
        """How a column of travelling values becomes stored ones; None where it is the same."""
        return None

    def from_database(self, postgres: bool) -> Callable[[Sequence[Any]], Sequence[Any]] | None:
        """How a column of stored values becomes travelling ones; None where it is the same."""
        return None

    # -- in a form -------------------------------------------------------------------------------

    @property
    def widget(self) -> Widget:
        """What a form asks for it with."""
        return "select" if self.choices else self.usual_widget
