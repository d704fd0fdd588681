"""A hub and laptops in one process, over a network, clocks and disks that a test draws.

All of it is the real code on real files: a laptop's requests pass through the hub's Flask app.
What is simulated is only what fails in life: requests and answers are lost, late or repeated,
processes die in the middle of a statement, clocks jump, disks are restored and copied.
"""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from beginning import BEGINNING, Beginning, rejoin
from disks import Disk
from dying import Killed, dying
from hongxian.engine.scrub import PASS_MILLISECONDS
from hongxian.errors import DeviceRevoked, HubOutOfReach, Unauthorized
from hongxian.security.keys import SigningKey
from hongxian.wire.hub.identity import HubStatement
from hongxian.wire.signed import Asker
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.report import Report
from hongxian_client.sync.session import sync
from hongxian_client.transport.line import Carried
from hongxian_client.transport.link import Introduced, Link
from hongxian_server.history.erasing import FILE, erase, erase_again
from hongxian_server.http.app import make_app
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.ops.held import held_for_keeper, let_pass
from hongxian_server.ops.scrub import accept, scrub
from hongxian_server.ops.tidy import tidy
from hongxian_server.sync.incarnation import end_recovery, start_epoch
from hongxian_server.tables.access import Incarnation, access_if_known
from hongxian_server.tables.damaged import all_damaged
from hongxian_testing.laptop import with_only
from locking import key_in, lock
from samples import LATER_PEOPLE, PEOPLE, SAMPLE

LAPTOPS_ASKED = 3
"""Passes in which all laptops are asked for what the hub's disk has changed or a restored one lacks; then the
keeper waits for none that stay away."""
_copies = count(1)


@dataclass
class Laptop:
    """One laptop: its folder, its plugins, its clock, and the process that has it open."""

    name: str
    folder: Path
    plugins: list[ModuleType]
    replica: Replica = None  # type: ignore[assignment]
    skew: int = 0
    life: int = field(default_factory=count(1).__next__)
    saved: Path | None = None
    revoked: bool = False
    is_later: bool = False
    """Whether it has the later release of the people plugin; nobody goes back to an earlier one."""
    incarnation: int | None = None
    """The one that it must keep; None since a copy of its disk has been in use."""

    def model(self, collection: str) -> Any:
        """The model of a collection, in this laptop's release of its plugin."""
        return self.replica.collections[collection].model


