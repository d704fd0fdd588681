"""Claims: keys that only one live record of a collection may hold, such as a day, bench and slot.

A record holds its key while it lives, every part of the key is filled in, and the fields that `only`
names have one of the values given there; so deleting it, cancelling it or changing its key frees
the key. Keys that people take for one are one (`folding.py`); the record's values stay as typed. Here
is how a claim is declared; `claim_holders.py` tells who holds a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from hongxian.merges.standing import name_of
from hongxian.model.row import DELETED
from hongxian.words.folding import folded
from hongxian.words.values import Value, Values

Key = str
"""What is compared: the values of a claim's fields, in their order, folded, as a JSON list."""
Spelling = Sequence[Value]
"""The same values as one record has them, as they travel."""
FOLDING = 1
"""Counted up when another folding comes: the keys of a database are then made anew."""
Near = Callable[[Values], Iterable[Values]]
"""From a wanted key's values by field to other keys, those that would serve best first."""


@dataclass(frozen=True, init=False)
class Claim:
    """One claim: `Claim("day", "bench", "slot", only={"state": ("slotted", "done")})`.

    `near` says which other keys would do; without it the last field is varied.
    """

    fields: tuple[str, ...]
    only: Mapping[str, frozenset[Value]] = field(default_factory=dict)
    near: Near | None = None

    def __init__(
        self,
        *fields: str,
        only: Mapping[str, Iterable[Value]] | None = None,
        near: Near | None = None,
    ) -> None:
        allowed = {name: frozenset(values) for name, values in (only or {}).items()}
        object.__setattr__(self, "fields", fields)
        object.__setattr__(self, "only", allowed)
        object.__setattr__(self, "near", near)

    @property
    def names(self) -> frozenset[str]:
        """Every field whose change may take or free a key."""
        return frozenset((*self.fields, *self.only, DELETED))

    def key_of(self, values: Mapping[str, Value]) -> Key | None:
        """The key that a record with these values holds; None if it holds none."""
        if values.get(DELETED):
            return None
        if any(name_of(values.get(name)) not in allowed for name, allowed in self.only.items()):
            return None
        return key_of(self.spelling_of(values))

    def spelling_of(self, values: Mapping[str, Value]) -> Spelling:
        """The values of its fields."""
        return [values.get(name) for name in self.fields]

    @property
    def rule(self) -> str:
        """What its keys are made by; where that changes, those of a database are made anew."""
        only = {name: sorted(allowed) for name, allowed in sorted(self.only.items())}
        return orjson.dumps([FOLDING, self.fields, only]).decode()

    def keys_of_columns(
        self, names: Sequence[str], columns: Sequence[Sequence[Value]]
    ) -> list[Key | None]:
        """The same for many records at once; a field that has no column is empty."""
        given = dict(zip(names, columns, strict=True))
        if any(name not in given for name in (*self.fields, *self.only)):
            return [None] * len(columns[0])
        keys = list(map(key_of, zip(*(given[name] for name in self.fields), strict=True)))
        for name, allowed in self.only.items():
            held = map(name_of, given[name])
            keys = [key if v in allowed else None for key, v in zip(keys, held, strict=True)]
        if DELETED in given:
            keys = [None if v else key for key, v in zip(keys, given[DELETED], strict=True)]
        return keys


def key_of(spelling: Spelling) -> Key | None:
    """The key that these values are, None where one of them is empty."""
    parts = [folded(each) if isinstance(each, str) else each for each in spelling]
    return None if None in parts or "" in parts else orjson.dumps(parts).decode()


class Holder(NamedTuple):
    """The record that holds a key, and whose laptops hold that record."""

    id: str
    scope: str


def claim_of(declared: Claim | Iterable[str]) -> Claim:
    """A claim as an author wrote it: a tuple of fields, or a `Claim`."""
    return declared if isinstance(declared, Claim) else Claim(*declared)
