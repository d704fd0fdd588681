"""A laptop's database of a chosen size: the demonstration's year, copied until there is enough of it.

A copy has an id of its own, refers to copies, and bears an invented name; it is older than the year it was
made of, so what a page shows first is that year. It is put in as a pull would put it in.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

from hongxian.collections.builtin import Task
from hongxian.collections.collection import Collection
from hongxian.engine.store import Store
from hongxian.text import Text, packed
from hongxian.words.values import Value
from hongxian_client.replica.replica import Replica
from hongxian_client.search.index import read_on
from hongxian_plugins import knife_grinding, mediation, reward_station, roster, service
from hongxian_testing.laptop import TEAM, open_laptop

PLUGINS = (knife_grinding, mediation, reward_station, roster, service)
Originals = dict[str, dict[str, list[Value]]]
"""Columns by name, by collection."""
SHARES = {
    "roster.person": 1.0,
    "roster.membership": 1.0,
    "roster.contact": 1.0,
    "service.activity": 0.05,
    "service.attendance": 1.0,
    "knife_grinding.day": 0.01,
    "knife_grinding.booking": 1.0,
    "reward_station.lot": 0.001,
    "reward_station.movement": 1.0,
    "reward_station.entry": 1.0,
    "hongxian.task": 1.0,
}
"""What grows in a community, each as a part of the largest; those that others refer to come first."""
_OVER = {
    "knife_grinding.booking": "AND state LIKE '%>called_back'",
    "roster.person": "AND state LIKE '%>active'",
}
"""Of which originals there are copies: what lies years back is over, and waits for nobody."""
SEED = 20230301
AT_ONCE = 10_000
OPEN_TASKS = 40
"""That wait for somebody, of however many there were."""
AT_ONE_ACTIVITY = 60
"""People who sign in at the newest of the copied activities."""
YEARS = 8
"""Over which the copies lie, all before the year that they are copies of."""
_A_YEAR = timedelta(days=364)
_SURNAMES = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹柏章苏潘葛范彭单曾"
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰梅建国文红小晓春生海燕志永云飞新凤林波辉"
    "鹏宇浩然雨欣怡佳琪子涵梓轩博思远嘉宁安康乐天成德福贵荣祥瑞泽润清源泉松柏竹青山峰岭石川江河湖"
)


def filled_laptop(folder: Path, records: int) -> Replica:
    """A laptop of the bundled plugins that holds about so many records of the growing collections."""
    laptop = open_laptop(folder, *PLUGINS, teams=TEAM)
    with laptop:
        laptop.plugins.tell("hongxian_demo_was_asked", store=laptop, seed=SEED)
        laptop.create(Task, [{"text": Text("看一看", "Look into it")}])
        fill(laptop, originals(laptop), records)
        for kind in laptop.collections.values():
            while read_on(laptop, kind):
                pass
    return laptop


def originals(store: Store) -> Originals:
    """What there are to be copies of, here."""
    return {
        name: dict(zip(kind.stored_names, kind.columns_where(condition), strict=True))
        for name in SHARES
        for kind, condition in [(store.collection(name), f"NOT deleted {_OVER.get(name, '')}")]
    }


def fill(store: Store, of: Originals, records: int) -> None:
    """Copies, about so many in all."""
    chance, each = random.Random(SEED), records / sum(SHARES.values())
    made: dict[str, list[str]] = {}
    for place, (name, share) in enumerate(SHARES.items()):
        kind, count = store.collection(name), int(each * share)
        numbers = iter(range(count))
        made[name] = [f"01890000-{place:04x}-7000-8000-{number:012x}" for number in range(count)]
        while some := list(islice(numbers, AT_ONCE)):
            columns = dict(_copies(kind, of[name], some, made, chance))
            with store.upkeep():
                kind.insert_columns(list(columns), list(columns.values()))


def _copies(
    kind: Collection,
    of: dict[str, list[Value]],
    numbers: list[int],
    made: dict[str, list[str]],
    chance: random.Random,
) -> Iterator[tuple[str, list[Value]]]:
    """The columns of some copies, by name."""
    drawn = [chance.randrange(len(of["id"])) for _ in numbers]
    before = [chance.randint(1, YEARS) * _A_YEAR for _ in numbers]
    for name, values in of.items():
        copied = [values[each] for each in drawn]
        column = kind.columns.get(name)
        if name == "id":
            copied = [made[kind.name][number] for number in numbers]
        elif name == "seq":
            copied = [1 for _ in numbers]
        elif (kind.name, name) in _WRITTEN:
            copied = [_WRITTEN[kind.name, name](number, chance) for number in numbers]
        elif column is not None and (known := made.get(column.reference or "")):
            copied = [each and chance.choice(known) for each in copied]
            if (kind.name, name) == ("service.attendance", "activity") and numbers[0] == 0:
                copied[:AT_ONE_ACTIVITY] = [known[-1]] * len(copied[:AT_ONE_ACTIVITY])
        elif column is not None and (read := _MOMENTS.get(column.widget)):
            pairs = zip(copied, before, strict=True)
            copied = [each and (read(each) - by).isoformat() for each, by in pairs]
        yield name, copied


_MOMENTS = {"date": date.fromisoformat, "datetime-local": datetime.fromisoformat}
"""How fields travel that tell when, by how a person fills them in."""


def _name(_: int, chance: random.Random) -> str:
    return chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=2 - (chance.random() < 0.1)))


def _matter(number: int, chance: random.Random) -> str:
    who = _name(number, chance)
    return packed(Text(f"{who}的签退没有登记", f"{who} has not signed out"))


_WRITTEN = {
    ("roster.person", "name"): _name,
    ("knife_grinding.booking", "name"): _name,
    ("knife_grinding.booking", "bench"): lambda *_: None,
    ("knife_grinding.booking", "grinder"): lambda *_: None,
    ("roster.contact", "phone"): lambda _, chance: f"100{chance.randrange(10**8):08d}",
    ("roster.contact", "address"): lambda n, _: f"示例小区–{n % 90}幢–{n % 4}单元–{n % 600}室",
    ("hongxian.task", "text"): _matter,
    ("roster.membership", "until"): lambda *_: "2025-10-31",
    ("hongxian.task", "done"): lambda number, _: number >= OPEN_TASKS,
}
"""What of a copy is its own: names, numbers, and no place that a claim would give to one alone."""
