"""People who were entered twice: who that may be, and joining them."""

from __future__ import annotations

from hongxian import (
    Button,
    Doubles,
    Link,
    Reference,
    Store,
    Table,
    Text,
    action,
    group,
    join_doubles,
    part_doubles,
    view,
)
from hongxian_plugins.roster.people import likely_duplicates
from hongxian_plugins.roster.records import Person

_PERSON = "roster.person"
_JOINED = Text(
    "已合并：{one} 与 {other}。时长、积分一起算，原来的记录都还在；可以再分开。",
    "{one} and {other} are joined: hours and points count together, every record stays as it is, "
    "and they can be parted again.",
)


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
    return _JOINED.format(one=person.name, other=double.name)


@action(
    of=Person,
    title=Text("分开重复", "Part doubles"),
    when=lambda person: len(group(_PERSON, person.id)) > 1,
)
def part(store: Store, person: Person) -> Text:
    """Take back that a record is of the same person as others."""
    part_doubles(_PERSON, person.id)
    return Text("已分开：{name}。", "{name} stands alone again.").format(name=person.name)


@view(title=Text("可能重复的人", "Likely doubles"))
def likely(store: Store) -> Table:
    """Names that are alike, those with one telephone number first."""
    doubles = Doubles(_PERSON)
    rows = []
    for each in likely_duplicates():
        first, *others = sorted({doubles.first(id) for id in each.ids})
        names = {row.id: row.name for row in Person.select().where(Person.id.in_([first, *others]))}
        for other in others:
            pair = [Link(names[id], Person, id) for id in (first, other)]
            press = Button(Text("合并", "Join"), "roster.join", {"other": other}, first)
            rows.append([*pair, each.same_phone, press])
    return Table(
        headers=[
            Text("一条", "One"),
            Text("另一条", "The other"),
            Text("电话末四位相同", "Same last four figures"),
            Text("办理", "Do"),
        ],
        rows=rows,
        note=Text("{n} 对，请核对后合并。", "{n} pairs, for a person to judge.").format(
            n=len(rows)
        ),
    )
