"""Who may be the same person: by the telephone, and by the name however it is typed."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from peewee import fn

from hongxian import Store, Text
from hongxian.doubles import Doubles, Twice
from hongxian.entries import Alike
from hongxian.records import same_id
from hongxian_plugins.roster.records import Apart, Contact, Person

PERSON = "roster.person"
_DOTS = " \u3000·•・.．‧-–—"
_NOT_PART_OF_A_NAME = re.compile(rf"[\s{re.escape(_DOTS)}]+")
_SAME_NUMBER = Text("这个电话已有人用", "This telephone is somebody's already")
_SAME_NAME = Text("已有同名的人", "Somebody of this name is here")
_SAME_BOTH = Text("同名，同一个电话", "One name and one telephone")
_TAIL = Text("手机尾号 {tail}", "phone …{tail}")
_MOST = 4
_MOST_TWICE = 200


def folded_name(name: str) -> str:
    """The name without what people type differently: widths, dots, spaces, case."""
    return _NOT_PART_OF_A_NAME.sub("", unicodedata.normalize("NFKC", name)).casefold()


def apart_id(one: str, other: str) -> str:
    """The id of what says that two are two people."""
    return same_id("roster.apart", *sorted((one, other)))


def known_already(store: Store, name: str | None, phone: str | None) -> list[Alike]:
    """Who has this telephone, and who bears this name: the same person, or one of a family."""
    found = list(_by_phone(phone)) if phone else []
    ids = {each.id for each in found}
    return [*found, *(each for each in _by_name(name or "") if each.id not in ids)][:_MOST]


def who_else(store: Store, person: Person) -> Iterator[Alike]:
    """Who may be the same as somebody in the roster; not who is joined with them, or said to be another."""
    mine = Doubles(PERSON).group(person.id)
    contacts = Contact.select().where(Contact.person.in_(mine), Contact.phone.is_null(False))
    found = {
        each.id: each
        for phone in [None, *(contact.phone for contact in contacts)]
        for each in known_already(store, person.name, phone)
    }
    apart = {id for (id,) in Apart.select(Apart.id).tuples()}
    for id, each in found.items():
        if id not in mine and not apart.intersection(apart_id(one, id) for one in mine):
            yield each


def surely_twice(store: Store) -> Iterator[Twice]:
    """Pairs of one telephone whose names are alike: what somebody is to look at. Asked in the order of the index."""
    several = (  # a deleted one has no telephone: so the index alone is read
        Contact.with_deleted(Contact.phone)
        .where(Contact.phone > "")
        .group_by(Contact.phone)
        .having(fn.COUNT() > 1)
    )
    query = Contact.select(Contact.phone, Contact.person).where(Contact.phone.in_(several))
    held = sorted(set(query.tuples()))
    names = dict(
        Person.select(Person.id, Person.name).where(Person.id.in_([id for _, id in held])).tuples()
    )
    alike: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for phone, id in held:
        if id in names:
            alike[phone, folded_name(names[id])][id] = names[id]
    for one, other in islice(pairs(list(alike.values())), _MOST_TWICE):
        yield Twice(one, other, names[other], _SAME_BOTH)


def pairs(groups: Iterable[Collection[str]]) -> Iterator[tuple[str, str]]:
    """Of ids that are alike, the first with each other one that is neither joined nor said to be another person."""
    doubles, apart = Doubles(PERSON), {id for (id,) in Apart.select(Apart.id).tuples()}
    for ids in groups:
        first, *others = sorted(id for id in ids if doubles.first(id) == id) or [""]
        yield from ((first, other) for other in others if apart_id(first, other) not in apart)


def last_fours(people: Collection[str]) -> dict[str, set[str]]:
    """The last four figures by which these people are reached."""
    found: dict[str, set[str]] = {id: set() for id in people}
    query = Contact.select(Contact.person, Contact.phone).where(
        Contact.person.in_(list(people)), Contact.phone.is_null(False)
    )
    for person, phone in query.tuples():
        found[person].add(phone.partition("x")[0][-4:])
    return found


def _by_phone(phone: str) -> Iterator[Alike]:
    query = (
        Person.select()
        .join(Contact, on=(Contact.person == Person.id))
        .where(Contact.phone == phone)
    )
    for each in query.where(~Contact.deleted).distinct().limit(_MOST):
        yield Alike(_SAME_NUMBER, each.name, Person, each.id)


def _by_name(name: str) -> Iterator[Alike]:
    """Those whose name is the same but for how it is typed, told apart by their telephone or their first month."""
    folded, bare = folded_name(name), Person.name
    for dot in _DOTS:
        bare = fn.REPLACE(bare, dot, "")
    found = list(Person.select().where(fn.LOWER(bare) == folded).limit(_MOST)) if folded else []
    phones = last_fours([each.id for each in found])
    for each in found:
        joined = f"{each.joined:%Y-%m}" if each.joined else ""
        tail = next(iter(sorted(phones[each.id])), "")
        told = _TAIL.format(tail=tail) if tail else joined
        yield Alike(_SAME_NAME, each.name, Person, each.id, told)
