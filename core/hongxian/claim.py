"""Claims: keys that only one live record of a collection may hold, such as a day, bench and slot.

A record holds its key while it lives, every part of the key is filled in, and the fields that `only`
names have one of the values given there; so deleting it, cancelling it or changing its key frees
the key. Here is how a claim is declared; `reservations.py` tells who holds a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hongxian.row import DELETED
from hongxian.values import Value, Values

Key = tuple[Value, ...]
"""The values of a claim's fields, in their order, as they travel."""
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
        if any(values.get(name) not in allowed for name, allowed in self.only.items()):
            return None
        key = tuple(values.get(name) for name in self.fields)
        return None if None in key else key

    def keys_of_columns(
        self, names: Sequence[str], columns: Sequence[Sequence[Value]]
    ) -> list[Key | None]:
        """The same for many new records at once; a field that has no column is empty."""
        at = {name: place for place, name in enumerate(names)}
        if any(name not in at for name in (*self.fields, *self.only)):
            return [None] * len(columns[0])
        keys: list[Key | None] = list(
            zip(*(columns[at[name]] for name in self.fields), strict=True)
        )
        parts = set().union(*keys) if keys else set()  # type: ignore[arg-type]
        if None in parts:
            keys = [None if key is None or None in key else key for key in keys]
        for name, allowed in self.only.items():
            held = columns[at[name]]
            keys = [key if held[place] in allowed else None for place, key in enumerate(keys)]
        return keys


class Holder(NamedTuple):
    """The record that holds a key, and whose laptops hold that record."""

    id: str
    scope: str


def claim_of(declared: Claim | Iterable[str]) -> Claim:
    """A claim as an author wrote it: a tuple of fields, or a `Claim`."""
    return declared if isinstance(declared, Claim) else Claim(*declared)
