"""A street in which phones and laptops go for the same few gifts, seats and slots.

A phone writes at the hub itself (`once.done_once`), by the hub's own rights; laptops are offline until they
sync. Whoever was told yes is in the ledger, and stays there.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from peewee import CharField, IntegerField

from beginning import Beginning
from dying import Killed, dying
from hongxian import Claim, QuotaField, Record, Reference, Refused
from hongxian.quotas import Lines, grant, spend, spendable
from hongxian.records import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_server.phone.once import Answer, done_once
from hongxian_server.quota.transfer import rebalance_all
from samples import plugin
from simulation import Laptop, World

DAY = 24 * 3_600_000
PRICE = 3
"""Points for a gift."""


class Gift(Record):
    """Gifts on a shelf, shared out among laptops and hub."""

    name = CharField(max_length=20)
    stock = QuotaField(spends=Lines("street.given", "pieces", of="gift"))

    class Meta:
        collection = "street.gift"
        scope = COMMUNITY


class Purse(Record):
    """Points, which stay where they were earned."""

    who = CharField(max_length=20)
    points = QuotaField(deal="kept", spends=Lines("street.given", "points", of="purse"))

    class Meta:
        collection = "street.purse"
        scope = COMMUNITY


class Given(Record):
    """One gift that somebody has."""

    gift = Reference(Gift)
    purse = Reference(Purse)
    pieces = IntegerField(default=1)
    points = IntegerField(default=PRICE)

    class Meta:
        collection = "street.given"
        scope = COMMUNITY


class Hall(Record):
    """So many seats."""

    name = CharField(max_length=20)
    seats = QuotaField(unit="座")

    class Meta:
        collection = "street.hall"
        scope = COMMUNITY


class Seat(Record):
    """One of them, which one alone has."""

    number = IntegerField()

    class Meta:
        collection = "street.seat"
        scope = COMMUNITY
        claims = [Claim("number")]


class Slot(Record):
    """A time that one alone has."""

    time = CharField(max_length=10)

    class Meta:
        collection = "street.slot"
        scope = COMMUNITY
        claims = [Claim("time")]


STREET = plugin("street", Gift, Purse, Given, Hall, Seat, Slot)
QUOTAS = ((Gift, "stock"), (Purse, "points"), (Hall, "seats"))


def redeem() -> Record:
    """A gift for points, all of it or nothing."""
    gift, purse = Gift.get(), Purse.get()
    spend(gift, "stock", 1)
    made: Record = Given.create(gift=gift.id, purse=purse.id)
    spend(purse, "points", PRICE)
    return made


def sit(number: int) -> Record:
    """A seat of the hall."""
    spend(Hall.get(), "seats", 1)
    made: Record = Seat.create(number=number)
    return made


def book(time: str) -> Record:
    """A slot."""
    made: Record = Slot.create(time=time)
    return made


DEEDS: dict[str, Callable[..., Record]] = {"redeem": redeem, "sit": sit, "book": book}


class Street(World):
    """A world with two phones in it."""

    modules = [STREET]

    def __init__(self, folder: Path, url: str | None, beginning: Beginning, laptops: int) -> None:
        super().__init__(folder, url, beginning, laptops)
        self.told: dict[str, tuple[str, str]] = {}
        """What phones were told that they have, by the name under which they sent it: collection and id."""
        self.sent: list[tuple[str, str, str, tuple[Any, ...]]] = []
        self.redeemed = 0
        """Gifts that laptops gave out, offline by their own rights."""

    @staticmethod
    def chosen(sample: bool, people: bool, later: bool) -> list[Any]:
        return [STREET]

    def do(self, name: str, *rest: Any) -> None:
        """One step, and see that all is as it must be."""
        self.time += 1_000
        getattr(self, name)(*rest)
        self.check()

    # -- steps -------------------------------------------------------------------------------

    def laptop(self, number: int, deed: str, *what: Any) -> None:
        """A leader does it, offline."""
        replica = self.laptops[number % len(self.laptops)].replica
        with replica, suppress(Refused):
            with replica.transaction():
                DEEDS[deed](*what)
            self.redeemed += deed == "redeem"

    def phone(self, number: int, deed: str, *what: Any) -> None:
        """Somebody's phone does it, under a name of its own."""
        sent = (f"once-{len(self.sent):020}", f"phone-{number}", deed, what)
        self.sent.append(sent)
        self._send(*sent)

    def phone_again(self, which: int) -> None:
        """It is sent once more: the line broke before the answer."""
        if self.sent:
            self._send(*self.sent[which % len(self.sent)])

    def phone_dying(self, statements: int, number: int, deed: str, *what: Any) -> None:
        """The hub dies while it is done, if it lasts so long; the phone sends again."""
        with dying(self.hub) as die_at, suppress(Killed):
            die_at(statements)
            self.phone(number, deed, *what)
        self.restart_hub()
        self.check()
        self.phone_again(-1)

    def _send(self, name: str, whose: str, deed: str, what: tuple[Any, ...]) -> None:
        def do() -> Answer:
            made = DEEDS[deed](*what)
            return {"made": [str(made._meta.collection), made.id]}

        with self.hub, suppress(Refused):
            collection, id = done_once(self.hub, name, whose, do)["made"]
            assert self.told.setdefault(name, (collection, id)) == (collection, id)

    def contact(self, number: int, *fates: str) -> None:
        """A laptop syncs over a line that may fail."""
        self.sync(self.laptops[number % len(self.laptops)], fates)

    def more(self, number: int, kind: int, amount: int) -> None:
        """A leader brings more of something."""
        model, field = QUOTAS[kind]
        with self.laptops[number % len(self.laptops)].replica:
            grant(model.get(), field, amount)

    def wait(self, days: int) -> None:
        """Days pass; the hub deals by what was used since."""
        self.time += days * DAY
        with self.hub:
            rebalance_all(self.hub)

    # -- what must hold ----------------------------------------------------------------------

    def check(self) -> None:
        """Nothing is given beyond what there is, nor half; what a phone was told it has, it has."""
        with self.hub:
            for model, field in QUOTAS:
                check_amounts(model.get(), field)
            given = Given.select().count()
            assert Gift.get().stock.spent == given
            assert Purse.get().points.spent == PRICE * given
            assert Hall.get().seats.spent == Seat.select().count()
            for model, key in ((Seat, "number"), (Slot, "time")):
                held = [getattr(each, key) for each in model.select()]
                assert len(set(held)) == len(held), held
            there = {
                (str(model._meta.collection), each.id)
                for model in (Given, Seat, Slot)
                for each in model.select()
            }
            assert there.issuperset(self.told.values())
        for laptop in self.laptops:
            self.check_laptop(laptop.replica)

    def check_laptop(self, replica: Replica) -> None:
        """A laptop shows nothing below zero."""
        with replica:
            for model, field in QUOTAS:
                if record := model.get_or_none():
                    assert spendable(record, field) >= 0

    def check_healed(self) -> None:
        """Once all have synced nothing is lost: neither what a phone got nor what a laptop gave out."""
        told = [each for each in self.told.values() if each[0] == "street.given"]
        with self.hub:
            assert Given.select().count() == self.redeemed + len(set(told))
            theirs = [getattr(model.get(), field) for model, field in QUOTAS[:2]]
        for laptop in self.laptops:
            with laptop.replica:
                assert [getattr(model.get(), field) for model, field in QUOTAS[:2]] == theirs

    def a_phone_comes_back(self) -> None:
        """What laptops hold and a phone was refused it gets once they have been in contact."""
        with self.hub:
            there = min(Gift.get().stock.left, Purse.get().points.left // PRICE)
        for _lacks in ("stock", "points", "nothing"):
            before = len(self.told)
            self.do("phone", 1, "redeem")
            if len(self.told) > before:
                return
            for laptop in (*self.laptops, *self.laptops):
                self.contact_of(laptop)
        assert not there, "a phone was refused what is there"

    def contact_of(self, laptop: Laptop) -> None:
        self.time += 1_000
        self.sync(laptop)


def check_amounts(record: Any, field: str) -> None:
    amounts = getattr(record, field)
    assert min(amounts.rights.values(), default=0) >= 0, amounts
    assert amounts.left == amounts.granted - amounts.spent >= 0, amounts
    assert amounts.uncovered == 0, amounts
