"""What to look at of the points: what a person may spend, and the ledger that tells why."""

from __future__ import annotations

from itertools import accumulate

from hongxian import Reference, Store, Text, view
from hongxian.shapes import Table
from hongxian.text import joined
from hongxian_plugins.reward_station.goods.tables import listed
from hongxian_plugins.reward_station.points import ledger
from hongxian_plugins.reward_station.points.records import ACCOUNTS, Entry

_PERSON = Reference(
    "roster.person", verbose_name=Text("志愿者", "Person"), help_text=Text("看谁的。", "Whose.")
)


def name_of(store: Store, person: str) -> str:
    """A person's name, where a roster is installed and knows them; else the end of their id."""
    return store.name_of("roster.person", person) or f"…{person[-6:]}"


@view(title=Text("积分明细", "A person's points"), asks={"person": _PERSON}, menu=False, usual=True)
def points(store: Store, person: str) -> Table:
    """A person's ledger: every line has two sides, and all accounts add up to zero."""
    same, names = ledger.same_person(person), dict(ACCOUNTS)
    entries = list(Entry.select().where(Entry.person.in_(same)).order_by(Entry.day, Entry.id))
    brought = map(ledger.brings, entries)
    total = dict(zip([each.id for each in entries], accumulate(brought), strict=True))
    usable = ledger.usable_by(person)
    held = ledger.balances(*same)
    sums = listed((label, f"{held[name]:+}") for name, label in ACCOUNTS)
    return Table.listing(
        Entry,
        entries,
        "day",
        (Text("科目", "Sides"), lambda e: joined([names[e.source], names[e.target]], _TO)),
        (Text("积分", "Points"), lambda entry: f"{ledger.brings(entry):+}"),
        (Text("结余", "Balance"), lambda entry: total[entry.id]),
        "minutes",
        note=_USABLE.format(name=name_of(store, person), left=usable, sums=sums),
    )


_TO = Text.of(" → ")
_USABLE = Text("{name}：可用 {left} 分；{sums}。", "{name}: {left} usable; {sums}.")
