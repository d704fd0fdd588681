"""Quotas: amounts that many laptops spend offline without ever giving out more than there is.

A quota's state holds one entry for each device, written by that device alone and only growing,
so that joining two states is the maximum of each number. After Balegas et al., "Extending
Eventually Consistent Cloud Databases for Enforcing Numeric Invariants" (arXiv 1503.09052), the
bounded counter: a device may spend what it granted or was passed, less what it spent or passed on.

An entry's parts: `g` granted, `s` spent, `r` given back, `u` uncovered (given out without a right
to it), `p` passed on, by receiver; the hub's alone also: `c` called back, by device (what that
device should have passed to the hub in all), and `t` taken from devices that are no more.

A device's change travels as its entry after it, with what the entry was before under `b`: so the
hub notices when a change follows one that it refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hongxian.merge import Quota
from hongxian.stamp import HUB
from hongxian.values import Value

Entry = dict[str, Value]
"""One device's numbers, amounts or amounts by device; those that are zero are left out."""
State = Mapping[str, Entry]
"""Entries by device number, as text."""

BEFORE, _BY_DEVICE = Quota.BEFORE, Quota.BY_DEVICE
_SINGLE = ("g", "s", "r", "u")
OWN_PARTS = frozenset((*_SINGLE, "p"))
HUBS_PARTS = frozenset((*_SINGLE, *_BY_DEVICE))


# -- what a state says -----------------------------------------------------------------------


def rights(state: State, device: int) -> int:
    """What a device may spend or pass on, by this state."""
    name = str(device)
    own = state.get(name, {})
    hub = state.get(str(HUB), {})
    kept = own.get("g", 0) + own.get("r", 0) - own.get("s", 0) - sum(own.get("p", {}).values())
    received = sum(entry.get("p", {}).get(name, 0) for entry in state.values())
    taken = sum(hub.get("t", {}).values()) if device == HUB else -hub.get("t", {}).get(name, 0)
    return int(kept + received + taken)


def holders_of(state: State) -> dict[int, int]:
    """The rights of every device that the state knows."""
    known = {*state, *(to for entry in state.values() for to in entry.get("p", {})), str(HUB)}
    return {device: rights(state, device) for device in sorted(map(int, known))}


def left(state: State) -> int:
    """How many there are still, in all: the sum of all rights."""
    return sum(max(each, 0) for each in holders_of(state).values())


def overdrawn(state: State) -> int:
    """How many were given out beyond all rights: by two lives of a hub, or by one who was gone."""
    return -sum(min(each, 0) for each in holders_of(state).values())


def is_overdrawn(state: State, before: State, device: int) -> bool:
    """Whether this state has a device grant more, or pass on more than it had, and it did not before."""
    granted, had = (each.get(str(device), {}).get("g", 0) for each in (state, before))
    return bool(granted > had or rights(state, device) < min(rights(before, device), 0))


def recalled(state: State, device: int) -> int:
    """How many the hub wants this device to pass on to it still."""
    wanted = state.get(str(HUB), {}).get("c", {}).get(str(device), 0)
    return int(max(wanted - state.get(str(device), {}).get("p", {}).get(str(HUB), 0), 0))


def total(state: State, part: str) -> int:
    """One of the single numbers over all devices: granted, spent, given back or uncovered."""
    return sum(entry.get(part, 0) for entry in state.values())


@dataclass(frozen=True)
class Amounts:
    """How a quota reads: what is `left` in all, was ever `granted`, is `uncovered`, and who may spend."""

    left: int
    granted: int
    spent: int
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
        uncovered=total(state, "u"),
        rights={device: each for device, each in holders_of(state).items() if each},
    )


# -- what a change adds ----------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """What one change adds to a device's own entry."""

    granted: int = 0
    spent: int = 0
    given_back: int = 0
    uncovered: int = 0
    passed: Mapping[str, int] | None = None

    def after(self, entry: Entry) -> Entry:
        """The entry once this is added."""
        added = {"g": self.granted, "s": self.spent, "r": self.given_back, "u": self.uncovered}
        after = dict(entry)
        for name, amount in added.items():
            if amount:
                after[name] = after.get(name, 0) + amount
        if self.passed:
            passed = dict(after.get("p", {}))
            for device, amount in self.passed.items():
                passed[device] = passed.get(device, 0) + amount
            after["p"] = dict(sorted(passed.items()))
        return dict(sorted(after.items()))


def part_of(device: int, before: Entry, step: Step) -> dict[str, Entry]:
    """A device's change as it travels."""
    after = step.after(before)
    return {str(device): {**after, BEFORE: before} if before else after}


def step_of(part: Mapping[str, Entry]) -> Step:
    """What a travelling change adds; the reverse of `part_of`."""
    step = Step()
    for entry in part.values():
        before = entry.get(BEFORE, {})
        passed = {
            device: amount - before.get("p", {}).get(device, 0)
            for device, amount in entry.get("p", {}).items()
            if amount != before.get("p", {}).get(device, 0)
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
    """Whether one device and its entry have the shape of a state or a travelling change."""
    device, entry = item
    return _is_device(device) and _are_numbers(entry, HUBS_PARTS | {BEFORE})


def _is_device(name: object) -> bool:
    return isinstance(name, str) and name.isascii() and name.isdigit() and len(name) <= 5


def _are_numbers(entry: object, parts: frozenset[str]) -> bool:
    if not isinstance(entry, dict) or entry.keys() - parts:
        return False
    for name, value in entry.items():
        if name == BEFORE:
            sound = _are_numbers(value, HUBS_PARTS)
        elif name in _BY_DEVICE:
            sound = isinstance(value, dict) and all(
                _is_device(device) and _is_amount(each) for device, each in value.items()
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
