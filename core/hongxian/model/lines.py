"""Lines: what must stand in a plugin's books before a quota may grow or be spent; the hub asks for them.

A laptop that does either without a line is refused, whoever wrote its program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from hongxian.merges.standing import name_of
from hongxian.model.record import Record
from hongxian.model.row import DELETED, Row
from hongxian.words.values import Value, Values

S = TypeVar("S", bound=Record)
C = TypeVar("C")


class Look(Protocol):
    """What else the hub has, or the same request brought before."""

    def __call__(self, collection: str, id: str, /) -> Values | None:
        """A record's values as they travel; None where there is none."""

    def given(self, contract: type[C], source: str, /) -> C | None:
        """What a record, by its id, gives by a contract; None for nothing."""

    def settings(self, model: type[S], /) -> S:
        """A plugin's `Settings` as they were when the line was written."""


IsDue = Callable[[Values, Look], bool]
"""Whether a line, its id among its values, is right by what it may look at."""


@dataclass(frozen=True, init=False)
class Lines:
    """The records whose `amount` a quota may come to, in all.

    `Lines("shop.movement", "amount", of="lot", only={"kind": ("came", "counted")})`: those of which the
    field `of` is the quota's record's field `by`, and the fields that `only` names have one of these
    values. `due` says of a line that comes whether it is right: one that is not is refused.
    """

    collection: str
    amount: str
    of: str
    by: str
    only: tuple[tuple[str, frozenset[Value]], ...]
    due: IsDue | None

    def __init__(
        self,
        collection: str,
        amount: str,
        *,
        of: str,
        by: str = "id",
        only: Mapping[str, Iterable[Value]] | None = None,
        due: IsDue | None = None,
    ) -> None:
        allowed = tuple((name, frozenset(values)) for name, values in (only or {}).items())
        parts = {"collection": collection, "amount": amount, "of": of, "by": by}
        for name, part in {**parts, "only": allowed, "due": due}.items():
            object.__setattr__(self, name, part)

    def amount_in(self, row: Row | None) -> int:
        """What a record counts for; 0 where it is no such line."""
        if row is None or row.values.get(DELETED):
            return 0
        if any(name_of(row.values.get(name)) not in allowed for name, allowed in self.only):
            return 0
        return int(row.values.get(self.amount) or 0)

    def about(self, row: Row) -> Value:
        """What a line is of."""
        return value_of(row, self.of)


def value_of(row: Row, name: str) -> Value:
    """A field's value, or the record's id."""
    return row.id if name == "id" else row.values.get(name)
