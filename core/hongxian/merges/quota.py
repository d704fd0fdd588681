"""Quotas: amounts that many laptops spend offline without ever giving out more than there is.

A quota's state holds one entry for each incarnation, written by that one alone and only growing,
so that joining two states is the maximum of each number. After Balegas et al., "Extending
Eventually Consistent Cloud Databases for Enforcing Numeric Invariants" (arXiv 1503.09052), the
bounded counter: one may spend what it granted or was passed, less what it spent or passed on.

An entry's parts: `g` granted, `s` spent, `r` given back, `u` uncovered (given out without a right
to it), `p` passed on, by receiver; the hub's alone also: `c` called back, by holder (what that one
should have passed to the hub in all), and `t` taken from those that are no more. Each life of the hub
has an entry of its own; together they are one holder's, to whom is passed as to `HUB`.

A change travels as its writer's entry after it, with what the entry was before under `b`: so the
hub notices when a change follows one that it refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hongxian.merges.merge import Quota
from hongxian.words.incarnation import HUB, is_hubs, is_name
from hongxian.words.values import Value

Entry = dict[str, Value]
"""One incarnation's numbers, amounts or amounts by holder; those that are zero are left out."""
State = Mapping[str, Entry]
"""Entries by incarnation, as text."""

BEFORE, _BY_HOLDER = Quota.BEFORE, Quota.BY_HOLDER
_SINGLE = ("g", "s", "r", "u")
OWN_PARTS = frozenset((*_SINGLE, "p"))
HUBS_PARTS = frozenset((*_SINGLE, *_BY_HOLDER))


# -- what a state says -----------------------------------------------------------------------


def entry_of(state: State, holder: int) -> Entry:
    """A holder's entry; of the hub, those of all its lives as one.

    What two lives gave out adds up. What they call back or took does not: each reckons it from what
    the holder ever had.
    """
    if not is_hubs(holder):
        return state.get(str(holder), {})
    whole: Entry = {}
    for entry in _hubs_entries(state):
        for name, value in entry.items():
            if name in _SINGLE:
                whole[name] = whole.get(name, 0) + value
                continue
            held = whole.setdefault(name, {})
            for other, amount in value.items():
                more = held.get(other, 0)
                held[other] = more + amount if name == "p" else max(more, amount)
    return whole


def _hubs_entries(state: State) -> Iterator[Entry]:
    return (entry for owner, entry in state.items() if is_hubs(int(owner)))


def _hub_says(state: State, part: str, holder: int) -> int:
    """What the hub calls back from a holder, or took from it."""
    told = (entry.get(part, {}).get(str(holder), 0) for entry in _hubs_entries(state))
    return max(told, default=0)


def rights(state: State, holder: int) -> int:
    """What a holder may spend or pass on, by this state."""
    own, is_hub = entry_of(state, holder), is_hubs(holder)
    name = str(HUB) if is_hub else str(holder)
    kept = own.get("g", 0) + own.get("r", 0) - own.get("s", 0) - sum(own.get("p", {}).values())
    received = sum(entry.get("p", {}).get(name, 0) for entry in state.values())
    taken = sum(own.get("t", {}).values()) if is_hub else -_hub_says(state, "t", holder)
    return int(kept + received + taken)


def received(state: State, holder: int) -> int:
    """What all others ever passed to a holder; it only grows."""
    return int(sum(entry.get("p", {}).get(str(holder), 0) for entry in state.values()))


def holders_of(state: State) -> dict[int, int]:
    """The rights of all that the state knows, the hub's as `HUB`'s."""
    known = {*state, *(to for entry in state.values() for to in entry.get("p", {}))}
    laptops = sorted(each for each in map(int, known) if not is_hubs(each))
    return {holder: rights(state, holder) for holder in (int(HUB), *laptops)}


def left(state: State) -> int:
    """How many there are still, in all: the sum of all rights."""
    return sum(max(each, 0) for each in holders_of(state).values())


def overdrawn(state: State) -> int:
    """How many were given out beyond all rights: by two lives of a hub, or by one who was gone."""
    return -sum(min(each, 0) for each in holders_of(state).values())


def free_at_hub(state: State) -> int:
    """What the hub may give out of its rights, below zero for what it is owed.

    What was given out without a right is gone all the same: it counts against the hub's, since
    none but the hub can take as much from the others, and two who paid for it would pay twice.
    """
    return rights(state, HUB) - total(state, "u")


