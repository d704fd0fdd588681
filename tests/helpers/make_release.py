"""Writing a hub's and a laptop's folder of this release, which every later release is to open.

    .venv/bin/python tests/helpers/make_release.py

leaves them in a folder of `tests/releases/`, with what both hold, by value.
"""

import tarfile
import tempfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import orjson

from demo_world import PLUGINS, TEAMS
from hongxian import Store
from hongxian.merges import adding, plus
from hongxian.plugins.offers import Action
from hongxian.records import COMMUNITY, Somebody, new_id
from hongxian.version import __version__
from hongxian.words.values import json_safe
from hongxian_client.replica.kept_files import keep_file, of_rows
from hongxian_client.replica.replica import Replica
from hongxian_plugins import knife_grinding
from hongxian_plugins.reward_station.goods.records import Lot, Merchant, Pledge
from hongxian_plugins.roster import Contact, Membership, Person
from hongxian_plugins.service import Activity, Attendance, Tally
from hongxian_server.backups.recovery_sheet import new_sheet
from hongxian_server.history.erasing import erase
from hongxian_server.hub_state import HubState
from hongxian_server.membership import devices, keeper
from hongxian_server.tables.held_offers import hold
from meeting import Meeting, meeting
from offering import ask
from places import TOP

RELEASES = TOP / "tests" / "releases"
HUB, LAPTOP, TOLD = "hub", "laptop-0", "told.json"
PASSWORD = "示例密码 for tests"
LEFT_OUT = (".lock", "-wal", "-shm")
"""How the names of files end that hold nothing while no process has the folder open."""
Records = dict[str, dict[str, dict[str, Any]]]
"""By collection and id: the record's maker and values."""


def make_release(folder: Path) -> None:
    """Let a community live for a while, and keep how it is then."""
    with tempfile.TemporaryDirectory() as made:
        with meeting(Path(made), *PLUGINS) as met:
            live(met)
        told = {}
        for store in (met.hub, met.laptops[0]):
            told[store.kind] = records_of(store)
            with store:
                store.database.empty_log()
        folder.mkdir(parents=True)
        for name in (HUB, LAPTOP):
            with tarfile.open(folder / f"{name}.tar.xz", "w:xz") as packed:
                packed.add(Path(made) / name, name, filter=_nobodys)
        (folder / TOLD).write_bytes(orjson.dumps(told))


def records_of(store: Store) -> Records:
    """Every record that a store holds, as what travels of it."""
    with store:
        return {
            name: {
                row.id: json_safe({"maker": row.maker, **row.values})
                for row in collection.rows("1 = 1 ORDER BY id")
            }
            for name, collection in sorted(store.collections.items())
        }


def live(met: Meeting) -> None:
    """Leave one of each thing that a database keeps; the first laptop's folder is the one that is kept."""
    stewards, _ = map(met.team, TEAMS)
    first, second, third = met.laptop(*TEAMS), met.laptop(TEAMS[0]), met.laptop(TEAMS[0])
    write_records(first, stewards)
    with second:
        for name in ("示例·别机一", "示例·别机二"):
            Person.create(name=name)
    know_all(met)
    with first:
        Person.delete().where(Person.name == "示例·误记").execute()
        erased = Person.get(Person.name == "示例·要抹去")
        keep_file(first, "overwritten", of_rows("roster.person", _rows(first, "示例·甲001")))
    with met.hub:
        erase(met.hub, [("roster.person", erased.id)], "示例管理员")
    know_all(met)
    for laptop, name, day in ((second, "dormant", 2), (first, "active", 3)):
        with laptop:
            Person.update(joined=date(2026, 3, day)).where(Person.name == "示例·甲001").execute()
            knife_grinding.Booking.create(
                name=f"示例·{name}",
                knives=2,
                day=knife_grinding.Day.get().id,
                slot=time(9),
                bench=1,
                state="slotted",
                scope=stewards,
            )
    met.sync(second, first)
    look_after(met, third)
    with first:
        for person in list(Person.select().where(Person.name.startswith("示例·别机"))):
            person.delete_instance()
    met.sync(first)
    with first:
        Person.create(name="示例·未送")
        Person.update(skills=adding("理发")).where(Person.name == "示例·甲001").execute()
        Tally.update(people=plus(2)).execute()
        act(first, "reward_station.take", Lot.get().id, amount=2, whom="courier")


def know_all(met: Meeting) -> None:
    """Every laptop has what it may see, and the hub knows that it has."""
    for _ in range(3):
        met.sync()


def write_records(laptop: Replica, stewards: str) -> None:
    """Records of every bundled plugin."""
    with laptop:
        for name in ("示例·误记", "示例·要抹去"):
            Person.create(name=name)
        one = Person.create(name="示例·甲001", skills={"磨刀"}, joined=date(2026, 3, 1))
        Membership.create(person=one.id, role="leader", scope=stewards)
        Contact.create(person=one.id, phone="10000000001", scope=stewards)
        shift = Activity.create(title="值班", day=date(2026, 3, 1), scope=stewards)
        Attendance.create(
            activity=shift.id,
            person=one.id,
            signed_in=datetime(2026, 3, 1, 9),
            signed_out=datetime(2026, 3, 1, 10),
            scope=stewards,
        )
        Tally.create(activity=shift.id, label="磨剪刀", people=3, scope=stewards)
        knife_grinding.Day.create(
            title="磨刀日", date=date(2099, 5, 8), ends=time(10), scope=stewards
        )
        act(
            laptop,
            "mediation.accept",
            registered_on=date(2026, 3, 2),
            committee="示例社区人民调解委员会",
            kind="neighbours",
            summary="示例：楼上漏水",
            applicant=Somebody("示例·甲001"),
            respondent=Somebody("示例·乙002"),
        )
        shop = Merchant.create(name="示例·晨露超市")
        pledge = Pledge.create(item="瓶装水", amount=10, merchant=shop.id, scope=COMMUNITY)
        act(laptop, "reward_station.receive", pledge.id, received=10, received_on=date(2026, 3, 3))
        act(laptop, "reward_station.shelve", pledge.id, amount=10, expires=None, place=None)


def look_after(met: Meeting, revoked: Replica) -> None:
    """What the hub's keeper does; nothing that much is deleted by passes without the keeper's word."""
    with revoked:
        number = revoked.writer().number
    with met.laptops[1] as laptop:
        offers = laptop.writer().laptop
    with met.hub as hub:
        keeper.set_password(hub, PASSWORD)
        new_sheet(hub)
        devices.make_code(hub, TEAMS)
        devices.revoke(hub, number)
        with hub.upkeep(), HubState.changing() as state:
            state.deletions_free = state.deletions_percent = 0
            [lost] = _rows(hub, "示例·甲001")
            lost.id = new_id()
            lost.put("name", "示例·补回", lost.stamp)
            hold("roster.person", [lost], offers, hub.now())


def act(laptop: Replica, name: str, id: str | None = None, /, **values: Any) -> None:
    """Let a plugin do what it offers."""
    ask(laptop, Action, name, id, **values)


def _rows(store: Store, name: str) -> list[Any]:
    return list(store.collections["roster.person"].rows("name = ?", (name,)))


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """A file as it is packed, without who made it; None for one that holds nothing."""
    if entry.name.endswith(LEFT_OUT):
        return None
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


if __name__ == "__main__":
    make_release(RELEASES / __version__.rpartition(".")[0])
