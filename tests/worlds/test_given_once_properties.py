"""Whatever happens on the way, no key is confirmed twice and no quota falls below zero, anywhere.

An example is a list of steps in a simulated world (`simulation.py`); what must hold is asked of
the hub and of every laptop after each of them.
"""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peewee import CharField

from beginning import BEGINNING, Beginning, rejoin
from disks import Disk
from hongxian import Claim, QuotaField, Record, Refused
from hongxian.engine.store import Store
from hongxian.quotas import Use, ask, give_back, grant, pass_on, spend, spendable
from hongxian.records import COMMUNITY
from hongxian.words.folding import folded
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.undoing import lately, undo
from hongxian_client.review.claim_status import CONFIRMED, claims_of
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.quota.transfer import rebalance_all
from hongxian_testing.laptop import with_only
from samples import plugin
from simulation import Laptop, World

DAY = 24 * 3_600_000
Step = tuple[Any, ...]


class Shelf(Record):
    """Goods that the hub deals out."""

    name = CharField(max_length=20)
    stock = QuotaField(unit="件")

    class Meta:
        collection = "once.shelf"
        scope = COMMUNITY


class Purse(Record):
    """Points that stay where they were earned, and wait for the hub."""

    name = CharField(max_length=20)
    points = QuotaField(unit="分", deal="kept", at_once=False)

    class Meta:
        collection = "once.purse"
        scope = COMMUNITY


class Place(Record):
    """A place that is held while it is booked."""

    slot = CharField(max_length=10)
    state = CharField(default="booked", choices=[("booked", "已订"), ("off", "取消")])

    class Meta:
        collection = "once.place"
        scope = COMMUNITY
        claims = [Claim("slot", only={"state": ("booked",)})]


ONCE = plugin("once", Shelf, Purse, Place)
QUOTAS = ((Shelf, "stock"), (Purse, "points"))


