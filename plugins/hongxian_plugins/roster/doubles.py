"""People who were entered twice: who that may be, and joining them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from hongxian import Reference, Store, Text, action, view
from hongxian.doubles import Doubles, group, join_doubles, part_doubles
from hongxian.records import Values, same_id
from hongxian.shapes import Button, Link, Table
from hongxian.text import joined
from hongxian_plugins.roster.records import Apart, Contact, Person

_PERSON = "roster.person"
DOTS = " \u3000·•・.．‧-–—"
_NOT_PART_OF_A_NAME = re.compile(rf"[\s{re.escape(DOTS)}]+")
_HEADS = (
    Text("一条", "One"),
    Text("另一条", "The other"),
    Text("电话末四位相同", "Same last four figures"),
    Text("不同之处", "What differs"),
    Text("办理", "Do"),
)
_DIFFERS = Text("{label}：{one}／{other}", "{label}: {one} / {other}")
_NOTHING = Text("—", "—")
_TWO = Text("不是同一人", "Two people")
_BETWEEN = Text("；", "; ")


@action(
    of=Person,
    title=Text("合并重复", "Join doubles"),
    asks={
        "other": Reference(
            _PERSON,
            verbose_name=Text("另一条记录", "The other record"),
            help_text=Text("同一个人登记了两次的那一条。", "The same person, entered once more."),
        )
    },
)
def join(store: Store, person: Person, other: str) -> Text:
    """Say that two records are of one person."""
    double = Person.get_by_id(other)
    join_doubles(_PERSON, person.id, other)
    return Text(
        "已合并：{one} 与 {other}。时长、积分一起算，原来的记录都还在；可以再分开。",
        "{one} and {other} are joined: hours and points count together, every record stays as it is, "
        "and they can be parted again.",
    ).format(one=person.name, other=double.name)


@action(
    of=Person,
    title=Text("分开重复", "Part doubles"),
    when=lambda person: len(group(_PERSON, person.id)) > 1,
)
def part(store: Store, person: Person) -> Text:
    """Take back that a record is of the same person as others."""
    part_doubles(_PERSON, person.id)
    return Text("已分开：{name}。", "{name} stands alone again.").format(name=person.name)


@action(
    of=Person,
    title=_TWO,
    asks={"other": Reference(_PERSON, verbose_name=Text("另一条记录", "The other record"))},
)
def keep_apart(store: Store, person: Person, other: str) -> Text:
    """Say that two records are of two people: they are no longer taken for one."""
    double = Person.get_by_id(other)
    id = _id_of(person.id, other)
    if not Apart.select().where(Apart.id == id).exists():
        Apart.create(id=id, one=person, other=other)
    return Text("{one} 与 {other} 是两个人。", "{one} and {other} are two people.").format(
        one=person.name, other=double.name
    )


def _id_of(one: str, other: str) -> str:
    return same_id("roster.apart", *sorted((one, other)))


@view(title=Text("可能重复的人", "Likely doubles"), menu=False)
def likely(store: Store) -> Table:
    """Names that are alike, those with one telephone number first: two people may well share a name."""
    apart, pairs = {id for (id,) in Apart.select(Apart.id).tuples()}, []
    for names in _alike():
        phones = _phones(names)
        first, *others = names
        for other in others:
            if _id_of(first, other) not in apart:
                pairs.append((names, first, other, bool(phones[first] & phones[other])))
    pairs.sort(key=lambda pair: not pair[3])
    differ = _differences(store, [(first, other) for _, first, other, _ in pairs])
    rows = [
        [
            Link(names[first], Person, first),
            Link(names[other], Person, other),
            same,
            differ[first, other],
            [
                Button(Text("合并", "Join"), "roster.join", {"other": other}, first),
                Button(_TWO, "roster.keep_apart", {"other": other}, first, at_once=True),
            ],
        ]
        for names, first, other, same in pairs
    ]
    note = Text("{n} 对，请核对后办理。", "{n} pairs, for a person to judge.").format(n=len(rows))
    return Table(_HEADS, rows, note=note)


def _differences(store: Store, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Text]:
    """Of each pair the fields in which they differ, but for the name, which stands beside it."""
    ids = {id for pair in pairs for id in pair}
    people = store.collection(_PERSON).rows_by_id(ids)
    return {
        pair: _difference(store, people[pair[0]].values, people[pair[1]].values) for pair in pairs
    }


def _difference(store: Store, one: Values, other: Values) -> Text:
    told = []
    for name, column in store.collection(_PERSON).columns.items():
        sides = [column.shown_in_brief(column.plain(each.get(name))) for each in (one, other)]
        if name != "name" and sides[0] != sides[1]:
            here, there = (side or _NOTHING for side in sides)
            told.append(_DIFFERS.format(label=column.label, one=here, other=there))
    return joined(told, _BETWEEN)


def folded_name(name: str) -> str:
    """The name without what people type differently: widths, dots, spaces, case."""
    return _NOT_PART_OF_A_NAME.sub("", unicodedata.normalize("NFKC", name)).casefold()


def _alike() -> Iterator[dict[str, str]]:
    """People whose names are alike and who are not joined yet: their names by id."""
    doubles, alike = Doubles(_PERSON), defaultdict[str, dict[str, str]](dict)
    for id, name in Person.select(Person.id, Person.name).order_by(Person.id).tuples().iterator():
        if doubles.first(id) == id:
            alike[folded_name(name)][id] = name
    yield from (alike[name] for name in sorted(alike) if len(alike[name]) > 1)


def _phones(people: Collection[str]) -> dict[str, set[str]]:
    """The last four figures by which these people are reached."""
    found: dict[str, set[str]] = {id: set() for id in people}
    query = Contact.select(Contact.person, Contact.phone).where(
        Contact.person.in_(list(people)), Contact.phone.is_null(False)
    )
    for person, phone in query.tuples():
        found[person].add(phone.partition("x")[0][-4:])
    return found
