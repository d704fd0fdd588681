"""Backups that the hub makes by itself: which stay, where else they go, and what is told when one is not made."""

import shutil
import threading
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_line import Place
from consoles import keepers, page, send
from hongxian.collections.local_time import moment_of
from hongxian.errors import FileRefused
from hongxian.plugins.loading import Plugins
from hongxian_server.backups import checks, schedule
from hongxian_server.backups.drill import records_in
from hongxian_server.backups.recovery_sheet import new_sheet
from hongxian_server.backups.rotation import kept
from hongxian_server.backups.schedule import THERE, Schedule, back_up_if_due, keep_up, places
from hongxian_server.http.community import Community
from hongxian_server.http.serve import HERE, serve, server_of
from hongxian_server.hub import Hub
from hongxian_server.ops.overview import overview
from test_hourly import DEADLINE, in_time

NIGHT = datetime(2026, 3, 1, 2, 30)


class Held:
    """A hub's clock that stands still until it is set."""

    def __init__(self, hub: Hub) -> None:
        self.set(NIGHT)
        hub.now = lambda: moment_of(self.now)

    def set(self, now: datetime) -> None:
        self.now = now


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    hub = Hub.init(tmp_path / "hub", "示例社区", plugins=Plugins(installed=False))
    with hub:
        new_sheet(hub)
    return hub


@pytest.fixture
def clock(hub: Hub) -> Held:
    return Held(hub)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """A second disk."""
    (tmp_path / "disk").mkdir()
    return tmp_path / "disk"


def here(hub: Hub) -> list[datetime]:
    return list(schedule.backups_in(hub, hub.folder / schedule.FOLDER))


def there(hub: Hub, disk: Path) -> list[datetime]:
    return list(schedule.backups_in(hub, disk / THERE))


# -- which stay ----------------------------------------------------------------------------------


def test_of_daily_backups_seven_days_four_weeks_and_twelve_months_stay() -> None:
    days: set[datetime] = set()
    for number in range(800):
        days = kept({*days, NIGHT + timedelta(days=number)})
    newest = NIGHT + timedelta(days=799)  # Sunday, 9 May 2028
    assert {each for each in days if each > newest - timedelta(days=7)} == {
        newest - timedelta(days=back) for back in range(7)
    }
    assert len({each.isocalendar()[:2] for each in days if each > newest - timedelta(days=27)}) == 4
    assert len({(each.year, each.month) for each in days}) == 12
    assert len(days) <= 7 + 4 + 12


TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1))


@given(st.sets(TIMES, min_size=1, max_size=60))
def test_the_newest_always_stays_and_nothing_more_goes_the_second_time(made: set[datetime]) -> None:
    stay = kept(made)
    assert max(made) in stay <= made
    assert kept(stay) == stay
    assert len(stay) <= 7 + 4 + 12


def test_of_nothing_nothing_stays() -> None:
    assert kept([]) == set()


# -- when, and where -----------------------------------------------------------------------------


def test_a_day_has_one_from_its_hour_on_and_what_was_missed_is_made_later(
    hub: Hub, clock: Held
) -> None:
    made = []
    for now in (
        datetime(2026, 3, 1, 2, 0),
        datetime(2026, 3, 1, 23, 0),  # the same day
        datetime(2026, 3, 2, 1, 59),  # its hour has not come
        datetime(2026, 3, 2, 9, 0),  # the hub was off at night
        datetime(2026, 3, 2, 10, 0),
        datetime(2025, 3, 2, 10, 0),  # the clock was a year ahead
    ):
        clock.set(now)
        back_up_if_due(hub)
        made += [each for each in here(hub) if each not in made]
    assert [each.date() for each in made] == [date(2026, 3, 1), date(2026, 3, 2), date(2025, 3, 2)]
    schedule.set_hour(hub, 11)
    for now, newest in ((datetime(2026, 3, 2, 10, 59), 9), (datetime(2026, 3, 2, 11, 0), 11)):
        clock.set(now)
        back_up_if_due(hub)
        assert here(hub)[0].hour == newest


def test_a_second_place_gets_each_one_and_the_one_it_missed_once_it_is_back(
    hub: Hub, clock: Held, disk: Path, tmp_path: Path
) -> None:
    with hub:
        schedule.add_place(hub, disk)
    back_up_if_due(hub)
    assert there(hub, disk) == here(hub) == [NIGHT.replace(second=0)]
    away = disk.rename(tmp_path / "away")
    disk.mkdir()  # where it was mounted
    clock.set(NIGHT + timedelta(days=1))
    back_up_if_due(hub)
    assert [each.trouble is None for each in places(hub)] == [True, False]
    assert not list(disk.iterdir()), "nothing goes to an empty mount point"
    with hub:
        told = overview(hub)["backups"][1]
        assert "磁盘没有接上" in told["trouble"].zh
        shown = page(keepers(hub), "/console/overview")
    assert "is its disk connected?" in shown
    disk.rmdir()
    away.rename(disk)
    assert "does not have the newest" in places(hub)[1].trouble.en
    clock.set(NIGHT + timedelta(days=1, hours=1))
    back_up_if_due(hub)
    assert there(hub, disk) == here(hub)
    assert [each.trouble for each in places(hub)] == [None, None]


