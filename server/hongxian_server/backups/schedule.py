"""Backups that the serving hub makes by itself: each night here, and a copy in further places; old ones go.

What is to be done is found by looking into the folders, so that whatever was missed is done at the next
hour: a hub that was off at night, a disk that was away or full.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

import orjson

from hongxian.collections.local_time import local_moment, moment_of
from hongxian.errors import FileRefused, HongxianError
from hongxian.security.code import GROUP, fingerprint_of
from hongxian.security.keys import write_privately
from hongxian.storage.privacy import make_private_folder, private
from hongxian.storage.whole_file import put_in_place, to_disk
from hongxian.text import Text
from hongxian.words.logs import logger
from hongxian_server.backups import checks
from hongxian_server.backups.backup import backup, refuse_full
from hongxian_server.backups.backup_file import ENDING, BackupFile
from hongxian_server.backups.rotation import kept
from hongxian_server.hub import Hub
from hongxian_server.hub_state import KeptIdentity
from hongxian_server.tables.keeper_log import Act, note

log = logger(__name__)
FOLDER = "backups"
"""Where they are made, in the data folder."""
THERE = "hongxian-backups"
"""The folder in a further place; made when the place is named, so that a disk that is away is no empty place."""
_FILE = "backups.json"
"""Beside the database: no restore changes where backups go."""
_TIME = "%Y-%m-%d-%H%M%S"
_AWAY = Text(
    "不在：磁盘没有接上？没有新的备份到那里",
    "is away: is its disk connected? No new backup goes there",
)
_OWN = Text("请选数据文件夹以外的地方", "choose a place outside of the data folder")
_NO_FOLDER = Text("没有这个文件夹，请先建立它", "there is no such folder; make it first")
_NOT_WHOLE = Text(
    "最新的备份不能用（{why}），请马上再做一个",
    "the newest backup cannot be used ({why}): make another now",
)
_BEHIND = Text("还没有最新的备份", "does not have the newest backup yet")


@dataclass
class Schedule:
    """What the keeper wants, and what went wrong last."""

    hour: int = 2
    """From when on a day's backup is made, by this machine's clock."""
    places: list[str] = field(default_factory=list)
    """Further folders that get each one."""
    drilled: int | None = None
    """When one was opened by the recovery sheet last, in milliseconds since 1970; None for never."""
    troubles: dict[str, dict[str, str]] = field(default_factory=dict)
    """Why the last one was not made, or not copied, by the folder: a `Text` each."""

    @classmethod
    def of(cls, hub: Hub) -> Schedule:
        """The one of a hub."""
        try:
            return cls(**orjson.loads((hub.folder / _FILE).read_bytes()))
        except (FileNotFoundError, orjson.JSONDecodeError, TypeError):
            return cls()

    def keep(self, hub: Hub) -> None:
        """Keep it beside the database."""
        write_privately(hub.folder / _FILE, orjson.dumps(asdict(self)))


@dataclass(frozen=True)
class PlaceState:
    """How it stands with the backups of one folder."""

    place: str
    newest: int | None
    """When its newest was made, in milliseconds since 1970; None for none."""
    trouble: Text | None
    """What the keeper has to know, if anything."""


def add_place(hub: Hub, place: Path) -> None:
    """Let each backup go to a further folder too; raises `FileRefused`, `OSError`."""
    place = place.absolute()
    if not place.is_dir():
        raise FileRefused(file=str(place), detail=_NO_FOLDER)
    if place.resolve().is_relative_to(hub.folder.resolve()):
        raise FileRefused(file=str(place), detail=_OWN)
    make_private_folder(place / THERE)
    schedule = Schedule.of(hub)
    schedule.places = [*dict.fromkeys([*schedule.places, str(place)])]
    schedule.keep(hub)
    _note(hub, schedule)


def is_apart(hub: Hub, place: str) -> bool:
    """Whether a place that is there lies on another disk than the hub."""
    return Path(place).stat().st_dev != hub.folder.stat().st_dev


def drop_place(hub: Hub, place: str) -> None:
    """Let no more go there; what is there stays. Raises `FileRefused` for what is no place of its."""
    schedule = Schedule.of(hub)
    if place not in schedule.places:
        raise FileRefused(file=place, detail=_NO_FOLDER)
    schedule.places.remove(place)
    schedule.troubles.pop(place, None)
    schedule.keep(hub)
    _note(hub, schedule)


def set_hour(hub: Hub, hour: int) -> None:
    """Make each day's backup from this hour on, 0 to 23."""
    schedule = Schedule.of(hub)
    schedule.hour = hour
    schedule.keep(hub)
    _note(hub, schedule)


def note_drill(hub: Hub, path: Path) -> None:
    """A backup was opened by its sheet just now."""
    schedule = Schedule.of(hub)
    schedule.drilled = hub.now()
    schedule.keep(hub)
    with hub:
        note(hub, Act.DRILL, path.name)


def _note(hub: Hub, schedule: Schedule) -> None:
    with hub:
        note(hub, Act.SETTING, f"backups {schedule.hour}:00", *schedule.places)


def back_up_if_due(hub: Hub) -> None:
    """Make the day's backup once its hour has come, and bring further places up to date."""
    keep_up(hub, is_due=_is_due(hub))


