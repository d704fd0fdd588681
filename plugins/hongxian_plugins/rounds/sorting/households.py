"""Households by building and month on a grid; buildings, and never a household, in the red and the black list."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from peewee import CharField

from hongxian import Store, Text, action, local_today, view
from hongxian.records import asked_as, team_for
from hongxian.shapes import Beside, Button, Cells, Go, Grid, GridRow, Print, Table
from hongxian_plugins.rounds.setting import RoundRules
from hongxian_plugins.rounds.sorting.records import Household, household_id, month_of

_BUILDING = asked_as(Household.building, null=True, default=None)
_MONTH = CharField(
    verbose_name=Text("月份", "Month"),
    max_length=7,
    null=True,
    help_text=Text("如 2026-03；留空是本月。", "Such as 2026-03; empty for this one."),
)
MOST = 300
_COUNTS = ("right", "mixed", "none", "talked")


def buildings() -> list[str]:
    """Those of which a household was ever counted."""
    query = Household.select(Household.building).distinct().order_by(Household.building)
    return [building for (building,) in query.tuples()]


@view(title=Text("户分类", "Households"), asks={"building": _BUILDING, "month": _MONTH})
def households(
    store: Store, building: str | None = None, month: str | None = None
) -> Grid | Beside:
    """A row for each household of a building, a press for each bag that was looked at."""
    building, month = building or next(iter(buildings()), ""), month or month_of(local_today(store))
    more = Text("加一户", "Add a household")
    scope = team_for(store)
    rooms = Household.select(Household.room).where(Household.building == building).distinct()
    held = {
        each.room: each
        for each in Household.select().where(
            Household.building == building, Household.month == month
        )
    }
    names = sorted({*held, *(room for (room,) in rooms.tuples())})[:MOST]
    return Grid(
        of=Household,
        title=Text("{building} {month}", "{building} {month}").format(
            building=building, month=month
        ),
        columns=[Cells(each, step=1) for each in _COUNTS],
        rows=[
            GridRow(
                room,
                held[room].id if room in held else "",
                key=room,
                given=_given(scope, building, room, month),
            )
            for room in names
        ],
        note=_INSIDE,
        presses=[
            *(
                Go(each, {"building": each}, here=each == building)
                for each in buildings()
                if each != building
            ),
            Button(more, "rounds.add_household", {"building": building or None, "month": month}),
            Print(Text("户分类月表", "Month's table"), "rounds.household_month"),
        ],
    )


_INSIDE = Text(
    "户的情况只在本队看；对外只说幢。罚不罚由主管部门定，志愿者只劝导。",
    "What is known of a household stays in the team; others hear of buildings. Volunteers persuade.",
)


def _given(scope: str, building: str, room: str, month: str) -> dict[str, str]:
    id = household_id(scope, building, room, month)
    return {"id": id, "building": building, "room": room, "month": month, "scope": scope}


@action(
    title=Text("加一户", "Add a household"),
    menu=False,
    asks={"building": Household.building, "room": Household.room, "month": _MONTH},
)
def add_household(store: Store, building: str, room: str, month: str | None) -> Text:
    """A household that was not counted yet."""
    scope = team_for(store)
    given = _given(scope, building, room, month or month_of(local_today(store)))
    if not Household.select().where(Household.id == given["id"]).exists():
        Household.create(**given)
    return Text("加上了", "On the list")


@dataclass(frozen=True)
class Block:
    """What a building did in a month."""

    building: str
    households: int
    bags: int
    right: int

    @property
    def percent(self) -> int:
        """Of 100 bags how many were sorted right."""
        return self.right * 100 // self.bags if self.bags else 0


def blocks(store: Store, month: str) -> list[Block]:
    """Buildings with so many households that nobody is known by them, the best first."""
    least = RoundRules.now(store).least_households
    rooms = defaultdict[str, set[str]](set)
    query = Household.select(Household.building, Household.room).distinct()
    for building, room in query.tuples():
        rooms[building].add(room)
    bags: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for each in Household.select().where(Household.month == month):
        bags[each.building][0] += each.right + each.mixed + each.none
        bags[each.building][1] += each.right
    found = [
        Block(building, len(rooms[building]), all_bags, right)
        for building, (all_bags, right) in bags.items()
        if len(rooms[building]) >= least and all_bags
    ]
    return sorted(found, key=lambda each: (-each.percent, each.building))


def listed(store: Store, month: str) -> tuple[list[Block], list[Block]]:
    """The red list and the black one."""
    rules, found = RoundRules.now(store), blocks(store, month)
    red = [each for each in found if each.percent >= rules.red_from]
    black = [each for each in found if each.percent < rules.black_below]
    return red, black


@view(title=Text("红黑榜", "Red and black list"), menu=False, asks={"month": _MONTH})
def red_and_black(store: Store, month: str | None = None) -> Table:
    """Buildings by how much was sorted right; small ones are left out."""
    month = month or month_of(local_today(store))
    red, black = listed(store, month)
    told = {
        **dict.fromkeys(red, Text("红榜", "Red")),
        **dict.fromkeys(black, Text("黑榜", "Black")),
    }
    least = RoundRules.now(store).least_households
    return Table(
        [
            Text("幢", "Building"),
            Text("户数", "Households"),
            Text("准确率", "Right"),
            Text("榜", "List"),
        ],
        [
            [each.building, each.households, f"{each.percent}%", told.get(each, "")]
            for each in blocks(store, month)
        ],
        note=Text(
            "{month}；不到 {least} 户的幢不列，户名门牌一概不上榜（个人信息保护法 25）。",
            "{month}; buildings of fewer than {least} {least:household|households} are left out, "
            "and no household is named.",
        ).format(month=month, least=least),
    )
