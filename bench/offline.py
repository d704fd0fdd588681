"""What laptops that are offline for days can still give out, against one who knows the future.

    python -m bench.offline [--laptops 3 10 30] [--supply 1.3 1.0 0.7] [--days 28] [--seed 1] [--sudden]

A drawn month on real laptops and a real hub over loopback: people ask for goods and for places,
laptops come into reach now and then, one is lost and revoked, one is put back from a backup. The
same seed draws the same month. After every spend no quota may be below zero on that laptop; after
every contact none may be on laptop or hub, no place may be held twice, and no confirmed place may
be gone.

Prints the share of requests for goods that were served offline, of those that a clairvoyant would
have served: one who at the same contacts, with the same deliveries, hands each laptop exactly what
it will be asked for until its next contact. Nobody can serve more. The first week, in which there
is no past to follow, is told apart. `--sudden` draws demand anew each week, so that it follows no
past at all.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from peewee import CharField, IntegerField

from bench.demand import CLOSES, ITEMS, OPENS, WEEK, Account, Demand, Request
from hongxian import QuotaField, Record, hookimpl
from hongxian.engine.store import Store
from hongxian.errors import Taken
from hongxian.plugins.loading import Plugins
from hongxian.quotas import QuotaShort, grant, spend
from hongxian.records import COMMUNITY
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.review import attention
from hongxian_client.review.claim_status import CONFIRMED, claims_of
from hongxian_client.sync.enrol import join
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_server.http.serve import make_server
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.quota.transfer import rebalance_all

BEGINNING = 1_772_323_200_000
"""Milliseconds since 1970 at which a month begins: 2026-03-01."""
HOUR = 3_600_000
BEDTIME = 22.0
"""The hour until which laptops come into reach, from closing on."""
REACH = (1 / 4, 1 / 3, 1 / 2, 1.0)
"""How likely a laptop comes into reach on an evening; each has one of these."""
DAYS_UNTIL_REVOKED, DAYS_OLD = 3, 4
"""After so many days a lost laptop is revoked; so old is the backup that is put back."""


class Shelf(Record):
    """Goods to give out."""

    name = CharField(max_length=20)
    stock = QuotaField(unit="件")

    class Meta:
        collection = "offline.shelf"
        scope = COMMUNITY


class Place(Record):
    """A booked place at a bench."""

    day = IntegerField()
    bench = IntegerField()
    slot = IntegerField()

    class Meta:
        collection = "offline.place"
        scope = COMMUNITY
        claims = [("day", "bench", "slot")]


def plugins() -> Plugins:
    """The two collections, and no other plugin."""
    module = types.ModuleType("offline")
    module.hongxian_collections = hookimpl(lambda: [Shelf, Place], specname="hongxian_collections")  # type: ignore[attr-defined]
    made = Plugins(installed=False)
    made.add(module)
    return made


# -- the month -------------------------------------------------------------------------------------


@dataclass
class Laptop:
    """One leader's laptop."""

    replica: Replica
    reach: float
    contact: int = 0
    """The last one, by its place among all."""
    backup: Path | None = None
    is_lost: bool = False
    is_restored: bool = False
    """Put back from a backup, and nobody knows yet."""


