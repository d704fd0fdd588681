"""The keeper's log: each act with who did it, in a chain that shows what was changed in it."""

from pathlib import Path

import pytest

from hongxian.plugins.loading import Plugins
from hongxian.text import Text
from hongxian_server.hub import Hub
from hongxian_server.tables import keeper_log
from hongxian_server.tables.keeper_log import (
    Act,
    Actor,
    KeeperEntry,
    Road,
    acting,
    first_broken_entry,
    forget,
    note,
    note_refused_log_in,
)


@pytest.fixture
def hub(tmp_path: Path, database_url: str | None) -> Hub:
    return Hub.init(
        tmp_path / "hub", "示例社区", database_url=database_url, plugins=Plugins(installed=False)
    )


def noted() -> list[tuple]:
    every = KeeperEntry.select().order_by(KeeperEntry.number)
    return [(each.act, each.road, each.name, each.address, each.words) for each in every]


@pytest.mark.either_database
def test_an_act_is_noted_with_who_did_it_and_by_which_way(hub: Hub, monkeypatch) -> None:
    monkeypatch.setenv("LOGNAME", "ting")
    monkeypatch.delenv("SUDO_USER", raising=False)
    with hub:
        with acting(Actor(Road.CONSOLE, "7", "192.0.2.1")):
            note(hub, Act.TEAM_ADDED, "巡逻队")
        note(hub, Act.REVOKED, 3, "示例·电脑")
        monkeypatch.setenv("SUDO_USER", "lan")
        note(hub, Act.BACKUP)
        assert noted() == [
            (Act.TEAM_ADDED, "console", "7", "192.0.2.1", ["巡逻队"]),
            (Act.REVOKED, "command", "ting", "", ["3", "示例·电脑"]),
            (Act.BACKUP, "command", "lan (ting)", "", []),
        ]
        assert first_broken_entry() is None


@pytest.mark.parametrize(
    "changed",
    [
        {"at": 1},
        {"act": Act.TEAM_ADDED},
        {"road": "laptop"},
        {"name": "nobody"},
        {"address": "192.0.2.9"},
        {"about": '["4"]'},
    ],
)
def test_what_is_changed_in_an_entry_is_found(hub: Hub, changed: dict[str, object]) -> None:
    with hub:
        for device in range(1, 5):
            note(hub, Act.REVOKED, device)
        second = KeeperEntry.select().order_by(KeeperEntry.number).offset(1).first()
        KeeperEntry.update(changed).where(KeeperEntry.number == second.number).execute()
        assert first_broken_entry() == second.number


@pytest.mark.parametrize(("place", "found"), [(0, 2), (1, 3), (3, 4)])
def test_an_entry_that_is_taken_out_is_missed_also_the_last(
    hub: Hub, place: int, found: int
) -> None:
    with hub:
        for device in range(1, 5):
            note(hub, Act.REVOKED, device)
        KeeperEntry.delete().where(KeeperEntry.number == place + 1).execute()
        assert first_broken_entry() == found


def test_what_an_act_was_about_can_be_forgotten_and_the_chain_holds(hub: Hub) -> None:
    with hub:
        for name in ("示例·甲", "示例·乙"):
            note(hub, Act.ERASED, name)
        forget(hub, KeeperEntry.select().where(KeeperEntry.number == 1))
        assert [each[-1] for each in noted()] == [None, ["示例·乙"], ["1"]]
        assert first_broken_entry() is None
        kept = KeeperEntry.get_by_id(1)
        assert kept.salt is None, "with which a guess at the name could be confirmed"


def test_the_log_keeps_its_newest_entries_and_the_chain_holds(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper_log, "MOST", 10)
    monkeypatch.setattr(keeper_log, "AT_ONCE", 5)
    with hub:
        for device in range(40):
            note(hub, Act.REVOKED, device)
        assert 10 <= len(noted()) <= 15
        assert noted()[-1][-1] == ["39"]
        assert first_broken_entry() is None
        KeeperEntry.select().order_by(KeeperEntry.number).first().delete_instance()
        assert first_broken_entry() is not None, "the oldest that is kept is missed as well"


def test_who_guesses_all_day_fills_no_log(hub: Hub) -> None:
    with hub:
        note(hub, Act.BACKUP)
        for _ in range(50):
            note_refused_log_in(hub, Text("密码不对", "wrong password"))
        assert len(noted()) == 1 + keeper_log.FAILED_AN_HOUR


def test_an_act_that_is_not_done_is_not_noted(hub: Hub) -> None:
    with hub:
        with hub.database.atomic() as commit:
            note(hub, Act.BACKUP)
            commit.rollback()
        assert noted() == []
        assert first_broken_entry() is None


def test_letters_that_turn_or_hide_others_are_left_out(hub: Hub) -> None:
    with hub, acting(Actor(Road.LAPTOP, "a\u202eb\x00", "1\u200b2")):
        note(hub, Act.JOINED, "c\u2066\nd")
        assert noted() == [(Act.JOINED, "laptop", "ab", "12", ["cd"])]


def test_each_act_fits_its_column() -> None:
    assert max(map(len, Act)) <= KeeperEntry.act.max_length
    assert max(map(len, Road)) <= KeeperEntry.road.max_length


def test_long_words_are_cut_before_they_are_kept(hub: Hub) -> None:
    with hub, acting(Actor(Road.LAPTOP, "n" * 1000, "a" * 1000)):
        note(hub, Act.JOINED, "w" * 1000)
        ((_act, _road, name, address, words),) = noted()
    assert (len(name), len(address), len(words[0])) == (200, 80, 200)
