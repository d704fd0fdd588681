"""What a release left on disk, every later one opens: nothing is lost, and work goes on where it stood."""

import pkgutil
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import orjson
import pytest

import hongxian
import hongxian_client
import hongxian_plugins
import hongxian_server
from demo_world import PLUGINS
from hongxian import Store
from hongxian.model.stamp import wall_clock
from hongxian.storage.state import Setting, State
from hongxian.version import __version__
from hongxian.wire.digest import digests
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_client.replica.unsent.outbox import Entry, EntryState
from hongxian_client.review import attention, conflicts
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_plugins.knife_grinding import Booking
from hongxian_plugins.reward_station.goods.records import Lot, Movement
from hongxian_plugins.roster import Person
from hongxian_plugins.service import Tally
from hongxian_server.history.erasing import receipts
from hongxian_server.hub import Hub
from hongxian_server.membership import keeper
from hongxian_server.ops.held import held_for_keeper, let_pass
from hongxian_server.tables.access import incarnations
from hongxian_server.tables.journal import first_broken_block
from hongxian_testing.laptop import with_only
from laptops import problems_of
from listening import served
from make_release import HUB, LAPTOP, PASSWORD, RELEASES, TOLD, Records, records_of

ALL = sorted(path for path in RELEASES.iterdir() if path.is_dir())
BOTH = ({'"active"', '"dormant"'}, {'"2026-03-02"', '"2026-03-03"'})
"""What two laptops wrote in one field: in the release 0.2, and in later ones."""
YEARS = timedelta(days=3 * 365) // timedelta(milliseconds=1)


def in_years() -> int:
    return wall_clock() + YEARS


@dataclass
class Old:
    """A hub and a laptop of a release, opened with the present one."""

    hub: Hub
    laptop: Replica
    told: dict[str, Records]
    """What each of the two held when it was kept."""
    is_release: bool
    """Whether it is no state between two releases, which may leave what nobody reads any more."""


def opened(release: Path, folder: Path, now: Callable[[], int] = wall_clock) -> Old:
    for name in (HUB, LAPTOP):
        with tarfile.open(release / f"{name}.tar.xz") as packed:
            packed.extractall(folder, filter="data")
    return Old(
        hub=Hub.open(folder / HUB, plugins=with_only(PLUGINS), now=now),
        laptop=Replica.open(folder / LAPTOP, plugins=with_only(PLUGINS), now=now),
        told=orjson.loads((release / TOLD).read_bytes()),
        is_release="+" not in release.name,
    )


@pytest.fixture(params=ALL, ids=lambda path: path.name)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Old:
    return opened(request.param, tmp_path)


def shape_of(store: Store) -> dict[str, set[str]]:
    """The columns and indexes of every table, but for those that SQLite names itself: a table keeps
    the kind of key that it was made with."""
    database = store.database
    with store:
        return {
            table: {
                f"{each.name} {each.data_type.partition('(')[0]}"  # SQLite asks for no length
                for each in database.get_columns(table)
            }
            | {
                f"index {each.name}"
                for each in database.get_indexes(table)
                if not each.name.startswith("sqlite_autoindex")
            }
            for table in database.get_tables()
        }


def states(cls: type[State] = State) -> Iterator[type[State]]:
    """Every class of states that there is."""
    for each in cls.__subclasses__():
        yield each
        yield from states(each)


def test_this_release_is_among_them() -> None:
    assert __version__.rpartition(".")[0] in [each.name for each in ALL]


def test_every_record_reads_as_it_did(old: Old) -> None:
    for store in (old.hub, old.laptop):
        now, told = records_of(store), old.told[store.kind]
        assert {name: now[name].keys() for name in told} == {n: told[n].keys() for n in told}
        for name, records in told.items():
            for id, values in records.items():
                later = (
                    now[name][id].keys() - values.keys()
                )  # fields that came with a later release
                assert {n: v for n, v in now[name][id].items() if n not in later} == values
        assert not problems_of(store)


