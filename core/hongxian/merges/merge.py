"""How two values of one field become one: eight merges, chosen by a collection's author.

Every merge is commutative, associative and idempotent. The five simple ones are the larger of
two under a total order of (value, stamp), so the result is always one of the two. `Tally`,
`Members` and `Quota` are delta-state CRDTs (Almeida, Shoker, Baquero, 2018): a change carries the part of
the state that it changed, and joining a part is joining a state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from hongxian.text import Text
from hongxian.words.values import Value

State = dict[str, Value]
"""What a merge that keeps both keeps, or a change's part of it, by incarnation or member."""
TallyState = dict[str, list[int]]
MembersState = dict[str, dict[str, list[int]]]
Order = Any
"""By what a merge orders written values. `Any`: two of one merge compare, and each has its own."""


class Merge:
    """The base of the simple merges; a subclass gives the order under which the larger wins."""

    name: ClassVar[str] = ""
    direction: ClassVar[Text] = Text("前进", "forward")
    keeps_both: ClassVar[bool] = False
    """True when joining loses neither value, so that no conflict can arise."""
    goes_back: ClassVar[bool] = False
    """True when what stood there before may be written again: an undoing then brings it back."""
    outlives_deletion: ClassVar[bool] = False
    """True when a tombstone keeps its state: numbers that a device goes on from."""

    def order(self, value: Value, stamp: int) -> Order:
        """A sort key for one written value."""
        raise NotImplementedError

    def join(
        self, mine: Value, my_stamp: int, theirs: Value, their_stamp: int
    ) -> tuple[Value, int]:
        """The value and stamp that both sides arrive at."""
        if self.order(theirs, their_stamp) > self.order(mine, my_stamp):
            return theirs, their_stamp
        return mine, my_stamp

    def join_parts(self, first: Value, second: Value) -> Value:
        """Two changes that one transaction made, as one; only of merges that keep both."""
        return self.join(first, 0, second, 0)[0]

    def includes(self, kept: Value, lost: Value) -> bool:
        """Whether a value tells of the one that it stands in the place of, so that nothing is lost."""
        return bool(kept == lost)

    def written_by(self, state: Value, is_meant: Callable[[int], bool]) -> Value:
        """What of a state the incarnations wrote that are meant; only of merges that keep both."""
        return {owner: part for owner, part in state.items() if is_meant(int(owner))}

    def of(self, mine: Value, theirs: Value) -> Merge:
        """The merge of two values of one field: this one, unless only they can tell."""
        return self


class Latest(Merge):
    """The value written last. The default."""

    name = "latest"
    goes_back = True

    def order(self, value: Value, stamp: int) -> Order:
        return stamp


class Ordered(Merge):
    """The base of those that go one way: with `tells=False` of two values that met nobody is asked."""

    def __init__(self, *, tells: bool = True) -> None:
        self.tells = tells

    def includes(self, kept: Value, lost: Value) -> bool:
        return not self.tells or super().includes(kept, lost)


class Largest(Ordered):
    """The largest value ever written; with `tells=False` the smaller one is no conflict."""

    name = "largest"
    direction = Text("增大", "up")

    def order(self, value: Value, stamp: int) -> Order:
        return (0, 0, stamp) if value is None else (1, value, stamp)


class Smallest(Ordered):
    """The smallest value ever written; with `tells=False` the larger one is no conflict."""

    name = "smallest"
    direction = Text("减小", "down")

    def order(self, value: Value, stamp: int) -> Order:
        return (0, _Reversed(0), stamp) if value is None else (1, _Reversed(value), stamp)


class First(Merge):
    """The value written first; once set it stays."""

    name = "first"
    direction = Text("从空填一次", "once, from empty")

    def order(self, value: Value, stamp: int) -> Order:
        return (0, stamp) if value is None else (1, -stamp)


class Furthest(Ordered):
    """The value furthest along a workflow: `Furthest("planned", "open", "closed")`."""

    name = "furthest"

    def __init__(self, *order: str, tells: bool = True) -> None:
        super().__init__(tells=tells)
        self.steps = order
        self._place = {step: place for place, step in enumerate(order)}

    def order(self, value: Value, stamp: int) -> Order:
        return (self._place.get(value, -1), stamp)