class _Wire(Link):
    """A link on which one request has a fate."""

    def __init__(
        self, world: "World", fate: str, hub_key: str, key: SigningKey, asker: Asker
    ) -> None:
        super().__init__("sim", hub_key, key, asker)
        self.world, self.fate = world, fate

    def _introduced(self) -> Introduced:
        key, now = self.world.hub.identity.key, self.world.hub.now()
        nonce = self.world.hub.identity.nonce(now)
        return Introduced(self.url, HubStatement.signed(key, ""), nonce)

    def _carry(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Carried:
        world, sent = self.world, (path, body, headers)
        if self.fate == "late":
            world.late.append(sent)
        if self.fate in ("late", "lost", "broke"):
            raise self._away(body)
        answer = world.deliver(*sent)
        if self.fate == "twice":
            world.late.append(sent)
        if self.fate == "repeated":
            answer = world.deliver(*sent)
        if self.fate in ("unanswered", "cut"):
            raise self._away(body)
        return answer

    def _away(self, body: bytes) -> HubOutOfReach:
        """That the hub is out of reach; where the line is at fault, the same sync goes on with less."""
        error = HubOutOfReach(url="sim", detail=self.fate)
        error.carried = len(body) if self.fate in ("broke", "cut") else 0
        return error


class World:
    """The processes, the network between them, and time."""

    modules = [SAMPLE, PEOPLE]
    """The plugins with which everyone begins."""

    def __init__(self, folder: Path, url: str | None, beginning: Beginning, laptops: int) -> None:
        self.folder = folder
        self.scopes = beginning.scopes
        self.time = BEGINNING + 1_000
        self.hub_skew = 0
        self.hub_plugins = self.modules
        self.hub_is_later = False
        self.disk = Disk(folder / "hub", url)
        shutil.copytree(beginning.folder / "hub", self.disk.folder)
        if url is not None:
            self.disk.load(beginning.disk)
            config = self.disk.folder / "hub.json"
            config.write_text(config.read_text().replace(beginning.disk.url or "", url))
        self.hub = self._open_hub()
        self.laptops = [
            self._copied(beginning.folder / f"laptop-{number}", self.modules)
            for number in range(laptops)
        ]
        self.given: dict[str, list[frozenset[str]]] = {}
        """The teams of each laptop, by its id, as the keeper set them one time after the other."""
        for laptop in self.laptops:
            with laptop.replica:
                teams = LaptopState.read().teams
            self.note_given(laptop, teams)
        self.late: list[tuple[str, bytes, Mapping[str, str]]] = []
        self.fates: list[str] = []
        self.database_is_cut = False
        self.saved_hub: Disk | None = None
        self.accepted: set[tuple[str, str]] = set()
        """Records that a disk has changed, and nobody had as they were: the keeper took them."""
        self.differed: list[tuple[str, str]] = []
        """Where digests differed at the end of a sync and had to be mended."""

    # -- processes ---------------------------------------------------------------------------

    def _open_hub(self) -> Hub:
        hub = Hub.open(
            self.disk.folder,
            key=key_in(self.disk.folder),
            plugins=with_only(self.hub_plugins),
            now=lambda: self.time + self.hub_skew,
        )
        self.client = make_app(hub).test_client()
        return hub

    def restart_hub(self) -> None:
        """The hub's process ends, if it had not, and another begins."""
        self.hub = self._open_hub()

    def _copied(self, folder: Path, plugins: list[ModuleType]) -> Laptop:
        number = next(_copies)
        laptop = Laptop(f"L{number}", self.folder / f"laptop-{number}", list(plugins))
        shutil.copytree(folder, laptop.folder, ignore=shutil.ignore_patterns("*.lock"))
        self.restart(laptop)
        laptop.incarnation = self.incarnation_of(laptop)
        return laptop

    def restart(self, laptop: Laptop) -> None:
        """The laptop's process ends, if it had not, and another begins."""
        laptop.replica = Replica.open(
            laptop.folder,
            key=key_in(laptop.folder),
            plugins=with_only(laptop.plugins),
            now=lambda: self.time + laptop.skew,
        )

    # -- the network -------------------------------------------------------------------------

    def post_of(self, laptop: Laptop) -> Callable[[str, bytes], BinaryIO]:
        """How this laptop's requests travel: each has the next fate, and all further ones arrive."""

        def post(path: str, body: bytes) -> BinaryIO:
            with laptop.replica:
                state, key = LaptopState.read(), laptop.replica.key()
            fate = self.fates.pop(0) if self.fates else "arrives"
            link = _Wire(self, fate, state.hub_key, key, state.asker)
            return link.post(path, body)

        return post

    def deliver(self, path: str, body: bytes, headers: Mapping[str, str]) -> Carried:
        """A request arrives, and is answered."""
        try:
            answer = self.client.post(path, data=body, headers=headers)
        except Killed:
            self.restart_hub()
            raise HubOutOfReach(url="sim", detail="the hub died") from None
        is_cut = self.database_is_cut and answer.status_code == 503
        assert answer.status_code < 500 or is_cut, answer.data.decode()
        return Carried(answer.status_code, answer.headers, answer.data)

    def deliver_late(self, place: int) -> None:
        """A request that was on its way for long arrives, and its answer finds nobody."""
        if self.late:
            with suppress(HubOutOfReach):
                self.deliver(*self.late[place % len(self.late)])

    # -- syncing -----------------------------------------------------------------------------

    def sync(self, laptop: Laptop, fates: tuple[str, ...] = ()) -> Report | None:
        """One sync; None when it was cut short."""
        self.fates = list(fates)
        try:
            report = sync(laptop.replica, self.post_of(laptop))
            self.differed += report.differs
            return report
        except HubOutOfReach:
            return None
        except DeviceRevoked:
            laptop.revoked = True
            return None
        finally:
            self.fates = []

    def sync_killed(self, laptop: Laptop, statements: int) -> None:
        """A sync during which the laptop's process dies, if it lasts so long."""
        with dying(laptop.replica) as die_at, suppress(Killed):
            die_at(statements)
            self.sync(laptop)
        self.restart(laptop)
        with laptop.replica:
            has_left = not LaptopState.read().hub_key
        if has_left:  # it died when its data was gone, and before it could say so
            with self.hub:
                access = access_if_known(self.id_of(laptop))
                assert access is not None
                assert access.revoked
            laptop.revoked = True

    def sync_killing_hub(self, laptop: Laptop, statements: int) -> None:
        """A sync during which the hub's process dies, if it lasts so long."""
        with dying(self.hub) as die_at:
            die_at(statements)
            self.sync(laptop)
        self.restart_hub()

    def sync_cutting_database(self, laptop: Laptop, statements: int) -> None:
        """A sync during which the hub's PostgreSQL restarts, if it lasts so long; the hub lives on."""
        with dying(self.hub, self.disk.end_connections) as cut_at:
            cut_at(statements)
            self.database_is_cut = True
            self.sync(laptop)
        self.database_is_cut = False

    # -- disks -------------------------------------------------------------------------------

    def save_hub(self) -> None:
        """Copy the hub's database."""
        self.close()
        self.saved_hub = self.disk.save()

    def load_hub(self, *, new_epoch: bool) -> None:
        """Put the copy in place: as `hub restore` does, or behind the hub's back."""
        if self.saved_hub is not None:
            erased = self.disk.folder / FILE  # which no restore puts back
            told = self.hub.safe.opened(erased.read_bytes()) if erased.exists() else b""
            self.disk.load(self.saved_hub)
            if told:
                erased.write_bytes(told)
            self.restart_hub()
            if new_epoch:
                with self.hub:
                    start_epoch(self.hub)
                    erase_again(self.hub)

    def lock(self, laptop: Laptop | None, *, is_wanted: bool) -> None:
        """A laptop's folder, or the hub's, is encrypted from now on, or in clear again."""
        lock(laptop.folder if laptop else self.disk.folder, is_wanted=is_wanted)
        self.restart(laptop) if laptop else self.restart_hub()

    def save_laptop(self, laptop: Laptop) -> None:
        """Copy the laptop's folder."""
        laptop.saved = self.folder / f"saved-{next(_copies)}"
        shutil.copytree(laptop.folder, laptop.saved, ignore=shutil.ignore_patterns("*.lock"))

    def load_laptop(self, laptop: Laptop) -> None:
        """Put the copy in the laptop's place."""
        if laptop.saved is not None:
            shutil.rmtree(laptop.folder)
            shutil.copytree(laptop.saved, laptop.folder)
            self.restart(laptop)
            laptop.life = next(_copies)
            laptop.incarnation = None

    def newcomer(self, teams: Sequence[str]) -> None:
        """A laptop that was never here joins."""
        number = next(_copies)
        laptop = Laptop(f"L{number}", self.folder / f"laptop-{number}", list(self.modules))
        self.restart(laptop)
        scopes = [self.scopes[each] for each in teams]  # a name the disk may have changed
        rejoin(self.hub, laptop.replica, scopes)
        laptop.incarnation = self.incarnation_of(laptop)
        self.note_given(laptop, scopes)
        self.laptops.append(laptop)

    def clone(self, laptop: Laptop) -> Laptop:
        """A second laptop from a copy of the first; both go on."""
        twin = self._copied(laptop.folder, laptop.plugins)
        twin.skew, twin.is_later = laptop.skew, laptop.is_later
        twin.incarnation = laptop.incarnation = None
        self.laptops.append(twin)
        return twin

    # -- the keeper --------------------------------------------------------------------------

    def number_of(self, laptop: Laptop) -> int:
        """What the hub's keeper calls the laptop by."""
        id = self.id_of(laptop)
        with self.hub:
            known = Incarnation.select().where(Incarnation.laptop == id)
            return max((each.number for each in known), default=0)

    def id_of(self, laptop: Laptop) -> str:
        """The laptop's id."""
        with laptop.replica:
            return LaptopState.read().laptop

    def note_given(self, laptop: Laptop, scopes: Iterable[str]) -> None:
        """The keeper lets the laptop into these teams, and no others."""
        self.given.setdefault(self.id_of(laptop), []).append(frozenset(scopes))

    def incarnation_of(self, laptop: Laptop) -> int:
        """The laptop's present incarnation."""
        with laptop.replica:
            return LaptopState.read().incarnation

    def tidy(self) -> None:
        """As the hub does once an hour, as if all that was written were long ago; it keeps that from then on."""
        with self.hub:
            with self.hub.upkeep(), HubState.changing() as state:
                state.keep_days, usual = -1, state.keep_days
            tidy(self.hub)
            with self.hub.upkeep(), HubState.changing() as state:
                state.keep_days = usual

    def erase(self, collection: str, id: str) -> None:
        """The keeper lets a record go for good."""
        with self.hub:
            erase(self.hub, [(collection, id)], "keeper")

    def set_hub_plugins(self, modules: list[ModuleType]) -> None:
        """The hub starts anew with these plugins."""
        self.hub_plugins = modules
        self.restart_hub()

    def set_plugins(self, laptop: Laptop, modules: list[ModuleType]) -> None:
        """The laptop starts anew with these plugins."""
        laptop.plugins = modules
        self.restart(laptop)

    # -- healing -----------------------------------------------------------------------------

    def heal(self, passes: int = 8) -> None:
        """Everything works again: sync all laptops until nothing moves any more."""
        self.set_hub_plugins(self.chosen(True, True, self.hub_is_later))
        for laptop in self.laptops:
            self.set_plugins(laptop, self.chosen(True, True, laptop.is_later))
        self.time += PASS_MILLISECONDS
        for done in range(passes):
            self.time += 1_000
            with self.hub:
                scrub(self.hub, whole=True)
                if done == LAPTOPS_ASKED:
                    self.accepted = {(each.collection, each.record) for each in all_damaged()}
                    accept(self.hub)
                    end_recovery(self.hub)
                erase_again(self.hub)
                let_pass(self.hub, held_for_keeper(self.hub))
            reports = [self._sync_healed(laptop) for laptop in self.laptops if not laptop.revoked]
            with self.hub:
                asked = done <= LAPTOPS_ASKED and all_damaged()
            if not asked and all(report is None or _was_idle(report) for report in reports):
                return
        raise AssertionError(f"not quiet after {passes} passes: {reports}")

    def _sync_healed(self, laptop: Laptop) -> Report | None:
        try:
            return self.sync(laptop)
        except Unauthorized:
            with laptop.replica:
                teams = LaptopState.read().teams
            rejoin(self.hub, laptop.replica, teams)
            self.note_given(laptop, teams)
            return self.sync(laptop)

    @staticmethod
    def chosen(sample: bool, people: bool, later: bool) -> list[ModuleType]:
        """Plugins to start with."""
        return [SAMPLE] * sample + [LATER_PEOPLE if later else PEOPLE] * people

    def close(self) -> None:
        """Let the saved copy go."""
        if self.saved_hub is not None:
            self.saved_hub.drop()


def _was_idle(report: Report) -> bool:
    return report.requests == 1 and not (report.sent or report.received or report.differs)
