"""Questions that leaders ask of the roster: who is it twice, who may be asked, how to show them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from hongxian_plugins.roster.records import Contact, Membership, Person

_NOT_PART_OF_A_NAME = re.compile(r"[\s·•・.．‧\-–—]+")
MAY_BE_ASKED = ("consented", "active")
"""States in which a person agreed to serve and has not paused."""


@dataclass(frozen=True)
class Suspicion:
    """Records that may be one person; `same_phone` when the last four figures of a list here say so too."""

    name: str
    ids: tuple[str, ...]
    same_phone: bool


def folded_name(name: str) -> str:
    """The name without what people type differently: widths, dots, spaces, case."""
    return _NOT_PART_OF_A_NAME.sub("", unicodedata.normalize("NFKC", name)).casefold()


def likely_duplicates() -> list[Suspicion]:
    """People who may be in the roster twice, those with one telephone first.

    A suspicion for a person to judge: two people may well share a name.
    """
    by_name: dict[str, list[str]] = defaultdict(list)
    for id, name in Person.select(Person.id, Person.name).order_by(Person.id).tuples().iterator():
        by_name[folded_name(name)].append(id)
    several = {name: ids for name, ids in by_name.items() if len(ids) > 1}
    phones = _phones(id for ids in several.values() for id in ids)
    found = [
        Suspicion(name, tuple(ids), _share_one([phones.get(id, set()) for id in ids]))
        for name, ids in several.items()
    ]
    return sorted(found, key=lambda each: (not each.same_phone, each.name))


def _phones(people: Iterable[str]) -> dict[str, set[str]]:
    wanted = set(people)
    found: dict[str, set[str]] = defaultdict(set)
    query = Contact.select(Contact.person, Contact.phone).where(Contact.phone.is_null(False))
    for person, phone in query.tuples().iterator():
        if person in wanted:
            found[person].add(phone.partition("x")[0][-4:])
    return found


def _share_one(phones: list[set[str]]) -> bool:
    seen: set[str] = set()
    for each in phones:
        if seen & each:
            return True
        seen |= each
    return False


def without_consent() -> list[str]:
    """People in a team here who have not said yes, or have left; to be asked before any shift.

    Not a refusal: consents on paper are typed in later, and the laptop that types the
    membership may not have seen the consent yet.
    """
    query = (
        Person.select(Person.id)
        .join(Membership, on=(Membership.person == Person.id))
        .where(
            Membership.deleted == False,  # noqa: E712
            Membership.until.is_null(),
            Person.state.in_(("applied", "left")),
        )
        .distinct()
        .order_by(Person.id)
    )
    return [id for (id,) in query.tuples()]


def masked_name(name: str) -> str:
    """张三丰 as 张*, for lists that leave the team."""
    return f"{name[:1]}*"


def masked_phone(phone: str | None) -> str:
    """138****5678; empty for none."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


def address_of(estate: str, building: int | str, unit: int | str, room: int | str) -> str:
    """An address as it is kept: 小区–幢–单元–室."""
    return f"{estate}–{building}幢–{unit}单元–{room}室"
