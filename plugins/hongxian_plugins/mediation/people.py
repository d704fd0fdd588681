"""Who somebody is, by name: of the roster or not."""

from __future__ import annotations

from hongxian import Store
from hongxian.records import Somebody

ROSTER = "roster.person"


def name_of(store: Store, who: Somebody) -> str:
    """What people call them; "" for who is of the roster and not here."""
    if who.person is None:
        return who.name
    people = store.collection(ROSTER).model if ROSTER in store.collections else None
    found = people.get_or_none(people.id == who.person) if people else None
    return str(found.name) if found else ""
