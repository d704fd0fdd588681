"""A hub moves between SQLite and PostgreSQL with all that it holds, and its backups are the same files over both."""

import shutil
from datetime import date, datetime, time
from pathlib import Path

import pytest
from conftest import NewDatabase
from hypothesis import given
from hypothesis import strategies as st

from hongxian.errors import FileRefused, InUse
from hongxian.plugins.failing.errors import FILE
from hongxian.plugins.loading import Plugins
from hongxian.storage.database import AnyDatabase
from hongxian.storage.postgres import Postgres
from hongxian.wire.digest import digests
from hongxian_server.backups.backup import backup
from hongxian_server.backups.copying import (
    NotEmpty,
    PluginsAway,
    copy_to_file,
    copy_to_postgres,
    plain,
)
from hongxian_server.backups.recovery_sheet import new_sheet
from hongxian_server.backups.restore import IN_A_FILE, restore
from hongxian_server.backups.sources import Backup
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.ops.journal_check import JournalCheck, check_journal
from hongxian_testing.laptop import with_only
from samples import SAMPLE, Thing

NOT_THE_HUBS = {"hongxian_lease", "sqlite_sequence", "sqlite_stat1"}
moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(
    lambda each: each.replace(microsecond=0)
)
things = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40),
            "note": st.none() | st.just("") | st.just("示例\n’\\N\t;"),
            "most": st.none() | st.integers(-(2**53) + 1, 2**53 - 1),
            "day": st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
            "moment": st.none() | moments,
            "hour": st.none() | st.just(time(8, 30)) | st.just(time(23, 59, 59)),
            "ready": st.booleans(),
        }
    ),
    max_size=4,
)


def all_of(database: AnyDatabase) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in an order of its own, as SQLite would give it."""
    found = {}
    for table, columns in database.relations().items():
        if columns and table not in NOT_THE_HUBS:
            named = ", ".join(f'"{each}"' for each in sorted(columns))
            rows = database.execute_sql(f'SELECT {named} FROM "{table}"').fetchall()
            found[table] = sorted((tuple(map(plain, row)) for row in rows), key=repr)
    return found


@given(rows=things)
def test_every_row_of_every_table_is_the_same_there_and_back(
    rows: list[dict[str, object]],
    tmp_path_factory: pytest.TempPathFactory,
    new_postgres: NewDatabase,
) -> None:
    folder = tmp_path_factory.mktemp("moving")
    plugins = with_only((SAMPLE,))
    hub = Hub.init(folder / "hub", "示例社区", plugins=plugins)
    with hub:
        devices.add_team(hub, "甲队")
        for row in rows:
            Thing.create(**row)
        before, told = all_of(hub.database), digests()
    with new_postgres() as url:
        copy_to_postgres(folder / "hub" / "hub.db", url, plugins)
        there = Hub._at(folder / "hub", url, None, plugins, hub.now)
        with there:
            assert all_of(there.database) == before
            assert digests() == told
        (folder / "back").mkdir()
        copy_to_file(there, folder / "back" / "hub.db")
    back = Hub._at(folder / "back", None, None, plugins, hub.now)
    with back:
        assert all_of(back.database) == before
        assert {(each.name, each.ready, each.day) for each in Thing.select()} == {
            (row["name"], row["ready"], row["day"]) for row in rows
        }


def moved(folder: Path, hub: Hub, database: str | None) -> Hub:
    """A hub after a backup of it was restored into another database."""
    with hub:
        sheet = new_sheet(hub)
    file = folder / f"{len(list(folder.glob('*.age')))}.age"
    backup(hub, file)
    return restore(hub.folder, Backup(file), lambda: sheet, database)


def test_a_hub_that_moved_goes_on_where_it_was(tmp_path: Path, new_postgres: NewDatabase) -> None:
    """What the database itself numbers goes on too."""
    hub = Hub.init(tmp_path / "hub", "示例社区", plugins=Plugins(installed=False))
    with hub:
        devices.add_team(hub, "甲队")
    with new_postgres() as url:
        for place, where in enumerate((url, IN_A_FILE)):
            hub = moved(tmp_path, hub, where)
            assert bool(hub.database.postgres) == (place == 0)
            with hub:
                devices.add_team(hub, f"乙队{place}")
                assert len(devices.teams()) == 2 + place
                check_journal(hub)
                assert JournalCheck.read().journal_broken is None


def test_a_process_of_another_machine_writes_no_more_in_the_database_that_a_hub_left(
    tmp_path: Path, new_postgres: NewDatabase
) -> None:
    with new_postgres() as url:
        hub = Hub.init(
            tmp_path / "hub", "示例社区", database_url=url, plugins=Plugins(installed=False)
        )
        hub.database.share(is_shared=True)
        shutil.copytree(hub.folder, tmp_path / "elsewhere")
        elsewhere = Hub.open(tmp_path / "elsewhere")
        with elsewhere.held():
            with elsewhere:
                devices.add_team(elsewhere, "甲队")
            moved(tmp_path, hub, IN_A_FILE)
            with elsewhere, pytest.raises(InUse):
                devices.add_team(elsewhere, "乙队")


def test_over_postgresql_a_hub_asks_where_it_is_to_be_restored(
    tmp_path: Path, new_postgres: NewDatabase
) -> None:
    with new_postgres() as url:
        hub = Hub.init(
            tmp_path / "hub", "示例社区", database_url=url, plugins=Plugins(installed=False)
        )
        with pytest.raises(FileRefused, match="sqlite"):
            moved(tmp_path, hub, None)
        with pytest.raises(NotEmpty):
            moved(tmp_path, hub, url)
        with hub:
            devices.add_team(hub, "甲队")  # what is there goes on


def test_what_belongs_to_a_plugin_that_is_away_goes_into_a_backup_and_into_no_postgresql(
    tmp_path: Path, new_postgres: NewDatabase
) -> None:
    with new_postgres() as url:
        hub = Hub.init(tmp_path / "hub", "示例社区", database_url=url, plugins=with_only((SAMPLE,)))
        with hub:
            made = Thing.create(name="示例", ready=True, day=date(2026, 3, 1))
        without = Hub.open(hub.folder, plugins=with_only(()))
        back = moved(tmp_path, without, IN_A_FILE)
        again = Hub.open(back.folder, plugins=with_only((SAMPLE,)))
        with again:
            found = Thing.get_by_id(made.id)
            assert (found.name, found.ready, found.day) == ("示例", True, date(2026, 3, 1))
    with new_postgres() as url:
        with pytest.raises(PluginsAway, match="sample_thing"):
            copy_to_postgres(back.folder / "hub.db", url, with_only(()))
        target = Postgres(url)
        with target.connection_context():
            assert not target.relations(), "it is as empty as before, and may be tried again"


def test_behind_a_backup_over_postgresql_what_goes_wrong_in_a_plugin_is_told_in_the_hubs_folder(
    tmp_path: Path, new_postgres: NewDatabase
) -> None:
    with new_postgres() as url:
        plugins = with_only((SAMPLE,))
        hub = Hub.init(tmp_path / "hub", "示例社区", database_url=url, plugins=plugins)
        (tmp_path / "copy").mkdir()
        copy_to_file(hub, tmp_path / "copy" / "hub.db")
        plugins.all[0].failed("示例", ValueError("示例"))
        assert (hub.folder / FILE).exists()
