"""What somebody is offered here: their own and what is for anybody; of a record, only if it is theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import g
from werkzeug.exceptions import NotFound

from hongxian.doubles import group
from hongxian.model.record import Record
from hongxian.plugins.offering import (
    Kind,
    Offered,
    UnknownOffer,
    as_it_can_be,
    declared,
    find_offer,
    offers,
)
from hongxian.plugins.offers import Offer
from hongxian.plugins.viewer import Viewer
from hongxian_server.current import current_hub
from hongxian_server.phone.door import refuse_signed_out, who


@dataclass(frozen=True)
class Mine:
    """One offer for whoever asks, with the record that it is done to, if it is of one."""

    offered: Offered[Offer]
    record: Record | None

    @property
    def id(self) -> str:
        """Of the record in an address; "" where it is who asks themself, or none."""
        is_own = self.record is None or self.record.id == who().person
        return "" if is_own or self.record is None else self.record.id


def found(kind: type[Kind], name: str, id: str) -> Mine:
    """An offer by its name; raises `NotFound` unless it is for whoever asks, of a record of theirs that fits it."""
    viewer = who()
    try:
        offered = find_offer(current_hub(), kind, name, viewer)
    except UnknownOffer:
        refuse_signed_out()
        raise NotFound from None
    if not offered.collection:
        if not may_have(offered, None, viewer):
            raise NotFound
        return Mine(offered, None)
    own = viewer.person if offered.collection == viewer.of else None
    record = record_of(offered.collection, id or own or "")
    if record is None or not may_have(offered, record, viewer):
        raise NotFound
    if not offered.fits(record):
        raise NotFound
    return Mine(offered, record)


def of_me(kind: type[Kind], wanted: Callable[[Offered[Kind]], bool]) -> Iterator[Mine]:
    """What whoever asks is offered without a record, or of themselves, of what is wanted; each is looked at once."""
    viewer, hub = who(), current_hub()
    known: dict[tuple[type[Offer], str], Mine | None] = g.setdefault("of_me", {})
    for offered in declared(hub, kind, viewer):
        if offered.collection not in ("", viewer.of) or not wanted(offered):
            continue
        name = (kind, offered.name)
        if name not in known:
            known[name] = _of_me(offered, viewer)
        if (mine := known[name]) is not None:
            yield mine


def _of_me(offered: Offered[Kind], viewer: Viewer) -> Mine | None:
    record = _myself(viewer) if offered.collection else None
    if offered.collection and (record is None or not offered.fits(record)):
        return None
    if not may_have(offered, record, viewer) or (made := as_it_can_be(offered)) is None:
        return None
    return Mine(made, record)


def _myself(viewer: Viewer) -> Record | None:
    if "myself" not in g:
        g.myself = record_of(viewer.of, viewer.person) if viewer.person else None
    found: Record | None = g.myself
    return found


def of_record(kind: type[Kind], record: Record) -> Iterator[Mine]:
    """What whoever asks is offered of a record."""
    viewer, hub = who(), current_hub()
    for offered in offers(hub, kind, viewer).values():
        if offered.collection != record._meta.collection or not offered.fits(record):
            continue
        if may_have(offered, record, viewer):
            yield Mine(offered, record)


def record_of(collection: str, id: str) -> Record | None:
    """A record that is there; None for any other."""
    hub = current_hub()
    if collection not in hub.collections or not id:
        return None
    row = hub.collection(collection).rows_by_id([id]).get(id)
    if row is None or row.deleted:
        return None
    record: Record = hub.collection(collection).model.get_by_id(id)
    return record


def may_have(offered: Offered[Offer], record: Record | None, viewer: Viewer) -> bool:
    """Whether who asks has what is offered to them of this record or of none: as it says, or what refers to them."""
    said = offered.is_theirs(record, viewer) if viewer.audience == "self" else None
    if said is not None:
        return said
    return record is None or "public" in offered.offer.audiences or is_theirs(record, viewer)


def is_theirs(record: Record, viewer: Viewer) -> bool:
    """Whether a record is who asks, or refers to them, by any of their doubles."""
    if viewer.audience != "self" or not viewer.person:
        return False
    mine, name = group(viewer.of, viewer.person), str(record._meta.collection)
    if name == viewer.of:
        return record.id in mine
    columns = current_hub().collection(name).columns.values()
    return any(getattr(record, e.name) in mine for e in columns if e.reference == viewer.of)
