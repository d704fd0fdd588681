"""A folder that had a hub or a laptop never becomes an empty one by itself; a restore is one step."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import NewDatabase

from command_line import Place, joined, new_hub, serving, sheet_of
from hongxian.errors import DatabaseGone
from hongxian_client.replica.replica import DATABASE, Replica
from hongxian_server.folder import CONFIG
from hongxian_server.folder import DATABASE as HUBS
from hongxian_server.hub import Hub
from hongxian_server.membership.devices import add_team, teams
from places import HELPERS

TEAM = "红马甲管家团"
COMMANDS = (("status",), ("serve", "--port", "0"), ("enrol", TEAM), ("sheet",), ("tidy",))


@pytest.fixture
def hub(tmp_path: Path) -> Place:
    return new_hub(tmp_path / "hub", TEAM)


def lose(path: Path) -> None:
    """Delete a database with its log."""
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()


def lose_what_is_in_it(path: Path) -> None:
    """Leave an empty file where it was."""
    lose(path)
    path.touch()


def misname(path: Path) -> None:
    """Give it the name that a careless copy has."""
    path.rename(path.with_name("HUB.DB"))


@pytest.mark.parametrize("harm", [lose, lose_what_is_in_it, misname])
def test_a_hub_without_its_database_says_so_to_every_command_and_begins_none(
    hub: Place, harm
) -> None:
    harm(hub.folder / HUBS)
    there = set(hub.folder.iterdir())
    for words in COMMANDS:
        told = hub.json("hub", *words, code=1)
        assert told["error"] == "DatabaseGone"
        assert str(hub.folder / HUBS) in told["message"]["zh"]
        assert "hongxian hub restore FILE" in told["message"]["en"]
    assert hub.json("hub", "init", "--community", "又一个", code=1)["error"] == "AlreadyThere"
    assert set(hub.folder.iterdir()) == there, "nothing was made in its place"


def test_a_hub_whose_configuration_is_gone_says_so_and_has_it_back(hub: Place) -> None:
    held = (hub.folder / CONFIG).read_bytes()
    (hub.folder / CONFIG).unlink()
    told = hub.json("hub", "status", code=1)
    assert str(hub.folder / CONFIG) in told["message"]["zh"]
    assert '{"database": null}' in told["message"]["en"]
    assert hub.json("hub", "init", "--community", "又一个", code=1)["error"] == "AlreadyThere"
    (hub.folder / CONFIG).write_bytes(held)
    assert hub.json("hub", "status")["community"] == "示例社区"


def test_a_hub_whose_postgresql_database_is_empty_begins_none(
    new_postgres: NewDatabase, tmp_path: Path
) -> None:
    with new_postgres() as url, new_postgres() as empty:
        hub = Place(tmp_path / "hub")
        hub.json("hub", "init", "--community", "示例社区", "--database", url)
        (hub.folder / CONFIG).write_bytes(
            (hub.folder / CONFIG).read_bytes().replace(*both(url, empty))
        )
        assert hub.json("hub", "status", code=1)["error"] == "DatabaseGone"


def both(*texts: str) -> tuple[bytes, ...]:
    return tuple(each.encode() for each in texts)


@pytest.mark.parametrize("harm", [lose, lose_what_is_in_it])
def test_a_laptop_without_its_database_says_so_and_is_not_empty_of_a_sudden(
    hub: Place, tmp_path: Path, harm
) -> None:
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "laptop", TEAM)
        harm(laptop.folder / DATABASE)
        code = hub.json("hub", "enrol", TEAM)["code"]
        for words in (("status",), ("list", "roster.person"), ("sync",), ("join", url, code)):
            told = laptop.json(*words, code=1)
            assert told["error"] == "DatabaseGone"
            assert str(laptop.folder / DATABASE) in told["message"]["zh"]
            assert "in an empty folder" in told["message"]["en"]
        with pytest.raises(DatabaseGone):  # as the desk opens it
            Replica.open(laptop.folder)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
@pytest.mark.thorough
def test_a_restore_that_is_killed_leaves_the_old_hub_or_the_restored_one(
    hub: Place, tmp_path: Path
) -> None:
    backup, killed = tmp_path / "backup", tmp_path / "killed"
    letters = sheet_of(hub)
    hub.json("hub", "backup", backup)
    hub.json("hub", "team", "add", "后来的队")
    script = HELPERS / "killed_restore.py"
    subprocess.run([sys.executable, script, hub.folder, backup, killed, letters], check=True)
    found = []
    for folder in sorted(killed.iterdir()):
        opened = Hub.open(folder)
        with opened.held(), opened:
            found.append(opened.recovering)
            later = set() if found[-1] else {"后来的队"}
            assert set(teams().values()) == {TEAM, *later}
            add_team(opened, "再来的队")
        assert not [each for each in folder.iterdir() if each.name.startswith("re")]
        kept = list(folder.glob(f"before-restore-*/{HUBS}"))
        assert len(kept) == int(found[-1]), "what it was lies beside it"
    assert found == sorted(found), "once it is restored it stays so"
    assert 5 < sum(found) < len(found) - 5


def test_of_what_restores_replaced_the_first_and_the_last_two_are_kept(
    hub: Place, tmp_path: Path
) -> None:
    backup, letters, kept = tmp_path / "backup", sheet_of(hub), []
    hub.json("hub", "backup", backup)
    for _ in range(4):
        hub.typing(letters).json("hub", "restore", backup)
        there = sorted(hub.folder.glob("before-restore-*"))
        kept += [each for each in there if each not in kept]
    assert there == [kept[0], *kept[-2:]]