class Tally(Merge):
    """A counter of which each incarnation keeps its own share: `{"incarnation": [added, taken away]}`.

    A change travels as the writer's share after it, and behind it the share before it where there
    was one, which a state does not keep: so what it added is known whatever was joined since.
    """

    name = "tally"
    keeps_both = True
    goes_back = True
    outlives_deletion = True

    def join(
        self, mine: Value, my_stamp: int, theirs: Value, their_stamp: int
    ) -> tuple[Value, int]:
        shares = {owner: share[:2] for owner, share in (mine or {}).items()}
        for owner, (plus, minus, *_) in (theirs or {}).items():
            old = shares.get(owner, (0, 0))
            shares[owner] = [max(old[0], plus), max(old[1], minus)]
        return dict(sorted(shares.items())), max(my_stamp, their_stamp)

    def join_parts(self, first: Value, second: Value) -> Value:
        parts = {**first, **second}
        for owner in first.keys() & second.keys():
            parts[owner] = [*second[owner][:2], *first[owner][2:]]
        return parts

    @staticmethod
    def total(state: TallyState | None) -> int:
        """What all counted together."""
        return sum(plus - minus for plus, minus, *_ in (state or {}).values())

    @staticmethod
    def change(state: TallyState | None, amount: int, owner: int) -> TallyState:
        """The part of the state that counting `amount` by the incarnation `owner` changes."""
        before = (state or {}).get(str(owner), [0, 0])[:2]
        return {str(owner): Tally.counted_on(before, max(amount, 0), max(-amount, 0))}

    @staticmethod
    def counted_on(before: list[int], plus: int, minus: int) -> list[int]:
        """A share as it travels once this is counted on top of what it was."""
        after = [before[0] + plus, before[1] + minus]
        return [*after, *before] if any(before) else after

    @staticmethod
    def added(share: list[int]) -> tuple[int, int]:
        """What a travelling share adds and takes away; the reverse of `counted_on`."""
        plus, minus, plus_before, minus_before = [*share, 0, 0][:4]
        return plus - plus_before, minus - minus_before

    @staticmethod
    def follows(part: TallyState, held: TallyState | None) -> bool:
        """Whether a change's shares go on from those that are held."""
        zero = [0, 0]
        return all((share[2:] or zero) == (held or {}).get(o, zero) for o, share in part.items())

    @staticmethod
    def and_also(state: TallyState | None, part: TallyState) -> TallyState:
        """A state in which what a change's shares add is counted besides, whatever they were counted on."""
        more = {
            owner: Tally.counted_on((state or {}).get(owner, [0, 0]), *Tally.added(share))[:2]
            for owner, share in part.items()
        }
        return {**(state or {}), **more}


class Members(Merge):
    """A set in which adding wins over a removal that had not seen it.

    State: `{"member": {"incarnation": [added, removed]}}`. Each incarnation counts its own additions of
    a member; a removal tells up to which count it saw them. A member is in while some addition is
    not removed.
    """

    name = "members"
    keeps_both = True
    goes_back = True

    def join(
        self, mine: Value, my_stamp: int, theirs: Value, their_stamp: int
    ) -> tuple[Value, int]:
        state = dict(mine or {})
        for member, counts in (theirs or {}).items():
            joined = dict(state.get(member, {}))
            for owner, (added, removed) in counts.items():
                old = joined.get(owner, (0, 0))
                joined[owner] = [max(old[0], added), max(old[1], removed)]
            state[member] = dict(sorted(joined.items()))
        return dict(sorted(state.items())), max(my_stamp, their_stamp)

    @staticmethod
    def present(state: MembersState | None) -> frozenset[str]:
        """Who is in."""
        return frozenset(
            member
            for member, counts in (state or {}).items()
            if any(added > removed for added, removed in counts.values())
        )

    def includes(self, kept: Value, lost: Value) -> bool:
        """Whether a value tells of the one that it stands in the place of, so that nothing is lost."""
        return bool(kept == lost)

    def written_by(self, state: Value, is_meant: Callable[[int], bool]) -> Value:
        parts = {
            member: {
                owner: [added if is_meant(int(owner)) else 0, removed]
                for owner, (added, removed) in counts.items()
                if removed or is_meant(int(owner))
            }
            for member, counts in state.items()
        }
        return {member: part for member, part in parts.items() if part}

    @staticmethod
    def change(
        state: MembersState | None, add: Iterable[str], remove: Iterable[str], owner: int
    ) -> MembersState:
        """The part of the state that adding and removing these members by the incarnation `owner` changes."""
        state, own = state or {}, str(owner)
        part: MembersState = {
            member: {own: [max(state.get(member, {}).get(own, (0, 0))) + 1, 0]} for member in add
        }
        for member in remove:
            if member in state:
                part[member] = {
                    each: [0, added]
                    for each, (added, removed) in state[member].items()
                    if added > removed
                }
        return part


class Quota(Merge):
    """Rights to an amount: one entry for each incarnation, its numbers only growing (see `quota.py`).

    A change travels as the writer's entry after it, with the entry before it under `b`, which a
    state does not keep.
    """

    name = "quota"
    keeps_both = True
    goes_back = True
    outlives_deletion = True
    BEFORE = "b"
    BY_HOLDER = ("p", "c", "t")

    def join(
        self, mine: Value, my_stamp: int, theirs: Value, their_stamp: int
    ) -> tuple[Value, int]:
        state = {owner: self.kept(entry) for owner, entry in (mine or {}).items()}
        for owner, entry in (theirs or {}).items():
            state[owner] = self._larger(state.get(owner, {}), self.kept(entry))
        return dict(sorted(state.items())), max(my_stamp, their_stamp)

    def join_parts(self, first: Value, second: Value) -> Value:
        parts = {**first, **second}
        for owner in first.keys() & second.keys():
            parts[owner] = self.kept(second[owner])
            if self.BEFORE in first[owner]:
                parts[owner][self.BEFORE] = first[owner][self.BEFORE]
        return parts

    @classmethod
    def kept(cls, entry: Value) -> dict[str, Value]:
        """An entry as a state keeps it."""
        return {name: value for name, value in entry.items() if name != cls.BEFORE}

    @classmethod
    def _larger(cls, one: Value, other: Value) -> dict[str, Value]:
        joined = {}
        for name in sorted(one.keys() | other.keys()):
            if name in cls.BY_HOLDER:
                joined[name] = cls._larger(one.get(name, {}), other.get(name, {}))
            else:
                joined[name] = max(one.get(name, 0), other.get(name, 0))
        return joined


class _Reversed:
    """Orders a value the other way round."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reversed) and bool(self.value == other.value)

    def __lt__(self, other: _Reversed) -> bool:
        return bool(other.value < self.value)

    def __gt__(self, other: _Reversed) -> bool:
        return bool(self.value < other.value)


LATEST = Latest()