class Neighbourhood(World):
    """A world in which people spend, book and undo."""

    modules = [ONCE]

    def __init__(self, folder: Path, beginning: Beginning, laptops: int) -> None:
        super().__init__(folder, None, beginning, laptops)
        self.confirmed: dict[str, str] = {}
        """Slots of which the hub said at a laptop's last sync that they are its own, by record."""
        self.rebooked: set[str] = set()
        """Records that a person changed: of these, what was confirmed may be gone at any later sync."""
        self.spent = 0
        self.may_be_short = False
        """Whether something was left to the hub: until it decides, a laptop's own view is short."""

    @staticmethod
    def chosen(sample: bool, people: bool, later: bool) -> list[Any]:
        return [ONCE]

    def do(self, step: Step) -> None:
        """One step; what is refused was refused."""
        self.time += 1_000
        name, number, *rest = step
        getattr(self, name)(self.laptops[number % len(self.laptops)], *rest)
        self.check()

    # -- steps -------------------------------------------------------------------------------

    def use(self, laptop: Laptop, word: str, kind: int, amount: int) -> None:
        """Spend, grant or give back."""
        model, field = QUOTAS[kind]
        with laptop.replica, suppress(Refused):
            for record in model.select():
                if word == "grant":
                    grant(record, field, amount)
                elif word == "back":
                    give_back(record, field, amount)
                else:
                    spend(record, field, amount, beyond=word)
                    self.spent += amount
                    self.may_be_short |= word == "pend"

    def hand(self, laptop: Laptop, to: int, kind: int, amount: int) -> None:
        """Pass rights on to another laptop."""
        number = self.number_of(self.laptops[to % len(self.laptops)])
        model, field = QUOTAS[kind]
        with laptop.replica, suppress(Refused):
            for record in model.select():
                pass_on(record, field, amount, to=number)

    def want(self, laptop: Laptop, amount: int) -> None:
        """Ask for points that others hold; 0 asks no more."""
        with laptop.replica, suppress(Refused):
            for record in Purse.select():
                ask(record, "points", amount)

    def book(self, laptop: Laptop, slot: str) -> None:
        """Book a slot."""
        with laptop.replica, suppress(Refused):
            Place.create(slot=slot, scope=COMMUNITY)

    def rebook(self, laptop: Laptop, which: int, change: dict[str, Any]) -> None:
        """Move, cancel, book again or delete a place."""
        with laptop.replica, suppress(Refused):
            ids = [each.id for each in Place.select().order_by(Place.id)]
            if ids:
                id = ids[which % len(ids)]
                self.rebooked.add(id)
                if change:
                    Place.update(**change).where(Place.id == id).execute()
                else:
                    Place.delete().where(Place.id == id).execute()

    def take_back(self, laptop: Laptop, which: int) -> None:
        """Undo one of the last deeds: spent rights are given back, what was given back is spent again."""
        with laptop.replica, suppress(Refused):
            deeds = [each for each in lately(5) if each.at > BEGINNING]
            done = undo(laptop.replica, deeds[which % len(deeds)]).done if deeds else []
            self.rebooked |= {each.id for each in done}
            for each in (value for step in done for value in step.values.values()):
                if isinstance(each, Use):
                    self.spent += each.amount if each.word == "spend" else -each.amount

    def contact(self, laptop: Laptop, *fates: str) -> None:
        """A sync over a network that may fail; what the hub then said is final."""
        if laptop.revoked or self.sync(laptop, fates) is None:
            return
        with laptop.replica as replica:
            slots = {each.id: each.slot for each in Place.select()}
            told = claims_of(replica, replica.collection("once.place"), list(slots))
            self.confirmed |= {id: slots[id] for id in told if told[id] == CONFIRMED}

    def die(self, laptop: Laptop, statements: int, hubs: bool) -> None:
        """A sync in which one end dies."""
        if not laptop.revoked:
            (self.sync_killing_hub if hubs else self.sync_killed)(laptop, statements)

    def save(self, laptop: Laptop) -> None:
        """Back a laptop up."""
        self.save_laptop(laptop)

    def load(self, laptop: Laptop) -> None:
        """Put the backup back."""
        if not laptop.revoked:
            self.load_laptop(laptop)

    def copy(self, laptop: Laptop) -> None:
        """Clone a laptop; both go on."""
        if len(self.laptops) < 6 and not laptop.revoked:
            self.clone(laptop)

    def revoke(self, laptop: Laptop) -> None:
        """A laptop is lost."""
        number = self.number_of(laptop)
        if sum(not each.revoked for each in self.laptops) > 1 and not laptop.revoked:
            with self.hub:
                devices.revoke(self.hub, number)

    def wait(self, _laptop: Laptop, days: int) -> None:
        """Days pass; the hub deals by what was used since."""
        self.time += days * DAY
        with self.hub:
            rebalance_all(self.hub)

    # -- what must hold ----------------------------------------------------------------------

    def check(self) -> None:
        """No quota below zero here or there, no key twice, none that was confirmed gone."""
        with self.hub:
            for model, field in QUOTAS:
                for record in model.select():
                    check_amounts(record, field)
            held = {each.id: each.slot for each in Place.select().where(Place.state == "booked")}
        assert len(set(map(folded, held.values()))) == len(held), held
        gone = {id: slot for id, slot in self.confirmed.items() if held.get(id) != slot}
        assert gone.keys() <= self.rebooked, gone
        for laptop in self.laptops:
            if not laptop.revoked:
                self.check_laptop(laptop.replica)

    def check_laptop(self, replica: Replica) -> None:
        """The same of what a laptop shows, but for what it left to the hub to decide."""
        with replica:
            for model, field in QUOTAS:
                for record in model.select():
                    amounts = getattr(record, field)
                    if model is Shelf:
                        there = amounts.left - amounts.uncovered
                        assert spendable(record, field) <= max(there, 0), amounts
                    if not self.may_be_short:
                        check_amounts(record, field)
                        assert spendable(record, field) >= 0


def check_amounts(record: Any, field: str) -> None:
    amounts = getattr(record, field)
    assert min(amounts.rights.values(), default=0) >= 0, amounts
    assert amounts.left == amounts.granted - amounts.spent >= 0, amounts


def seen(store: Store) -> list[Any]:
    """All amounts and places that are held, as a store shows them."""
    with store:
        return [
            *((each.id, each.stock) for each in Shelf.select().order_by(Shelf.id)),
            *((each.id, each.points) for each in Purse.select().order_by(Purse.id)),
        ]


# -- what is drawn ---------------------------------------------------------------------------