class Month:
    """The hub, the laptops and time."""

    def __init__(self, folder: Path, hub: Hub, address: str, laptops: int, seed: int) -> None:
        self.folder, self.hub, self.address = folder, hub, address
        self.chance = random.Random(seed)
        self.demand = Demand(self.chance, laptops)
        self.account = Account()
        self.now = BEGINNING
        hub.now = lambda: self.now
        self.confirmed: dict[str, tuple[int, int, int]] = {}
        """Places that a laptop was told are its own for good, by record."""
        self.shelves: dict[str, str] = {}
        self.joined = 0
        self.laptops = [self._join(self.chance.choice(REACH)) for _ in range(laptops)]
        self.laptops[0].reach = 1.0  # the station's own, where goods are delivered

    def _join(self, reach: float) -> Laptop:
        self.joined += 1
        folder = self.folder / f"laptop-{self.joined}"
        replica = self._open(folder)
        with self.hub:
            code, _ = devices.make_code(self.hub, ["team"])
        with replica:
            join(replica, self.address, code)
        return Laptop(replica, reach)

    def _open(self, folder: Path) -> Replica:
        return Replica.open(folder, plugins=plugins(), now=lambda: self.now)

    def run(self, days: int, supply: float, *, sudden: bool = False) -> Account:
        """Live through so many days; deliveries are `supply` times what is asked for on average."""
        lost, restored = self.chance.sample(self.laptops[1:], 2)
        for day in range(days):
            self.now = BEGINNING + int((24 * day + OPENS - 1) * HOUR)
            if day % WEEK == 0:
                self._begin_week(day, supply, sudden=sudden)
            if day == days // 2 - DAYS_OLD:
                self._back_up(restored)
            if day == days // 2:
                lost.is_lost = True
                self._restore(restored)
            if day == days // 2 + DAYS_UNTIL_REVOKED:
                self._replace(lost)
            for request in self.demand.requests(day):
                self._ask(day, request)
            self._evening(day)
        for laptop in self.laptops:
            self._contact(laptop, days)
        return self.account

    def _begin_week(self, day: int, supply: float, *, sudden: bool) -> None:
        if day:
            self.demand.draw_anew() if sudden else self.demand.drift()
        station = self.laptops[0]
        delivered = {item: int(supply * WEEK * self.demand.in_a_day(item)) for item in ITEMS}
        with station.replica:
            for item, pieces in delivered.items():
                if not day:
                    self.shelves[item] = Shelf.create(name=item, scope=COMMUNITY).id
                grant(Shelf.get_by_id(self.shelves[item]), "stock", pieces)
        self.account.delivered[len(self.account.settled)].update(delivered)
        # At the opening everyone is there, twice: the hub hears of them all, and then deals.
        for laptop in [station, *self.laptops, *self.laptops] if not day else [station]:
            self._contact(laptop, day)

    # -- people ----------------------------------------------------------------------------------

    def _ask(self, day: int, request: Request) -> None:
        laptop = self.laptops[request.laptop]
        if laptop.is_lost:
            return
        self.now = BEGINNING + int((24 * day + request.hour) * HOUR)
        with laptop.replica:
            if request.item:
                self._ask_piece(laptop, day, request.item)
            else:
                self._ask_place(request.place)

    def _ask_piece(self, laptop: Laptop, day: int, item: str) -> None:
        self.account.asked[laptop.contact, item] += 1
        try:
            spend(Shelf.get_by_id(self.shelves[item]), "stock", 1)
        except QuotaShort:
            return
        if laptop.is_restored:
            self.account.uncovered += 1
        else:
            self.account.served[self.account.settled[laptop.contact], item] += 1
        refuse_below_zero(laptop.replica)

    def _ask_place(self, place: tuple[int, int, int]) -> None:
        names = ("day", "bench", "slot")
        try:
            Place.create(**dict(zip(names, place, strict=True)), scope=COMMUNITY)
        except Taken as taken:
            if not taken.facts["free"]:
                self.account.full += 1
                return
            free = taken.facts["free"][0]
            Place.create(**dict(zip(names, free, strict=True)), scope=COMMUNITY)
        self.account.booked += 1

    # -- laptops ---------------------------------------------------------------------------------

    def _evening(self, day: int) -> None:
        coming = [
            (self.chance.uniform(CLOSES, BEDTIME), place)
            for place, laptop in enumerate(self.laptops)
            if self.chance.random() < laptop.reach and not laptop.is_lost
        ]
        tidied = CLOSES
        for hour, place in sorted(coming):
            if hour - tidied >= 1:  # the hub does so once an hour
                tidied = hour
                with self.hub:
                    rebalance_all(self.hub)
            self.now = BEGINNING + int((24 * day + hour) * HOUR)
            self._contact(self.laptops[place], day)

    def _contact(self, laptop: Laptop, day: int) -> None:
        with laptop.replica:
            before = LaptopState.read()
            sync(laptop.replica, post_to_hub(laptop.replica))
            for rejected in attention.rejected_transactions():
                self._see_to(rejected)
            if LaptopState.read().incarnation != before.incarnation:
                with self.hub:
                    devices.retire(
                        self.hub, before.number
                    )  # what operations.md tells the keeper to do
                laptop.is_restored = False
            places = {each.id: (each.day, each.bench, each.slot) for each in Place.select()}
            told = claims_of(
                laptop.replica, laptop.replica.collection("offline.place"), list(places)
            )
            self.confirmed.update({id: places[id] for id in told if told[id] == CONFIRMED})
            refuse_below_zero(laptop.replica)
        laptop.contact = len(self.account.settled)
        self.account.settled.append(day >= WEEK)
        with self.hub:
            refuse_below_zero(self.hub)
            refuse_two_holders(self.confirmed)

    def _see_to(self, rejected: attention.Rejected) -> None:
        """A leader moves who was bumped to a free place that is named; it goes with the next sync."""
        assert rejected.taken is not None, rejected
        self.account.bumped += 1
        [id] = {entry.record for entry in rejected.entries}
        if not rejected.taken.free:
            Place.delete().where(Place.id == id).execute()
            return
        place = dict(zip(("day", "bench", "slot"), rejected.taken.free[0], strict=True))
        try:
            Place.update(**place).where(Place.id == id).execute()
        except Taken:
            Place.delete().where(Place.id == id).execute()

    def _back_up(self, laptop: Laptop) -> None:
        laptop.backup = self.folder / "backup"
        shutil.copytree(
            laptop.replica.folder, laptop.backup, ignore=shutil.ignore_patterns("*.lock")
        )

    def _restore(self, laptop: Laptop) -> None:
        assert laptop.backup is not None
        shutil.rmtree(laptop.replica.folder)
        shutil.copytree(laptop.backup, laptop.replica.folder)
        laptop.replica = self._open(laptop.replica.folder)
        laptop.is_restored = True

    def _replace(self, lost: Laptop) -> None:
        with lost.replica:
            number = LaptopState.read().number
        with self.hub:
            devices.revoke(self.hub, number)
        self.laptops[self.laptops.index(lost)] = new = self._join(lost.reach)
        self._contact(new, 0)


