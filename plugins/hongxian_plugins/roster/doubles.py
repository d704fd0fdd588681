"""People who were entered twice: who that may be, and joining them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from hongxian import Reference, Store, Text, action, view
from hongxian.doubles import Doubles, group, join_doubles, joining, part_doubles
from hongxian.records import Values
from hongxian.shapes import Button, Link, Table
from hongxian.text import joined
from hongxian_plugins.roster.alike import (
    PERSON,
    apart_id,
    folded_name,
    last_fours,
    pairs,
    surely_twice,
    who_else,
)
from hongxian_plugins.roster.records import Apart, Person

_HEADS = (
    Text("一条", "One"),
    Text("另一条", "The other"),
    Text("电话末四位相同", "Same last four figures"),
    Text("不同之处", "What differs"),
    Text("办理", "Do"),
)
_DIFFERS = Text("{label}：{one}／{other}", "{label}: {one} / {other}")
_NOTHING = Text("—", "—")
_TWO = Text("不是同一个人", "Two people")
_BETWEEN = Text("；", "; ")


@joining(
    of=Person,
    title=Text("合并重复", "Join doubles"),
    same=Text("是同一个人", "The same person"),
    apart="roster.keep_apart",
    alike=who_else,
    waits=surely_twice,
)
def join(store: Store, person: Person, other: str, take: frozenset[str]) -> Text:
    """Say that two records are of one person."""
    double = Person.get_by_id(other)
    join_doubles(PERSON, person.id, other, take)
    return Text(
        "已合并：{one} 与 {other}。时长、积分一起算，原来的记录都还在；可以再分开。",
        "{one} and {other} are joined: hours and points count together, every record stays as it is, "
        "and they can be parted again.",
    ).format(one=person.name, other=double.name)


@action(
    of=Person,
    title=Text("分开重复", "Part doubles"),
    when=lambda person: len(group(PERSON, person.id)) > 1,
)
def part(store: Store, person: Person) -> Text:
    """Take back that a record is of the same person as others."""
    part_doubles(PERSON, person.id)
    return Text("已分开：{name}。", "{name} stands alone again.").format(name=person.name)


@action(
    of=Person,
    title=_TWO,
    asks={"other": Reference(PERSON, verbose_name=Text("另一条记录", "The other record"))},
)
def keep_apart(store: Store, person: Person, other: str) -> Text:
    """Say that two records are of two people: they are no longer taken for one."""
    double = Person.get_by_id(other)
    id = apart_id(person.id, other)
    if not Apart.select().where(Apart.id == id).exists():
        Apart.create(id=id, one=person, other=other)
    return Text("{one} 与 {other} 是两个人。", "{one} and {other} are two people.").format(
        one=person.name, other=double.name
    )


@view(title=Text("可能重复的人", "Likely doubles"), menu=False)
def likely(store: Store) -> Table:
    """Names that are alike, those with one telephone number first: two people may well share a name."""
    groups = list(_alike())
    names = {id: name for each in groups for id, name in each.items()}
    phones = last_fours(names)
    found = [(one, other, bool(phones[one] & phones[other])) for one, other in pairs(groups)]
    found.sort(key=lambda pair: not pair[2])
    differ = _differences(store, [(one, other) for one, other, _ in found])
    rows = [
        [
            Link(names[one], Person, one),
            Link(names[other], Person, other),
            same,
            differ[one, other],
            [
                Button(Text("比一比", "Compare"), "roster.join", {"other": other}, one),
                Button(_TWO, "roster.keep_apart", {"other": other}, one, at_once=True),
            ],
        ]
        for one, other, same in found
    ]
    note = Text("{n} 对，请核对后办理。", "{n} {n:pair|pairs}, for a person to judge.").format(
        n=len(rows)
    )
    return Table(_HEADS, rows, note=note)


def _differences(store: Store, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Text]:
    """Of each pair the fields in which they differ, but for the name, which stands beside it."""
    ids = {id for pair in pairs for id in pair}
    people = store.collection(PERSON).rows_by_id(ids)
    return {
        pair: _difference(store, people[pair[0]].values, people[pair[1]].values) for pair in pairs
    }


def _difference(store: Store, one: Values, other: Values) -> Text:
    told = []
    for name, column in store.collection(PERSON).columns.items():
        sides = [column.shown_in_brief(column.plain(each.get(name))) for each in (one, other)]
        if name != "name" and sides[0] != sides[1]:
            here, there = (side or _NOTHING for side in sides)
            told.append(_DIFFERS.format(label=column.label, one=here, other=there))
    return joined(told, _BETWEEN)


def _alike() -> Iterator[dict[str, str]]:
    """People whose names are alike and who are not joined yet: their names by id."""
    doubles, alike = Doubles(PERSON), defaultdict[str, dict[str, str]](dict)
    for id, name in Person.select(Person.id, Person.name).order_by(Person.id).tuples().iterator():
        if doubles.first(id) == id:
            alike[folded_name(name)][id] = name
    yield from (alike[name] for name in sorted(alike) if len(alike[name]) > 1)
