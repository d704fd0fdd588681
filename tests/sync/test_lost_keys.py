"""A key's file that is gone or damaged: whoever needs it is told which file, and what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import Place, encrypted, joined, new_hub, serving, sheet_of
from desks import desk_of, entered
from hongxian.errors import KeyLost
from hongxian_client.desk.running import Syncing
from hongxian_client.replica.replica import KEY, Replica
from hongxian_server.folder import CONFIG, DATABASE
from hongxian_server.history.erasing import FILE
from hongxian_server.http.serve import make_server
from hongxian_server.hub import Hub
from hongxian_server.identity import IDENTITY, RETIRED
from hongxian_server.ops.network.certificates import AUTHORITY, AUTHORITY_KEY, SERVER
from signing import new_key
from sweeps import sweep
from test_succession import TEAM

Harm = Callable[[Path], None]
HARMS: dict[str, Harm] = {
    "gone": Path.unlink,
    "cut": lambda path: path.write_bytes(path.read_bytes()[:20]) and None,
    "another": lambda path: path.write_bytes(new_key().seed) and None,
}


@pytest.fixture
def hub(tmp_path: Path) -> Place:
    return new_hub(tmp_path / "hub", TEAM)


@pytest.fixture(params=sweep(HARMS))
def harm(request: pytest.FixtureRequest) -> Harm:
    harm: Harm = request.param
    return harm


def test_a_hub_without_its_key_says_which_file_and_what_to_do(hub: Place, harm: Harm) -> None:
    letters, key = sheet_of(hub), (hub.folder / IDENTITY).read_bytes()
    harm(hub.folder / IDENTITY)
    with pytest.raises(KeyLost):
        make_server(Hub.open(hub.folder), "127.0.0.1", 0)
    for words in (["hub", "enrol", TEAM], ["hub", "sheet"]):
        told = hub.json(*words, code=1)
        assert told["error"] == "KeyLost"
        assert str(hub.folder / IDENTITY) in told["message"]["zh"]
        assert "hongxian hub restore" in told["message"]["en"]
    assert hub.json("hub", "status")["community"] == "示例社区"
    (hub.folder / IDENTITY).unlink(missing_ok=True)
    told = hub.typing(letters)("hub", "restore", "--unsigned", hub.folder / DATABASE)
    assert told.code == 0
    assert (hub.folder / IDENTITY).read_bytes() == key
    hub.json("hub", "enrol", TEAM)


def test_a_damaged_key_is_never_written_over(tmp_path: Path) -> None:
    place = Place(tmp_path / "hub")
    place.folder.mkdir()
    (place.folder / IDENTITY).write_bytes(b"half a key")
    assert place.json("hub", "init", "--community", "示例", code=1)["error"] == "KeyLost"
    assert (place.folder / IDENTITY).read_bytes() == b"half a key"


@pytest.mark.parametrize("content", [b"", b"\xff{", b"[]", b"{}"])
def test_a_hub_whose_configuration_is_damaged_says_what_it_should_be(
    hub: Place, content: bytes
) -> None:
    (hub.folder / CONFIG).write_bytes(content)
    told = hub.json("hub", "status", code=1)
    assert str(hub.folder / CONFIG) in told["message"]["zh"]
    assert '{"database": null}' in told["message"]["en"]


def test_a_hub_whose_list_of_erasures_is_damaged_says_what_to_do(hub: Place) -> None:
    (hub.folder / FILE).write_bytes(b"[{")
    told = hub.json("hub", "tidy", code=1)
    assert str(hub.folder / FILE) in told["message"]["zh"]
    assert "remove it" in told["message"]["en"]
    (hub.folder / FILE).unlink()
    hub.json("hub", "tidy")


def test_a_hub_reads_past_what_is_damaged_among_the_keys_before_its_own(hub: Place) -> None:
    (hub.folder / RETIRED).write_bytes(b"\xff\xfe no key\n")
    hub.json("hub", "enrol", TEAM)


@pytest.mark.parametrize("name", [AUTHORITY, AUTHORITY_KEY, SERVER])
def test_certificates_that_are_damaged_are_made_anew_and_laptops_go_on(
    hub: Place, tmp_path: Path, name: str, harm: Harm
) -> None:
    """They only encrypt: the hub's key vouches for whichever it has."""
    with encrypted(hub) as url:
        laptop = joined(hub, url, tmp_path / "laptop", TEAM)
    harm(hub.folder / name)
    hub.json("hub", "status")
    with encrypted(hub) as url:
        laptop.json("add", "roster.person", "name=示例·甲")
        assert laptop.json("sync", "--hub", url)["sent"] == 1


def test_a_laptop_without_its_key_says_which_file_and_syncs_when_it_is_back(
    hub: Place, tmp_path: Path, harm: Harm
) -> None:
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "laptop", TEAM)
        laptop.json("add", "roster.person", "name=示例·未送")
        key = (laptop.folder / KEY).read_bytes()
        harm(laptop.folder / KEY)
        for words in (
            ["sync"],
            ["sync", "--watch"],
            ["bundle", "out", tmp_path / "stick"],
            ["join", url, hub.json("hub", "enrol", TEAM)["code"]],
        ):
            told = laptop.json(*words, code=1)
            assert told["error"] == "KeyLost"
            assert str(laptop.folder / KEY) in told["message"]["zh"]
            assert "hongxian export" in told["message"]["en"]
        laptop("export", "roster.person", tmp_path / "people.csv")
        assert "示例·未送" in (tmp_path / "people.csv").read_text("utf-8-sig")
        (laptop.folder / KEY).write_bytes(key)
        assert laptop.json("sync")["sent"] == 1


def test_the_desk_opens_without_the_key_and_its_line_tells(
    hub: Place, tmp_path: Path, harm: Harm
) -> None:
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "laptop", TEAM)
        key = (laptop.folder / KEY).read_bytes()
        harm(laptop.folder / KEY)
        desk = desk_of(Replica.open(laptop.folder))
        syncing = Syncing(desk)
        syncing.begin()
        assert isinstance(desk.last, KeyLost)
        assert KEY in entered(desk).get("/sync-line").text
        (laptop.folder / KEY).write_bytes(key)
        desk.sync_soon()
        syncing.end()
        assert not isinstance(desk.last, KeyLost)
        assert KEY not in entered(desk).get("/sync-line").text
