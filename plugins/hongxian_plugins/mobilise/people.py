"""People as the roster of this laptop has them: their names, and the telephone that the team knows."""

from __future__ import annotations

from collections.abc import Iterable

from hongxian import Store
from hongxian.shapes import Masked

PEOPLE, MEMBERS, CONTACTS = "roster.person", "roster.membership", "roster.contact"


def names_of(store: Store, people: Iterable[str]) -> dict[str, str]:
    """By id what each is called; who is not here by the end of the id."""
    here = PEOPLE in store.collections
    known = store.collection(PEOPLE).names_of({*people}) if here else {}
    return {id: known.get(id) or f"…{id[-6:]}" for id in people}


def phones_of(store: Store, people: Iterable[str]) -> dict[str, Masked]:
    """By id a telephone of each of whom the team knows one."""
    if CONTACTS not in store.collections:
        return {}
    model = store.collection(CONTACTS).model
    query = model.select().where(model.person.in_([*people]), model.phone.is_null(False))
    return {each.person: Masked(each.phone, CONTACTS, each.id) for each in query}
