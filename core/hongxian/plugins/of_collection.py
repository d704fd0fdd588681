"""What follows from a collection as offers of its plugin: methods, under names that say of which collection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hongxian.collections.collection import Collection
from hongxian.collections.store_protocol import PresentStore
from hongxian.model.record import Record


@dataclass(frozen=True)
class OfCollection:
    """The offers of one collection; `plugin` is the name of whose it is."""

    plugin: str
    collection: Collection

    def named(self, method: Callable[..., object]) -> Callable[..., object]:
        """A method as what an offer of a record runs."""

        def run(store: PresentStore, record: Record, /, **asked: str) -> object:
            return method(store, record, **asked)

        run.__name__ = self._short_name(method)
        return run

    def name_of(self, method: Callable[..., object]) -> str:
        """By which the offer is called, such as mediation.let_in_case."""
        return f"{self.plugin}.{self._short_name(method)}"

    def _short_name(self, method: Callable[..., object]) -> str:
        return f"{method.__name__.strip('_')}_{self.collection.name.partition('.')[2]}"
