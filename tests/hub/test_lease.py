"""One hub on a PostgreSQL database, and no other by accident."""

import os
import shutil
import signal
from pathlib import Path

import peewee
import psycopg
import pytest
from conftest import NewDatabase

from command_line import Place, hub_by_itself, joined
from disks import Disk
from hongxian.errors import InUse
from hongxian.storage import postgres
from hongxian.storage.postgres import Postgres
from hongxian_server.hub import Hub, own_name
from hongxian_server.membership import devices

TEAM = "甲队"


def break_off(url: str) -> None:
    """As if who holds the database had not renewed for long."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE hongxian_lease SET until = '-infinity'")


def new_hub(place: Place, url: str) -> Place:
    place.json("hub", "init", "--community", "示例社区", "--database", url)
    place.json("hub", "team", "add", TEAM)
    return place


def test_a_second_hub_is_refused_and_told_who_holds_the_database(
    tmp_path: Path, new_postgres: NewDatabase
) -> None:
    """Also when it is a copy of the first one's folder."""
    copy = Place(tmp_path / "copy")
    with new_postgres() as url:
        first = new_hub(Place(tmp_path / "first"), url)
        shutil.copytree(first.folder, copy.folder)
        with Hub.open(first.folder).held():
            refused = copy.json("hub", "serve", "--port", "0", code=1)
            assert refused["error"] == "InUse"
            assert own_name(first.folder) in refused["message"]["zh"]
            assert first.json("hub", "status")["held_by"] == own_name(first.folder)
            first.json("hub", "team", "add", "乙队")  # a command writes beside it
        assert first.json("hub", "status")["held_by"] == ""
        with Hub.open(copy.folder).held():
            pass


def test_a_hub_holds_its_database_through_a_restart(
    tmp_path: Path, new_postgres: NewDatabase
) -> None:
    with new_postgres() as url:
        hub, other = Hub.open(new_hub(Place(tmp_path / "hub"), url).folder), Postgres(url)
        with hub.held(), hub.kept_open():
            for name in ("乙队", "丙队"):
                with hub:
                    devices.add_team(hub, name)
                with pytest.raises(InUse), other.hold("other"):
                    pass
                Disk(tmp_path, url).end_connections()
        with other.hold("other"):
            pass


@pytest.mark.thorough
def test_a_hub_that_was_killed_is_started_again_and_waits_for_its_own_lease(
    tmp_path: Path, new_postgres: NewDatabase
) -> None:
    with new_postgres() as url:
        hub = new_hub(Place(tmp_path / "hub"), url)
        with hub.process("hub", "serve", "--port", "0", "--json") as process:
            process.stdout.readline()
            process.kill()
        with hub_by_itself(hub):
            assert str(hub.folder) in hub.json("hub", "status")["held_by"]


@pytest.mark.thorough
def test_a_hub_that_was_stopped_and_passed_over_takes_nothing_in_until_it_holds_again(
    tmp_path: Path, new_postgres: NewDatabase
) -> None:
    copy = Place(tmp_path / "copy")
    with new_postgres() as url:
        hub = new_hub(Place(tmp_path / "hub"), url)
        with hub_by_itself(hub) as (address, process):
            laptop = joined(hub, address, tmp_path / "laptop", TEAM)
            laptop.json("add", "roster.person", "name=示例·甲")
            before = hub.json("hub", "status")["records"]
            os.kill(process, signal.SIGSTOP)
            break_off(url)
            shutil.copytree(hub.folder, copy.folder, ignore=shutil.ignore_patterns("*.lock"))
            with Hub.open(copy.folder).held():
                os.kill(process, signal.SIGCONT)
                refused = laptop.json("sync", code=3)
                assert own_name(copy.folder) in refused["message"]["zh"]
                assert hub.json("hub", "status")["records"] == before
            while laptop("sync", "--json").code == 3:  # it takes it back by itself
                pass
            assert hub.json("hub", "status")["records"] > before


def test_a_writer_that_stands_still_is_passed_over_and_cannot_commit(
    tmp_path: Path, new_postgres: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_postgres() as url:
        hub = Hub.open(new_hub(Place(tmp_path / "hub"), url).folder)
        monkeypatch.setattr(postgres, "STANDSTILL_SECONDS", 1)

        def write_and_be_passed_over() -> None:
            with hub, hub.upkeep():
                with Postgres(url).hold("other"):
                    pass
                devices.add_team(hub, "乙队")

        with pytest.raises(peewee.DatabaseError):
            write_and_be_passed_over()
        with hub:
            assert list(devices.teams().values()) == [TEAM]
