"""What a plugin declares of exchanges: functions that give by a contract, and functions that take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar  # Any: each contract is a class of its own

from hongxian.model.record import Record, same_id
from hongxian.plugins.marks import Marked, mark, mark_wrong, named_by, parenthesised
from hongxian.text import Text

GIVES, TAKES = "gives", "takes"
"""As what functions are marked."""
_ARGUMENTS = Text(
    "@gives 的函数不会收到 {unknown}；记录之后可写 seen",
    "{unknown} is never given to what @gives; after its record it may take seen",
)
_NEVER_TAKEN = Text(
    "@takes 的函数不会收到 {unknown}；另外可写 {known}",
    "{unknown} is never given to what @takes; it may take {known} besides",
)
_NO_FIELD = Text(
    "@gives 写的 {odd} 不是 {model} 的字段", "@gives names {odd}, which are no fields of {model}"
)
R = TypeVar("R", bound=Record)


class Sees(Protocol):
    """What a giver may look at beside its record."""

    def get(self, model: type[R], id: str) -> R | None:
        """A record of the same scope or the community's; None where there is none."""


@dataclass(frozen=True)
class Giver:
    """A function that says of a record what it is by a contract."""

    contract: type
    of: type[Record]
    through: tuple[str, ...]
    run: Callable[..., Any]
    names_seen: bool
    person: str
    """The record's field from which the given takes whose it is; "" where it does not say."""
    day: str
    """The one from which it takes its day, its own or `reference.field`; "" where it does not say."""

    def ask(self, record: Record, seen: Sees) -> Any:
        """What it says of a record."""
        return self.run(record, seen=seen) if self.names_seen else self.run(record)


@dataclass(frozen=True)
class Taker:
    """A function that says what becomes of what is given, or does it."""

    contract: type
    into: type[Record] | None
    run: Callable[..., Any]
    names_more: bool
    """Whether it wants the source's id too; by hand, the scope in which that lies."""
    also_by_hand: bool = False

    def ask(self, given: Any, source: str) -> Any:
        """What it makes of what a record gives."""
        return self.run(given, source=source) if self.names_more else self.run(given)

    def do(self, store: object, source: str, given: Any, scope: str) -> None:
        """Take by hand what a record of a scope gives."""
        more = {"scope": scope} if self.names_more else {}
        self.run(store, source, given, **more)

    @property
    def name(self) -> str:
        """By which the hub remembers what it took for this one."""
        return f"{self.run.__module__}.{self.run.__qualname__}"

    def id_for(self, source: str) -> str:
        """The id of the record that is made of a source, the same on every laptop."""
        into = self.into._meta.collection if self.into else ""
        return same_id("hongxian.exchange", self.contract.__name__, into, source)


@parenthesised
def gives(
    contract: type,
    *,
    of: type[Record],
    through: Sequence[str] = (),
    person: str = "",
    day: str = "",
) -> Callable[[Marked], Marked]:
    """Mark `def hours_of(record)` as saying what a record is by a contract; None for nothing.

    It is pure, may name `seen` too and reads others by it, and is asked again whenever the record
    changes, or one that the fields `through` refer to. `person` and `day` name the fields from which the
    given has these, also `"shift.day"` of one of `through`: so `given` of one person reads no other's.
    """

    def decorate(run: Marked) -> Marked:
        names, unknown = named_by(run, 1, ("seen",))
        if unknown:
            mark_wrong(run, _ARGUMENTS.format(unknown=unknown))
        own = of._meta.fields
        if odd := [
            each for each in (*through, person, day.partition(".")[0]) if each and each not in own
        ]:
            mark_wrong(run, _NO_FIELD.format(odd=odd, model=of.__name__))
        return mark(GIVES, Giver(contract, of, tuple(through), run, bool(names), person, day))(run)

    return decorate


def of_person(contract: type) -> str:
    """The name of what a contract tells of whose something is."""
    return str(getattr(contract, "WHOSE", "person"))


def of_day(contract: type) -> str:
    """The name of what it tells of when that is."""
    return str(getattr(contract, "WHEN", "day"))


@parenthesised
def takes(
    contract: type, *, into: type[Record] | None = None, also_by_hand: bool = False
) -> Callable[[Marked], Marked]:
    """Mark a function as taking what others give.

    With `into` it is `def entry_of(given)`, pure, and gives the values of a record of that model, or None
    for none; it may name `source` too, the id of the record that gives. The engine makes it, follows what
    changes, and deletes it once nothing is given any more. A record of that model that follows from no source
    is refused, unless people write some `also_by_hand`. Without, it is `def book(store, source, given)`,
    called after the commit with the source's id, and None once nothing is given: what it does twice must
    come to the same. It may name `scope` too, that in which the source lies.
    """
    given, known = (3, "scope") if into is None else (1, "source")

    def decorate(run: Marked) -> Marked:
        names, unknown = named_by(run, given, (known,))
        if unknown:
            mark_wrong(run, _NEVER_TAKEN.format(unknown=unknown, known=known))
        return mark(TAKES, Taker(contract, into, run, bool(names), also_by_hand))(run)

    return decorate
