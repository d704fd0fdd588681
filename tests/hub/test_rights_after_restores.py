"""A hub that is put back gives nothing back that was taken away since: codes, laptops' access, their teams."""

import shutil
from pathlib import Path

import pytest
from conftest import Once

from command_line import Place, joined, new_hub, serving, sheet_of
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership import devices
from hongxian_server.tables.access import incarnations
from hongxian_server.tables.membership import scopes_held

TEAM, OTHER = "甲队", "乙队"
STOPPED, MOVED = "stopped", "moved"


def make_backup(folder: Path) -> None:
    """A hub with two laptops and a code of which a backup is made; then one laptop is stopped, one leaves a team."""
    hub = new_hub(folder / "hub", TEAM, OTHER)
    (folder / "letters").write_text(sheet_of(hub))
    with serving(hub) as url:
        for name in (STOPPED, MOVED):
            joined(hub, url, folder / name, TEAM, OTHER)
        (folder / "code").write_text(hub.json("hub", "enrol", TEAM)["code"])
        hub.json("hub", "backup", folder / "backup.age")
    with Hub.open(hub.folder) as opened:
        for each in devices.pending_codes(opened):
            devices.withdraw_codes(opened, [each.code_hash])
        devices.revoke(opened, devices.called(STOPPED).number)
        devices.withdraw(opened, devices.called(MOVED).number, OTHER)


@pytest.fixture
def folder(once: Once, tmp_path: Path) -> Path:
    shutil.copytree(once(make_backup), tmp_path, dirs_exist_ok=True)
    return tmp_path


def restored(folder: Path, name: str) -> Place:
    hub = Place(folder / name)
    letters = (folder / "letters").read_text()
    hub.typing(letters).json("hub", "restore", folder / "backup.age")
    return hub


def held(hub: Place, name: str) -> set[str]:
    """The teams of a laptop; none once it was stopped."""
    with Hub.open(hub.folder):
        laptop = next(each for each in incarnations() if each.name == name)
        return set() if laptop.revoked else {devices.teams()[s] for s in scopes_held(laptop.laptop)}


def test_where_the_hub_still_is_what_was_taken_from_laptops_stays_taken(folder: Path) -> None:
    hub = restored(folder, "hub")
    assert held(hub, STOPPED) == set()
    assert held(hub, MOVED) == {TEAM}
    with Hub.open(hub.folder):
        assert HubState.read().put_back_at == 0
    with serving(hub) as url:
        Place(folder / MOVED).json("sync", "--hub", url)
        said = Place(folder / STOPPED).json("sync", "--hub", url, code=1)
    assert said["error"] == "DeviceRevoked"


def test_on_another_machine_the_keeper_is_told_whom_to_stop_again(folder: Path) -> None:
    hub = restored(folder, "another")
    assert held(hub, STOPPED) == {TEAM, OTHER}, "else nobody need be told"
    with Hub.open(hub.folder):
        assert HubState.read().put_back_at > 0
    said = Place(folder / "third").typing((folder / "letters").read_text())(
        "hub", "restore", folder / "backup.age"
    )
    assert "hongxian hub devices" in said.out


@pytest.mark.parametrize("name", ["hub", "another"])
def test_no_code_of_before_lets_anybody_in(folder: Path, name: str) -> None:
    hub = restored(folder, name)
    with serving(hub) as url:
        code = (folder / "code").read_text()
        said = Place(folder / "new").json("join", url, code, "--name", "new", code=1)
    assert said["error"] == "CodeRefused"


def test_where_the_former_database_is_damaged_the_restore_goes_on_and_says_so(folder: Path) -> None:
    (folder / "hub" / "hub.db").write_bytes(b"no database")
    hub = restored(folder, "hub")
    with Hub.open(hub.folder):
        assert HubState.read().put_back_at > 0
