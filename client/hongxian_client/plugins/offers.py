"""What a laptop is offered: finding the record that is meant, and reading what is asked for.

The same for the command line and the pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import cast

from hongxian.collections.collection import Collection
from hongxian.collections.directory import name_of_laptop
from hongxian.model.record import Record
from hongxian.plugins.entries import EntryForm
from hongxian.plugins.filling import filled_in
from hongxian.plugins.offering import NotOffered, Offered, OfferFailed, offers
from hongxian.plugins.offers import Action, Offer
from hongxian.plugins.viewer import Viewer
from hongxian.shapes.cells import name_of
from hongxian.shapes.table import Table
from hongxian.words.values import Values
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.text.assignments import Assignment, column_values
from hongxian_client.text.query import find_row

_THIS_LAPTOP = "本机"
"""What a laptop is called until the hub has told its name; it is written down as it is."""


def leader(replica: Replica) -> Viewer:
    """Whoever sits at this laptop, under its name where nobody has told theirs."""
    state = LaptopState.read()
    name = replica.person or name_of_laptop(state.laptop) or _THIS_LAPTOP
    return Viewer("leader", name=name, scopes=frozenset(state.teams))


def tell_read(replica: Replica, shown: Table) -> None:
    """Tell the plugins that a person looked at the records behind a view."""
    ids = [id for id in shown.ids if id]
    if shown.of and ids:
        replica.was_read(replica.collection(name_of(shown.of)), ids, "view")


def find_record(replica: Replica, offered: Offered[Offer], given: str) -> Record:
    """The record that is meant; raises `RecordUnknown`, or `NotOffered` if it is not for this one."""
    collection = replica.collection(offered.collection)
    record: Record = collection.model.get_by_id(find_row(collection, given).id)
    if not offered.fits(record):
        fitting = list(_fitting(replica, offered.collection, record)) or "-"
        raise NotOffered(name=offered.name, id=record.id, fitting=fitting)
    return record


def entry_for(replica: Replica, collection: Collection) -> Offered[EntryForm] | None:
    """The entry by which new records of a collection are made, where a plugin has one."""
    entries = offers(
        replica,
        Action,
        leader(replica),
        lambda each: (
            isinstance(each.offer, EntryForm) and name_of(each.offer.makes) == collection.name
        ),
    )
    return cast("Offered[EntryForm] | None", next(iter(entries.values()), None))


def _fitting(replica: Replica, collection: str, record: Record) -> Iterator[str]:
    """The names of the actions that are for a record as it is now."""
    own = offers(replica, Action, leader(replica), lambda each: each.collection == collection)
    for each in own.values():
        with suppress(OfferFailed):
            if each.fits(record):
                yield each.name


def values_for(replica: Replica, offered: Offered[Offer], given: Sequence[Assignment]) -> Values:
    """All that it asks for, as its fields read it (a `DateField` a date); what is blank by default.

    Raises `UnknownField`, or `Invalid` with every field that is wrong or missing.
    """
    return filled_in(offered, column_values(replica, offered.name, offered.columns, given))
