"""How a PostgreSQL database is named: as libpq has it, with several hosts, and through pgbouncer."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import NewDatabase, require
from psycopg.conninfo import conninfo_to_dict

from command_line import Place, joined, serving
from hongxian.errors import Refused
from hongxian.storage.postgres import Postgres, shown
from meeting import meeting
from postgres import bounced
from samples import PEOPLE, Person
from system_packages import PGBOUNCER

SECRET = "p@ss:wörd/%?#"
CODED = quote(SECRET, safe="")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://a:{}@h/name", "postgresql://h/name"),
        ("postgres://a:{}@h1:5433,h2:5434/name?sslmode=require", "postgresql://h1:5433,h2:5434/name"),
        ("postgresql://a:{}@h1,h2/name?port=6432", "postgresql://h1:6432,h2:6432/name"),
        ("postgresql://a@[::1]:5433,h/name?password={}", "postgresql://::1:5433,h/name"),
        ("postgresql:///name?host=/var/run/x&user=a&password={}", "postgresql://%2Fvar%2Frun%2Fx/name"),
        ("postgresql://a:{}@%2Fvar%2Frun/%E7%A4%BE%E5%8C%BA", "postgresql://%2Fvar%2Frun/%E7%A4%BE%E5%8C%BA"),
    ],
)  # fmt: skip
def test_an_address_is_taken_as_libpq_takes_it_and_shown_without_its_password(
    address: str, told: str
) -> None:
    database = Postgres(address.format(CODED))
    assert database.connect_params["password"] == SECRET
    assert shown(address.format(CODED)) == database.database == told


def test_what_an_address_says_stands_instead_of_what_is_usual() -> None:
    usual = Postgres("postgresql://h/name").connect_params
    said = Postgres("postgresql://h/name?connect_timeout=3&options=-c%20x%3D1").connect_params
    assert (usual["connect_timeout"], usual["target_session_attrs"]) == ("10", "read-write")
    assert (said["connect_timeout"], said["options"]) == ("3", "-c x=1")


@pytest.mark.parametrize(
    "address",
    ["postgresql://a:secret@h/name?nothing=1", "postgresql://a:secret@[h/name", "postgresql://a:sec%ret@h"],
)  # fmt: skip
def test_an_address_that_cannot_be_read_is_refused_and_not_quoted(
    address: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused):
        Postgres(address)
    for command in (("init", "--community", "示例", "--database"), ("restore",)):
        said = Place(tmp_path / "hub")("hub", *command, address)
        assert said.code == 1
        assert "%40" in said.err
        assert "sec" not in said.err


def with_a_host_that_is_away(url: str) -> str:
    there = conninfo_to_dict(url)["host"]
    return url.replace(quote(there, safe=""), quote(f"/nowhere,{there}"))


def test_of_two_hosts_the_one_that_is_there_is_found_by_every_command(
    new_postgres: NewDatabase, tmp_path: Path
) -> None:
    hub, other, third = (Place(tmp_path / name) for name in ("hub", "other", "third"))
    with new_postgres() as url:
        two = with_a_host_that_is_away(url)
        hub.json("hub", "init", "--community", "示例社区", "--database", two)
        hub.json("hub", "team", "add", "甲队")
        with serving(hub) as served:
            joined(hub, served, tmp_path / "laptop", "甲队")
        assert hub.json("hub", "restore", two)["file"] == shown(two)
        other.json("hub", "init", "--succeed", two)
        assert other.json("hub", "status")["community"] == "示例社区"
        refused = third.json("hub", "init", "--community", "示例社区", "--database", two, code=1)
        assert shown(two) in refused["message"]["zh"]


@pytest.mark.parametrize(
    "settings", [(), ("server_lifetime = 0",)], ids=["reused sessions", "a session each"]
)
def test_hub_and_laptops_work_through_pgbouncer(
    settings: Sequence[str], new_postgres: NewDatabase, tmp_path: Path
) -> None:
    """More than five times the same, after which psycopg would else have its statements prepared."""
    require(PGBOUNCER)
    with (
        new_postgres() as url,
        bounced(url, settings) as through,
        meeting(tmp_path, PEOPLE, url=through) as met,
        met.hub.held(),
    ):
        met.team("甲队")
        laptops = [met.laptop("甲队") for _ in range(2)]
        for number in range(8):
            for laptop in laptops:
                with laptop:
                    Person.create(name=f"示例·{number}")
            assert [each.sent for each in met.sync()] == [1, 1]
        met.agree()
