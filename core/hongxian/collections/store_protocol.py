"""The store of the moment: the laptop or hub that this thread works for, as what it is asked.

`capture`, `spending`, `reservations` and plugins ask this; `store.py` answers it, and need not be
imported to be asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar, Protocol, cast

from hongxian.collections.collection import Collection
from hongxian.collections.references import Link
from hongxian.collections.rights import Writer
from hongxian.model.claim import Claim, Holder, Key
from hongxian.model.record import Record, Taker, present_taker
from hongxian.model.row import Pending, RecordView, Row
from hongxian.model.stamp import Clock, Stamp
from hongxian.storage.database import AnyDatabase
from hongxian.storage.files import Files


class PresentStore(Taker, Protocol):
    """What a store is asked beside the writes that it takes; a laptop's and the hub's are alike."""

    kind: ClassVar[str]
    database: AnyDatabase
    files: Files
    collections: dict[str, Collection]
    links: Mapping[str, Sequence[Link]]
    """The fields that refer to each collection, by its name."""
    now: Callable[[], int]

    @property
    def person(self) -> str | None:
        """In whose name this thread writes; None where nobody is named."""

    def collection(self, name: str) -> Collection:
        """A collection by its name; raises `UnknownCollection`."""

    def view(self, collection: Collection, ids: Sequence[str]) -> Mapping[str, RecordView[Pending]]:
        """These records from all sides, by id; those that are not here are left out."""

    def view_for_uses(
        self, collection: Collection, ids: Sequence[str], stamp: Stamp | None
    ) -> Mapping[str, RecordView[Pending]]:
        """The same as uses of quotas need it."""

    def clock(self) -> Clock:
        """The clock as this database last left it, corrected by the hub's."""

    @property
    def heard_at(self) -> int | None:
        """When this store last had all that the hub had, in milliseconds since 1970; the hub's is now."""

    @property
    def recovering(self) -> bool:
        """Whether the hub is being refilled from the laptops, as far as it is known here."""

    def writer(self) -> Writer:
        """In whose name this store writes."""

    def default_scope(self, collection: Collection) -> str:
        """The scope of a new record whose writer named none."""

    def rights_held(self, collection: Collection, row: Row, name: str) -> int:
        """This store's rights to a record's quota; `spendable_of` tells how many there are to spend."""

    def wants(self, collection: Collection, id: str, name: str, amount: int) -> None:
        """Take note that so many rights to a record's quota were wanted here and not there; 0 for no more."""

    def still_holding(
        self, collection: Collection, claim: Claim, key: Key, held: Sequence[Holder]
    ) -> Sequence[Holder]:
        """Of those that hold a key in the table, those that hold it in truth."""

    def plugin_failed(self, collection: Collection, what: str, error: Exception) -> bool:
        """Note an error of the plugin that brought a collection; false where the engine brought it."""


def refused_among(records: Iterable[Record]) -> set[str]:
    """The ids of those of these records that wait for a person: the hub would not have them."""
    of = {each.id: str(each._meta.collection) for each in records}
    store = present_store()
    return {
        id
        for name in set(of.values())
        for id, view in store.view(store.collection(name), list(of)).items()
        if view.refused
    }


def present_store() -> PresentStore:
    """The laptop or hub that this thread works for (`with store:` names it); raises `Refused`."""
    return cast(PresentStore, present_taker())
