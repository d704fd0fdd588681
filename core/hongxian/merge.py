"""How two values of one field become one: eight merges, chosen by a collection's author.

Every merge is commutative, associative and idempotent. The five simple ones are the larger of
two under a total order of (value, stamp), so the result is always one of the two. `Tally`,
`Members` and `Quota` are delta-state CRDTs (Almeida, Shoker, Baquero, 2018): a change carries the part of
the state that it changed, and joining a part is joining a state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from hongxian.stamp import device_of
from hongxian.text import Text
from hongxian.values import Value

State = dict[str, Value]
"""What a merge that keeps both keeps, or a change's part of it, by device or member."""
TallyState = dict[str, list[int]]
MembersState = dict[str, list[list[int]]]
Order = Any
"""By what a merge orders written values. `Any`: two of one merge compare, and each has its own."""


class Merge:
    """The base of the simple merges; a subclass gives the order under which the larger wins."""

    name: ClassVar[str] = ""
    direction: ClassVar[Text] = Text("前进", "forward")
    keeps_both: ClassVar[bool] = False
    """True when joining loses neither value, so that no conflict can arise."""
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

    def written_by(self, state: Value, is_meant: Callable[[int], bool]) -> Value:
        """What of a state the devices wrote that are meant; only of merges that keep both."""
        return {device: part for device, part in state.items() if is_meant(int(device))}

    def of(self, mine: Value, theirs: Value) -> Merge:
        """The merge of two values of one field: this one, unless only they can tell."""
        return self


class Latest(Merge):
    """The value written last. The default."""

    name = "latest"

    def order(self, value: Value, stamp: int) -> Order:
        return stamp


class Largest(Merge):
    """The largest value ever written."""

    name = "largest"
    direction = Text("增大", "up")

    def order(self, value: Value, stamp: int) -> Order:
        return (0, 0, stamp) if value is None else (1, value, stamp)


class Smallest(Merge):
    """The smallest value ever written."""

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


class Furthest(Merge):
    """The value furthest along a workflow: `Furthest("planned", "open", "closed")`."""

    name = "furthest"

    def __init__(self, *order: str) -> None:
        self.steps = order
        self._place = {step: place for place, step in enumerate(order)}

    def order(self, value: Value, stamp: int) -> Order:
        return (self._place.get(value, -1), stamp)


class Tally(Merge):
    """A counter of which each device keeps its own share: `{"device": [added, taken away]}`.

    A change travels as the device's share after it, and behind it the share before it where there
    was one, which a state does not keep: so what it added is known whatever was joined since.
    """

    name = "tally"
    keeps_both = True
    outlives_deletion = True

    def join(
        self, mine: Value, my_stamp: int, theirs: Value, their_stamp: int
    ) -> tuple[Value, int]:
        shares = {device: share[:2] for device, share in (mine or {}).items()}
        for device, (plus, minus, *_) in (theirs or {}).items():
            old = shares.get(device, (0, 0))
            shares[device] = [max(old[0], plus), max(old[1], minus)]
        return dict(sorted(shares.items())), max(my_stamp, their_stamp)

    def join_parts(self, first: Value, second: Value) -> Value:
        parts = {**first, **second}
        for device in first.keys() & second.keys():
            parts[device] = [*second[device][:2], *first[device][2:]]
        return parts

    @staticmethod
    def total(state: TallyState | None) -> int:
        """What all devices counted together."""
        return sum(plus - minus for plus, minus, *_ in (state or {}).values())

    @staticmethod
    def change(state: TallyState | None, amount: int, device: int) -> TallyState:
        """The part of the state that counting `amount` on `device` changes."""
        before = (state or {}).get(str(device), [0, 0])[:2]
        return {str(device): Tally.counted_on(before, max(amount, 0), max(-amount, 0))}

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


class Members(Merge):
    """A set in which adding wins over a removal that had not seen it.

    State: `{"member": [[stamps that added], [stamps that were removed]]}`, of each device the
    newest only. A removal names the additions that it saw; a member is in while some device's
    newest addition is not removed.
    """

    name = "members"
    keeps_both = True

    def join(
        self, mine: Value, my_stamp: int, theirs: Value, their_stamp: int
    ) -> tuple[Value, int]:
        state = dict(mine or {})
        for member, (added, removed) in (theirs or {}).items():
            old = state.get(member, ((), ()))
            state[member] = [_newest((*old[0], *added)), _newest((*old[1], *removed))]
        return dict(sorted(state.items())), max(my_stamp, their_stamp)

    @staticmethod
    def present(state: MembersState | None) -> frozenset[str]:
        """Who is in."""
        return frozenset(
            member
            for member, (added, removed) in (state or {}).items()
            if any(stamp > _of_device(removed, device_of(stamp)) for stamp in added)
        )

    def written_by(self, state: Value, is_meant: Callable[[int], bool]) -> Value:
        parts = {
            member: [[stamp for stamp in added if is_meant(device_of(stamp))], removed]
            for member, (added, removed) in state.items()
        }
        return {member: part for member, part in parts.items() if any(part)}

    @staticmethod
    def change(
        state: MembersState | None, add: Iterable[str], remove: Iterable[str], stamp: int
    ) -> MembersState:
        """The part of the state that adding and removing these members under `stamp` changes."""
        state = state or {}
        part: MembersState = {member: [[stamp], []] for member in add}
        for member in remove:
            if member in state:
                part[member] = [[], list(state[member][0])]
        return part

    @staticmethod
    def restamp(part: MembersState | None, new_stamps: Mapping[int, int]) -> MembersState:
        """The same part under new stamps."""
        return {
            member: [[new_stamps.get(s, s) for s in added], [new_stamps.get(s, s) for s in removed]]
            for member, (added, removed) in (part or {}).items()
        }


class Quota(Merge):
    """Rights to an amount: one entry for each device, its numbers only growing (see `quota.py`).

    A change travels as the device's entry after it, with the entry before it under `b`, which a
    state does not keep.
    """

    name = "quota"
    keeps_both = True
    outlives_deletion = True
    BEFORE = "b"
    BY_DEVICE = ("p", "c", "t")

    def join(
        self, mine: Value, my_stamp: int, theirs: Value, their_stamp: int
    ) -> tuple[Value, int]:
        state = {device: self.kept(entry) for device, entry in (mine or {}).items()}
        for device, entry in (theirs or {}).items():
            state[device] = self._larger(state.get(device, {}), self.kept(entry))
        return dict(sorted(state.items())), max(my_stamp, their_stamp)

    def join_parts(self, first: Value, second: Value) -> Value:
        parts = {**first, **second}
        for device in first.keys() & second.keys():
            parts[device] = self.kept(second[device])
            if self.BEFORE in first[device]:
                parts[device][self.BEFORE] = first[device][self.BEFORE]
        return parts

    @classmethod
    def kept(cls, entry: Value) -> dict[str, Value]:
        """An entry as a state keeps it."""
        return {name: value for name, value in entry.items() if name != cls.BEFORE}

    @classmethod
    def _larger(cls, one: Value, other: Value) -> dict[str, Value]:
        joined = {}
        for name in sorted(one.keys() | other.keys()):
            if name in cls.BY_DEVICE:
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


def _newest(stamps: Iterable[int]) -> list[int]:
    by_device: dict[int, int] = {}
    for stamp in stamps:
        device = device_of(stamp)
        by_device[device] = max(stamp, by_device.get(device, 0))
    return sorted(by_device.values())


def _of_device(stamps: Iterable[int], device: int) -> int:
    return max((stamp for stamp in stamps if device_of(stamp) == device), default=0)


LATEST = Latest()