def is_overdrawn(state: State, before: State, holder: int) -> bool:
    """Whether this state has a holder grant more, or pass on more than it had, and it did not before."""
    granted, had = (entry_of(each, holder).get("g", 0) for each in (state, before))
    return bool(granted > had or rights(state, holder) < min(rights(before, holder), 0))


def recalled(state: State, holder: int) -> int:
    """How many the hub wants this holder to pass on to it still."""
    wanted = _hub_says(state, "c", holder)
    return int(max(wanted - state.get(str(holder), {}).get("p", {}).get(str(HUB), 0), 0))


def total(state: State, part: str) -> int:
    """One of the single numbers over all entries: granted, spent, given back or uncovered."""
    return sum(entry.get(part, 0) for entry in state.values())


@dataclass(frozen=True)
class Amounts:
    """How a quota reads: what is `left` in all, was ever `granted`, is `uncovered`, and who may spend."""

    left: int
    granted: int
    spent: int
    given_back: int
    uncovered: int
    rights: Mapping[int, int]

    def __int__(self) -> int:
        return self.left

    def __str__(self) -> str:
        return str(self.left)


def amounts(state: State | None) -> Amounts:
    """What a state says, for people and plugins."""
    state = state or {}
    return Amounts(
        left=left(state),
        granted=total(state, "g"),
        spent=total(state, "s") - total(state, "r"),
        given_back=total(state, "r"),
        uncovered=total(state, "u"),
        rights={holder: each for holder, each in holders_of(state).items() if each},
    )


# -- what a change adds ----------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """What one change adds to its writer's entry."""

    granted: int = 0
    spent: int = 0
    given_back: int = 0
    uncovered: int = 0
    passed: Mapping[str, int] | None = None

    @property
    def is_use(self) -> bool:
        """Whether it changes what there is, and not only who holds it."""
        return bool(self.granted or self.spent or self.given_back or self.uncovered)

    def after(self, entry: Entry) -> Entry:
        """The entry once this is added."""
        added = {"g": self.granted, "s": self.spent, "r": self.given_back, "u": self.uncovered}
        after = dict(entry)
        for name, amount in added.items():
            if amount:
                after[name] = after.get(name, 0) + amount
        if self.passed:
            passed = dict(after.get("p", {}))
            for holder, amount in self.passed.items():
                passed[holder] = passed.get(holder, 0) + amount
            after["p"] = dict(sorted(passed.items()))
        return dict(sorted(after.items()))


def part_of(owner: int, before: Entry, step: Step) -> dict[str, Entry]:
    """An incarnation's change as it travels."""
    after = step.after(before)
    return {str(owner): {**after, BEFORE: before} if before else after}


def step_of(part: Mapping[str, Entry]) -> Step:
    """What a travelling change adds; the reverse of `part_of`."""
    step = Step()
    for entry in part.values():
        before = entry.get(BEFORE, {})
        passed = {
            holder: amount - before.get("p", {}).get(holder, 0)
            for holder, amount in entry.get("p", {}).items()
            if amount != before.get("p", {}).get(holder, 0)
        }
        g, s, r, u = (entry.get(name, 0) - before.get(name, 0) for name in _SINGLE)
        step = Step(g, s, r, u, passed or None)
    return step


def together(steps: Iterable[Step]) -> Step:
    """Several steps as one."""
    entry: Entry = {}
    for step in steps:
        entry = step.after(entry)
    return step_of({"": entry})


def is_entry(item: tuple[object, object]) -> bool:
    """Whether one incarnation and its entry have the shape of a state or a travelling change."""
    owner, entry = item
    return is_name(owner) and _are_numbers(entry, HUBS_PARTS | {BEFORE})


def _are_numbers(entry: object, parts: frozenset[str]) -> bool:
    if not isinstance(entry, dict) or entry.keys() - parts:
        return False
    for name, value in entry.items():
        if name == BEFORE:
            sound = _are_numbers(value, HUBS_PARTS)
        elif name in _BY_HOLDER:
            sound = isinstance(value, dict) and all(
                is_name(holder) and _is_amount(each) for holder, each in value.items()
            )
        else:
            sound = _is_amount(value)
        if not sound:
            return False
    return True


LARGEST_AMOUNT = 10**15
"""Of one number in an entry: sums of many stay far below 64 bits."""


def _is_amount(value: object) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_AMOUNT