# -- what must never be ------------------------------------------------------------------------------


def refuse_below_zero(store: Store) -> None:
    """Raise unless every quota, and everyone's rights to it, are zero or more, as this store sees it."""
    for shelf in Shelf.select():
        rights = shelf.stock.rights
        assert min(rights.values(), default=0) >= 0, (store.folder.name, shelf.name, rights)
        there = shelf.stock.granted - shelf.stock.spent
        assert there == sum(rights.values()) >= 0, (store.folder.name, shelf.name, there)


def refuse_two_holders(confirmed: dict[str, tuple[int, int, int]]) -> None:
    """Raise if two records hold one place at the hub, or one that was confirmed does not hold it."""
    held = {each.id: (each.day, each.bench, each.slot) for each in Place.select()}
    assert len(set(held.values())) == len(held)
    gone = {id: place for id, place in confirmed.items() if held.get(id) != place}
    assert not gone, gone


@contextmanager
def month(folder: Path, laptops: int, seed: int) -> Iterator[Month]:
    """A hub that is served, and laptops that joined it."""
    hub = Hub.init(folder / "hub", "bench", plugins=plugins(), now=lambda: BEGINNING)
    with hub:
        devices.add_team(hub, "team")
    server = make_server(hub, "127.0.0.1", 0, threads=2)
    server.start()
    try:
        yield Month(folder, hub, f"http://127.0.0.1:{server.port}", laptops, seed)
    finally:
        server.stop()


def main() -> None:
    """Run and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--laptops", type=int, nargs="+", default=[3, 10, 30])
    options.add_argument("--supply", type=float, nargs="+", default=[1.3, 1.0, 0.7])
    options.add_argument("--days", type=int, default=28)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--sudden", action="store_true")
    chosen = options.parse_args()
    print(
        "laptops  supply  asked  served of clairvoyant's, first week and after  uncovered  places"
    )
    for laptops in chosen.laptops:
        for supply in chosen.supply:
            with (
                tempfile.TemporaryDirectory() as name,
                month(Path(name), laptops, chosen.seed) as drawn,
            ):
                account = drawn.run(chosen.days, supply, sudden=chosen.sudden)
            print(told(laptops, supply, account), flush=True)


def told(laptops: int, supply: float, account: Account) -> str:
    """One line about one month."""
    first, after = (account.share(settled=settled) for settled in (False, True))
    kept = 1 - account.bumped / max(account.booked, 1)
    return (
        f"{laptops:7}  {supply:6}  {account.asked.total():5}  {first:6.1%}  {after:6.1%}"
        f"  {account.uncovered:9}  {account.booked} booked, {kept:.1%} kept as booked"
    )


if __name__ == "__main__":
    main()