def test_a_copy_that_does_not_fit_or_is_cut_off_takes_no_name_and_lets_nothing_go(
    hub: Hub, clock: Held, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hub:
        schedule.add_place(hub, disk)
    back_up_if_due(hub)
    before = there(hub, disk)
    clock.set(NIGHT + timedelta(days=1))

    def cut(source: object, into: object) -> None:
        into.write(source.read(1000))

    with monkeypatch.context() as patch:
        patch.setattr("hongxian_server.backups.schedule.shutil.copyfileobj", cut)
        keep_up(hub)
    assert "cut off" in places(hub)[1].trouble.en
    with monkeypatch.context() as patch:
        patch.setattr("hongxian_server.backups.backup.LEAST_FREE_BYTES", 2**62)
        keep_up(hub, is_due=False)
    assert "nearly full" in places(hub)[1].trouble.en
    assert [each.name for each in (disk / THERE).iterdir() if ".part" in each.name] == []
    assert there(hub, disk) == before


def test_old_ones_go_in_every_place_and_nobody_elses(hub: Hub, clock: Held, disk: Path) -> None:
    with hub:
        schedule.add_place(hub, disk)
    keep_up(hub)
    [first] = schedule.backups_in(hub, disk / THERE).values()
    others = ["hub-22222-2020-01-01-020000.age", "hub.age", "notes.txt"]
    for folder in (hub.folder / schedule.FOLDER, disk / THERE):
        for name in others:
            (folder / name).touch()
        for back in range(1, 400):
            name = first.name.replace(
                "2026-03-01-023000", f"{NIGHT - timedelta(days=back):{schedule._TIME}}"
            )
            (folder / name).touch()
            checks.keep(folder / name, checks.whole(folder / name, 0))
    clock.set(NIGHT + timedelta(days=1))
    keep_up(hub)
    for folder in (hub.folder / schedule.FOLDER, disk / THERE):
        assert len(schedule.backups_in(hub, folder)) <= 7 + 4 + 12
        assert all((folder / name).exists() for name in others)
        for found in folder.glob("*.checked"):
            assert found.with_suffix("").exists(), "what was found of one goes with it"


def test_a_hub_without_a_sheet_tells_why_it_has_no_backup(tmp_path: Path) -> None:
    hub = Hub.init(tmp_path / "hub", "示例社区", plugins=Plugins(installed=False))
    back_up_if_due(hub)
    assert "hongxian hub sheet" in places(hub)[0].trouble.en
    with hub:
        new_sheet(hub)
    back_up_if_due(hub)
    assert places(hub)[0].trouble is None


def test_the_command_tells_by_its_code_that_no_backup_was_made(
    hub: Hub, tmp_path: Path, disk: Path
) -> None:
    Hub.init(tmp_path / "bare", "示例社区", plugins=Plugins(installed=False))
    assert Place(tmp_path / "bare")("hub", "backup").code == 1
    assert Place(tmp_path / "bare")("hub", "backup", "--schedule").code == 0
    schedule.add_place(hub, disk)
    shutil.rmtree(disk)
    assert Place(hub.folder)("hub", "backup").code == 0, "it is made here, though not there"


def test_no_place_is_taken_that_is_none_or_lies_in_the_hubs_own_folder(
    hub: Hub, tmp_path: Path
) -> None:
    for wrong in (tmp_path / "none", hub.folder, hub.folder / "plugins"):
        with pytest.raises(FileRefused):
            schedule.add_place(hub, wrong)
    assert Schedule.of(hub).places == []


def test_a_damaged_schedule_is_the_usual_one(hub: Hub) -> None:
    (hub.folder / "backups.json").write_text("{")
    assert Schedule.of(hub) == Schedule()


def test_a_hub_that_serves_makes_them_by_itself_and_what_it_takes_in_does_not_wait(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("hongxian_server.http.serve.TIDY_SECONDS", 0.05)
    with hub:
        sheet = new_sheet(hub)
    served, ready = Community(hub, HERE), threading.Event()
    server = server_of(served, hub.folder, "127.0.0.1", 0)
    serving = threading.Thread(target=serve, args=(served, server, ready.set))
    serving.start()
    try:
        assert ready.wait(DEADLINE)
        assert in_time(lambda: bool(here(hub)))
    finally:
        server.stop()
        serving.join()
    [path] = schedule.backups_in(hub, hub.folder / schedule.FOLDER).values()
    assert records_in(path, sheet, tmp_path) == 0


def test_the_keeper_says_hour_and_places_on_the_console(hub: Hub, disk: Path) -> None:
    keeper, path = keepers(hub), "/console/backups"
    assert send(keeper, path).location == path
    send(keeper, f"{path}/hour", path, hour="5")
    send(keeper, f"{path}/places", path, place=str(disk))
    assert there(hub, disk) == here(hub) != []
    shutil.rmtree(disk)
    shown = page(keeper, path)
    assert str(disk) in shown
    assert "is its disk connected?" in shown
    assert 'value="5"' in shown
    send(keeper, f"{path}/places/drop", path, place=str(disk))
    assert str(disk) not in page(keeper, path)
