"""Which field is of which kind.

A field's class may name its kind itself (`kind = TallyColumn`), as a plugin's own does; for
peewee's own fields it is told here.
"""

from __future__ import annotations

import peewee

from hongxian.errors import BadCollection
from hongxian.kinds.boolean import BooleanColumn
from hongxian.kinds.column import Column
from hongxian.kinds.integer import IntegerColumn
from hongxian.kinds.merged.members import MembersColumn
from hongxian.kinds.merged.merge_state import MergeStateColumn
from hongxian.kinds.merged.quota import QuotaColumn
from hongxian.kinds.merged.tally import TallyColumn
from hongxian.kinds.moments import DateColumn, DateTimeColumn, TimeColumn
from hongxian.kinds.text import TextColumn
from hongxian.merges.merge import Latest, Merge
from hongxian.merges.standing import ByTurn, Standing
from hongxian.model.record import LONGEST_NAME
from hongxian.model.row import WRITTEN_BY
from hongxian.text import Text
from hongxian.words.values import Value

_OF_PEEWEE: tuple[tuple[type[peewee.Field], type[Column]], ...] = (
    (peewee.CharField, TextColumn),
    (peewee.TextField, TextColumn),
    (peewee.BooleanField, BooleanColumn),
    (peewee.DateTimeField, DateTimeColumn),
    (peewee.DateField, DateColumn),
    (peewee.TimeField, TimeColumn),
    (peewee.IntegerField, IntegerColumn),
)
_STATES: tuple[type[MergeStateColumn], ...] = (TallyColumn, MembersColumn, QuotaColumn)
ENGINES: dict[str, Column] = {
    WRITTEN_BY: TextColumn(WRITTEN_BY, null=True, max_length=LONGEST_NAME)
}
"""The engine's own fields that travel beside a collection's; they are no part of its schema."""

_FOREIGN_KEY = Text(
    '{field} 是 ForeignKeyField；记录到达的先后不定，请改用 Reference("plugin.thing")',
    "{field} is a ForeignKeyField; records arrive in any order, so write "
    'Reference("plugin.thing") instead',
)
_UNIQUE = Text(
    "{field} 设了 unique；两台离线的电脑可能写下同样的值，数据库的约束管不住",
    "{field} is unique; two laptops can write the same value offline, so a database constraint "
    "cannot hold it",
)
_OTHER_KIND = Text(
    "{field} 是 {kind}；请用其中之一：{use}（数量是整数，单位另写）",
    "{field} is a {kind}; use one of {use} (amounts are integers of a named unit)",
)
_USE = [
    "CharField",
    "TextField",
    "IntegerField",
    "BooleanField",
    "DateField",
    "DateTimeField",
    "TimeField",
    "Reference",
    "TallyField",
    "MembersField",
    "QuotaField",
    "StateField",
    "FileField",
]


def column_of(model: type[peewee.Model], field: peewee.Field, merge: Merge | None) -> Column:
    """Describe one field of a model, or say what to write instead of it."""
    if isinstance(field, peewee.ForeignKeyField):
        raise BadCollection(
            model=model.__name__,
            detail=_FOREIGN_KEY.format(field=field.name),
        )
    if field.unique or field.primary_key:
        raise BadCollection(
            model=model.__name__,
            detail=_UNIQUE.format(field=field.name),
        )
    kind = getattr(field, "kind", None) or _of_peewee(field)
    if kind is None:
        raise BadCollection(
            model=model.__name__,
            detail=_OTHER_KIND.format(field=field.name, kind=type(field).__name__, use=_USE),
        )
    return kind.of(field, merge)


def kind_of_state(value: Value) -> type[MergeStateColumn] | None:
    """The kind of a state or a change's part, by its shape: its plugin may be missing.

    None for what is no such thing, and for what is empty, which tells of nothing.
    """
    return next((kind for kind in _STATES if kind.is_state(value)), None) if value else None


class ByShape(Latest):
    """Of a field that this release does not know: states join as their shape says, all else as `Latest`.

    An older hub would lose counts of two newer laptops else.
    """

    def of(self, mine: Value, theirs: Value) -> Merge:
        if Standing.read(mine) and Standing.read(theirs):
            return BY_TURN
        kinds = {kind_of_state(each) for each in (mine, theirs) if each}
        kind = kinds.pop() if len(kinds) == 1 else None
        return kind.merging if kind else self


BY_SHAPE = ByShape()
BY_TURN = ByTurn()


def is_own_part(part: Value, owner: int) -> bool:
    """Whether a value of a field that is not known here tells only what its writer may say."""
    kind = kind_of_state(part)
    return kind is None or kind.is_own_part(part, owner)


def _of_peewee(field: peewee.Field) -> type[Column] | None:
    if isinstance(field, peewee.IPField):
        return None  # a whole number in the database alone
    return next((kind for of, kind in _OF_PEEWEE if isinstance(field, of)), None)
