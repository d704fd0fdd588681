"""One record from three sides: what is agreed of it, what is unsent over that, and what is seen here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from hongxian.row import Change, Row


class Pending(Protocol):
    """A change that this laptop has written and the hub has not taken in, or has refused."""

    @property
    def refused(self) -> bool:
        """Whether the hub refused it and it waits for a person."""

    def as_change(self) -> Change:
        """The change itself."""


P = TypeVar("P", bound=Pending, covariant=True)


@dataclass(slots=True)
class RecordView(Generic[P]):
    """A record as the hub has taken it in, as it is seen here, and the changes between the two."""

    base: Row | None
    """As the hub has it; None while the hub does not know it."""
    pending: Sequence[P]
    """Oldest first; none at the hub itself."""
    local: Row
    """The base with what is pending merged on top, under the stamps that wrote what is seen."""

    @property
    def refused(self) -> bool:
        """Whether the hub refused any of what is pending."""
        return any(each.refused for each in self.pending)


def local_rows(views: Mapping[str, RecordView[Any]]) -> dict[str, Row]:
    """What is seen of each record, by id."""
    return {id: view.local for id, view in views.items()}
