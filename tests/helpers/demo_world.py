"""The demonstration's records for tests of pages: a hub, a laptop that has joined it, and their pages."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
from flask.testing import FlaskClient

from crawling import offers_of, pages
from desks import desk_of, entered
from hongxian.model.row import Change
from hongxian.model.stamp import make_stamp
from hongxian.text import Text
from hongxian_client.desk.desk import Desk
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import Entry
from hongxian_client.sync.report import Report
from hongxian_plugins import knife_grinding, mediation, reward_station, roster, service
from hongxian_server.console.app import make_console
from hongxian_server.hub import Hub
from hongxian_server.membership import keeper
from hongxian_server.ops.network.certificates import Certificates
from hongxian_testing.laptop import open_laptop, with_only
from listening import served
from meeting import meeting

PLUGINS = (knife_grinding, mediation, reward_station, roster, service)
TEAMS = ("红马甲管家团", "老娘舅")
NAMES = ("示例社区", *TEAMS)
PASSWORD = "示例密码 for tests"
_CONFLICT = "01890000-0000-7000-8000-000000000001"


@dataclass
class World:
    """A hub that serves, and a laptop that holds the demonstration's records."""

    hub: Hub
    hub_address: str
    authority: str
    laptop: Replica
    report: Report
    pages: Sequence[str]
    """The addresses of every page of the desk that links lead to, one of each kind."""

    def desk(self) -> Desk:
        """A desk of the laptop, as after its last sync."""
        desk = desk_of(self.laptop)
        desk.last = self.report
        return desk

    def desk_client(self) -> FlaskClient:
        """A browser without a window, come in at the desk."""
        return entered(self.desk())

    def console_client(self) -> FlaskClient:
        """A browser without a window, logged in at the console."""
        console = make_console(self.hub, ["localhost"], self.authority)
        console.config.update(WTF_CSRF_ENABLED=False)
        client = console.test_client()
        assert client.post("/console/log-in", data={"password": PASSWORD}).status_code == 302
        return client


def make_world(folder: Path) -> None:
    """Write a year of records at hub and laptop, some not sent, one refused, one in conflict."""
    with meeting(folder, *PLUGINS) as all_:
        teams = [all_.team(name) for name in TEAMS]
        laptop = all_.laptop(*teams)
        fill(laptop)
        [report] = all_.sync()
        with all_.hub:
            keeper.set_password(all_.hub, PASSWORD)
        with laptop:
            _leave_things_to_do(laptop)
    (folder / "report").write_bytes(orjson.dumps(report))
    (folder / "pages").write_bytes(orjson.dumps([]))
    with world_at(folder) as world:
        with world.laptop:
            seeds = list(offers_of(world.laptop))
        found = [address for address, _ in pages(world.desk_client(), ["/", *seeds])]
    (folder / "pages").write_bytes(orjson.dumps(found))


@contextmanager
def world_at(folder: Path) -> Iterator[World]:
    """What was written there; the hub serves until the end."""
    hub = Hub.open(folder / "hub", plugins=with_only(PLUGINS))
    laptop = Replica.open(folder / "laptop-0", plugins=with_only(PLUGINS))
    report = Report(**orjson.loads((folder / "report").read_bytes()))
    found = orjson.loads((folder / "pages").read_bytes())
    authority = Certificates(hub.folder, ["127.0.0.1"], hub.now()).authority
    with served(hub, authority) as address:
        with laptop, laptop.upkeep(), LaptopState.changing() as state:
            state.hub_url = address
        yield World(hub, address, authority, laptop, report, found)


def make_year(folder: Path) -> None:
    """Write a laptop's year of records, of two teams, which no hub has seen."""
    fill(open_laptop(folder, *PLUGINS, teams={"team-1": TEAMS[0], "team-2": TEAMS[1]}))


def fill(laptop: Replica) -> None:
    """Let every plugin write its part of the demonstration."""
    with laptop:
        laptop.plugins.tell("hongxian_demo_was_asked", store=laptop, seed=7)


def _leave_things_to_do(laptop: Replica) -> None:
    """Some work that is not sent yet, one piece of it refused, and a conflict."""
    person = roster.Person
    ids = laptop.create(person, [{"name": f"示例·新人{number}"} for number in range(3)])
    first = Entry.select().order_by(Entry.position).get()
    reason = orjson.dumps({"name": [Text("请写全名。", "Write the whole name.")]}).decode()
    Entry.update(state="refused", reason=reason).where(Entry.position == first.position).execute()
    stamp = make_stamp(1_772_323_200_000, 0, 7)
    values = {
        "scope": "community",
        "collection": "roster.person",
        "record": ids[1],
        "field": "name",
        "kept": '"示例·新人1"',
        "kept_stamp": stamp,
        "lost": '"示例·新人一"',
        "lost_stamp": stamp + 1,
        "resolved": False,
    }
    change = Change(_CONFLICT, stamp, values, whole=True)
    with laptop.upkeep():
        laptop.collection("hongxian.conflict").insert_columns(
            ["id", "stamp", *change.values],
            [[each] for each in (_CONFLICT, stamp, *values.values())],
        )
