"""What plugins offer, asked as whoever sits at a laptop asks it."""

from typing import Any

from hongxian import Viewer
from hongxian.plugins.filling import filled_in
from hongxian.plugins.offering import Offered, carry_out, find_offer
from hongxian.plugins.offers import Offer

LEADER = Viewer("leader")


def ask(store: Any, kind: type[Offer], name: str, id: str | None = None, /, **values: Any) -> Any:
    """What an offer answers, for a record where it is of one."""
    offered = find_offer(store, kind, name, LEADER)
    return carry_out(store, offered, record_of(store, offered, id), values, LEADER)


def fits(store: Any, kind: type[Offer], name: str, id: str) -> bool:
    """Whether an offer is for a record as it is now."""
    offered = find_offer(store, kind, name, LEADER)
    return offered.fits(record_of(store, offered, id))


def record_of(store: Any, offered: Offered[Offer], id: str | None) -> Any:
    return store.collection(offered.collection).model.get_by_id(id) if offered.collection else None


def on_a_phone(
    hub: Any, viewer: Viewer, kind: type[Offer], name: str, id: str = "", /, **typed: Any
) -> Any:
    """What an offer answers at the hub to whoever asks by a phone, checked as a form checks what is typed."""
    with hub:
        offered = find_offer(hub, kind, name, viewer)
        record = record_of(hub, offered, id) if id else None
        if record is not None:
            assert offered.fits(record)
        asked = offered.asked_of(record)
        return carry_out(hub, asked, record, filled_in(asked, typed), viewer)