def test_no_table_column_or_setting_is_left_behind_under_a_name_that_nobody_reads(
    old: Old, tmp_path: Path
) -> None:
    """What was renamed needs a step that brings over what is held under the former name."""
    new_hub = Hub.init(tmp_path / "new hub", "示例社区", plugins=with_only(PLUGINS))
    new_laptop = Replica.open(tmp_path / "new laptop", plugins=with_only(PLUGINS))
    for there, new in ((old.hub, new_hub), (old.laptop, new_laptop)):
        is_now, wanted = shape_of(there), shape_of(new)
        assert {name: wanted[name] - is_now.get(name, set()) for name in wanted} == {
            name: set() for name in wanted
        }
        assert is_now == wanted or not old.is_release
    for room in (hongxian, hongxian_client, hongxian_plugins, hongxian_server):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            import_module(module.name)
    known = {each.name for cls in states() for each in fields(cls)}
    for store in (old.hub, old.laptop):
        with store:
            assert {each.name for each in Setting.select()} <= known
            for collection in store.collections.values():
                extra = f'SELECT count(*) FROM "{collection.table}" WHERE extra IS NOT NULL'
                assert store.database.execute_sql(extra).fetchone() == (0,), collection.name


def test_what_waited_for_somebody_waits_still(old: Old) -> None:
    with old.laptop:
        assert [outbox.count(each) for each in EntryState] == [5, 0, 1, 0, 2, 0]
        bumped, first, second = attention.rejected_transactions()
        assert (bumped.state, bumped.taken and bumped.taken.fields) == (
            "bumped",
            ["day", "bench", "slot"],
        )
        assert (first.deletes, second.deletes) == (True, True)
        [conflict] = conflicts.open_conflicts()
        assert {conflict.kept, conflict.lost} in BOTH
        [kept] = (old.laptop.folder / "kept").iterdir()
        assert "示例·甲001" in kept.read_text("utf-8")
    with old.hub:
        assert first_broken_block() is None
        assert keeper.is_password(PASSWORD)
        assert sorted(each.state for each in incarnations()) == ["live", "live", "revoked"]
        offer, deletion = sorted(held_for_keeper(old.hub), key=lambda each: len(each.ids))
        assert (offer.what, deletion.what, len(deletion.ids)) == ("offer", "deletion", 2)
        [receipt] = receipts(old.hub)
        assert (receipt.by, receipt.waits_for) == ("示例管理员", [])


@pytest.mark.parametrize("now", [wall_clock, in_years], ids=["now", "years later"])
@pytest.mark.parametrize("release", ALL, ids=lambda path: path.name)
def test_hub_and_laptop_go_on_where_they_stood(
    release: Path, now: Callable[[], int], tmp_path: Path
) -> None:
    old = opened(release, tmp_path, now)
    with served(old.hub) as address, old.laptop as laptop:
        with laptop.upkeep(), LaptopState.changing() as state:
            state.hub_url = address
        report = sync(laptop, post_to_hub(laptop))
        assert (report.sent, report.refused) == (4, 1)
        assert not report.differs
        with old.hub:
            let_pass(old.hub, held_for_keeper(old.hub))
        sync(laptop, post_to_hub(laptop))
        assert [each.state for each in Entry.select()] == [EntryState.REFUSED]
        [bumped] = attention.rejected_transactions()
        attention.discard(laptop, bumped.number)
        with old.hub:
            hubs = digests()
            assert not held_for_keeper(old.hub)
        assert digests() == hubs
    for store in (old.hub, old.laptop):
        with store:
            names = {each.name: each for each in Person.select()}
            assert names.keys() == {"示例·甲001", "示例·未送", "示例·补回"}
            assert names["示例·甲001"].skills == {"磨刀", "理发"}
            assert (Tally.get().people, Lot.get().stock.spent) == (5, 2)
            assert Movement.select().count() == 2
            assert Booking.get().name == "示例·dormant"
            assert not problems_of(store)