LAPTOP, KIND, AMOUNT, PLACE = (st.integers(0, most) for most in (5, 1, 6, 4))
SLOT = st.sampled_from(
    ["台 0", "台　0", "台 ０ ", "台 1", "台\u200b 1", "台 2", "台 3", "é", "e\u0301"]
)
CHANGE = st.sampled_from(
    [{"slot": "台 0"}, {"slot": "台  3"}, {"state": "off"}, {"state": "booked"}, {}]
)
FATES = st.lists(
    st.sampled_from(("arrives", "lost", "late", "unanswered", "twice", "repeated")), max_size=4
)
SPEND = st.tuples(st.just("use"), LAPTOP, st.just("refuse"), KIND, AMOUNT)
GRANT = st.tuples(st.just("use"), LAPTOP, st.just("grant"), KIND, AMOUNT)
BOOK = st.tuples(st.just("book"), LAPTOP, SLOT)
SYNC = st.builds(lambda laptop, fates: ("contact", laptop, *fates), LAPTOP, FATES)
PEACEFUL = st.tuples(st.just("contact"), LAPTOP)
DAYS = st.tuples(st.just("wait"), LAPTOP, st.integers(0, 9))
HAND = st.tuples(st.just("hand"), LAPTOP, LAPTOP, KIND, AMOUNT)
WANT = st.tuples(st.just("want"), LAPTOP, AMOUNT)
UNDO = st.tuples(st.just("take_back"), LAPTOP, PLACE)
USUAL = [SPEND, SPEND, SPEND, GRANT, BOOK, BOOK, HAND, WANT, UNDO, PEACEFUL, PEACEFUL, SYNC, DAYS]
LESS_USUAL = [
    st.tuples(st.just("use"), LAPTOP, st.sampled_from(("pend", "uncovered", "back")), KIND, AMOUNT),
    st.tuples(st.just("rebook"), LAPTOP, PLACE, CHANGE),
    st.tuples(st.just("die"), LAPTOP, st.integers(1, 90), st.booleans()),
]
LOSSES = [st.tuples(st.just(name), LAPTOP) for name in ("save", "load", "copy", "revoke")]


def steps(*kinds: Any) -> Any:
    return st.lists(st.sampled_from(kinds).flatmap(lambda each: each), min_size=15, max_size=40)


worlds = settings(max_examples=max(settings().max_examples // 3, 1))
"""Each example is a world of databases."""


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Beginning:
    """A hub and four laptops that hold a shelf and a purse."""
    folder = tmp_path_factory.mktemp("once")
    hub = Hub.init(folder / "hub", "示例社区", plugins=with_only((ONCE,)), now=lambda: BEGINNING)
    with hub:
        scope = devices.add_team(hub, "east")
    for number in range(4):
        replica = Replica.open(
            folder / f"laptop-{number}", plugins=with_only((ONCE,)), now=lambda: BEGINNING
        )
        rejoin(hub, replica, ["east"])
    with replica:
        Shelf.create(name="水", stock=20, scope=COMMUNITY)
        Purse.create(name="示例·甲001", points=20, scope=COMMUNITY)
    return Beginning(folder, Disk(folder / "hub", None), {"east": scope})


def lived(beginning: Beginning, laptops: int, drawn: list[Step]) -> Iterator[Neighbourhood]:
    """The world after all steps, and once more when all is well again."""
    with tempfile.TemporaryDirectory(prefix="hongxian-") as folder:
        world = Neighbourhood(Path(folder), beginning, laptops)
        for number in (-1, *range(laptops)):
            world.do(("contact", number))
        for step in drawn:
            world.do(step)
        world.heal(passes=20)
        world.may_be_short = False
        world.check()
        for laptop in world.laptops:
            if not laptop.revoked:
                assert seen(laptop.replica) == seen(world.hub)
        yield world


@worlds
@given(laptops=st.just(4), drawn=steps(*USUAL))
def test_every_spend_that_a_laptop_allowed_is_taken_in_and_none_is_one_too_many(
    beginning: Beginning, laptops: int, drawn: list[Step]
) -> None:
    for world in lived(beginning, laptops, drawn):
        with world.hub:
            [shelf], [purse] = Shelf.select(), Purse.select()
            assert shelf.stock.spent + purse.points.spent == world.spent
            assert shelf.stock.uncovered == purse.points.uncovered == 0


@worlds
@given(laptops=st.just(4), drawn=steps(*USUAL, *LESS_USUAL))
def test_what_is_left_to_the_hub_given_back_or_rebooked_is_given_once(
    beginning: Beginning, laptops: int, drawn: list[Step]
) -> None:
    for _ in lived(beginning, laptops, drawn):
        pass


@worlds
@given(laptops=st.just(4), drawn=steps(*USUAL, *LESS_USUAL, *LOSSES, *LOSSES))
def test_lost_restored_and_copied_laptops_take_nothing_twice(
    beginning: Beginning, laptops: int, drawn: list[Step]
) -> None:
    for _ in lived(beginning, laptops, drawn):
        pass


@pytest.mark.thorough
def test_a_revoked_laptop_may_die_in_any_statement_of_its_leaving(beginning: Beginning) -> None:
    deaths = [("die", 1, statements, False) for statements in range(1, 150)]
    for world in lived(beginning, 4, [("book", 1, 0), ("revoke", 1), *deaths]):
        assert world.laptops[1].revoked
        with world.laptops[1].replica:
            assert not Place.select().exists()