def keep_up(hub: Hub, *, is_due: bool = True) -> None:
    """Make a backup, and let each further place have the newest. What fails is kept, to be told."""
    schedule, own = Schedule.of(hub), hub.folder / FOLDER
    troubles: dict[str, dict[str, str]] = {}
    if is_due:
        with _noting(troubles, str(own)):
            make_here(hub)
    for place in schedule.places:
        with _noting(troubles, place):
            _bring_newest(hub, Path(place) / THERE)
    if troubles != schedule.troubles:
        schedule.troubles = troubles
        schedule.keep(hub)


def make_here(hub: Hub) -> Path:
    """Make a backup in the hub's own folder of them, and let old ones go; raises as `backup` does."""
    own = hub.folder / FOLDER
    make_private_folder(own)
    made = local_moment(hub.now())
    path = own / f"hub-{_mark(hub)}-{made:{_TIME}}{ENDING}"
    backup(hub, path)
    checks.keep(path, checks.whole(path, hub.now()))
    _let_old_ones_go(hub, own)
    return path


def backups_in(hub: Hub, folder: Path) -> dict[datetime, Path]:
    """The backups of this hub in a folder, by when they were made, the newest first."""
    pattern = re.compile(rf"hub-{_mark(hub)}-(\d{{4}}-\d\d-\d\d-\d{{6}}){re.escape(ENDING)}")
    found: dict[datetime, Path] = {}
    for path in sorted(folder.glob(f"hub-*{ENDING}"), reverse=True):
        if named := pattern.fullmatch(path.name):
            with suppress(ValueError):  # somebody else's name
                found[datetime.strptime(named[1], _TIME)] = path
    return found


def places(hub: Hub) -> list[PlaceState]:
    """How it stands, the hub's own folder first."""
    schedule, own = Schedule.of(hub), hub.folder / FOLDER
    newest = next(iter(backups_in(hub, own)), None)
    told = [_state(hub, str(own), own, schedule, None)]
    return told + [
        _state(hub, each, Path(each) / THERE, schedule, newest) for each in schedule.places
    ]


def _state(
    hub: Hub, place: str, folder: Path, schedule: Schedule, wanted: datetime | None
) -> PlaceState:
    there = backups_in(hub, folder)
    newest = next(iter(there), None)
    found = checks.last_check(there[newest]) if newest else None
    trouble: Text | None = None
    if place in schedule.places and not folder.is_dir():
        trouble = _AWAY
    elif place in schedule.troubles:
        trouble = Text(**schedule.troubles[place])
    elif wanted and newest != wanted:
        trouble = _BEHIND
    elif found:
        trouble = _NOT_WHOLE.format(why=found.why) if found.why else None
    return PlaceState(place, moment_of(newest) if newest else None, trouble)


def newest_check(hub: Hub) -> checks.Check | None:
    """What was found when the newest backup in the hub's own folder was read whole last."""
    newest = next(iter(backups_in(hub, hub.folder / FOLDER).values()), None)
    return checks.last_check(newest) if newest else None


def _is_due(hub: Hub) -> bool:
    """Whether the newest is from before the hour that came last, or from a time that has not come."""
    now = local_moment(hub.now())
    hour = datetime.combine(now, time(Schedule.of(hub).hour))
    since = hour if hour <= now else hour - timedelta(days=1)
    newest = next(iter(backups_in(hub, hub.folder / FOLDER)), None)
    return newest is None or not since <= newest <= now


def _bring_newest(hub: Hub, there: Path) -> None:
    """Copy the newest backup to a further place, and read it back there before old ones go."""
    newest = next(iter(backups_in(hub, hub.folder / FOLDER).values()), None)
    if not there.is_dir():
        log.warning("a place for backups is away")  # `places` tells which, as long as it is
        return
    if newest is None or (there / newest.name).exists():
        return
    path, unfinished = there / newest.name, there / f"{newest.name}.part"
    refuse_full(there, path, newest.stat().st_size)
    try:
        with newest.open("rb") as file, open(unfinished, "wb", opener=private) as copy:
            shutil.copyfileobj(file, copy)
        to_disk(unfinished)
        BackupFile.of(unfinished).check()
        put_in_place(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    _let_old_ones_go(hub, there)
    log.info("copied a backup bytes=%d", path.stat().st_size)


def _let_old_ones_go(hub: Hub, folder: Path) -> None:
    """To be called only once a new one is there and whole."""
    there = backups_in(hub, folder)
    for made in there.keys() - kept(there):
        there[made].unlink()
        checks.forget(there[made])


def _mark(hub: Hub) -> str:
    """Tells the backups of one hub from another's in one folder: how its codes begin."""
    with hub:
        return fingerprint_of(KeptIdentity.read().identity)[:GROUP]


@contextmanager
def _noting(troubles: dict[str, dict[str, str]], place: str) -> Iterator[None]:
    """Let what fails here stop nothing else, and be told."""
    try:
        yield
    except HongxianError as error:
        troubles[place] = asdict(error.text)
    except OSError as error:
        troubles[place] = asdict(Text.of(f"{place}: {error.strerror or error}"))
    if place in troubles:
        log.warning("no backup where one should be")
