"""What one transaction would make of the records that it touches, until it is accepted."""

from __future__ import annotations

from dataclasses import dataclass, field

from hongxian.collections.collection import Collection
from hongxian.model.row import Change, Key, Loss, Row


@dataclass
class Draft:
    """One transaction. `before` are the records as accepted so far, None where it makes one."""

    stamp: int
    rows: dict[Key, Row] = field(default_factory=dict)
    before: dict[Key, Row | None] = field(default_factory=dict)
    losses: list[tuple[Collection, Change, Loss]] = field(default_factory=list)
    plain: bool = True
    """Whether the sender knows exactly what comes of it."""
