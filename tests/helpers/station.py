"""What the tests of the reward station share: a shelf, and a town with a merchant's counter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import hongxian_plugins.reward_station as reward_station
import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hongxian.records import COMMUNITY
from hongxian_plugins.reward_station import codes
from hongxian_plugins.reward_station.gifts.records import Counter, Gift, Redemption
from hongxian_plugins.reward_station.goods.records import Lot, Merchant, Movement, Pledge
from hongxian_plugins.reward_station.goods.shelf import on_shelf, signed
from hongxian_plugins.reward_station.points import ledger
from hongxian_plugins.reward_station.points.records import Account
from hongxian_plugins.reward_station.setting import Setting
from hongxian_plugins.service import Activity, Attendance
from hongxian_testing import Laptop, Neighbourhood

PLUGINS = (reward_station, roster, service)
SOME_RULES = {"points_per_hour": 10, "daily_cap_minutes": 120, "expiry_months": 36}
MAY = date(2026, 5, 1)


def pledged(amount: Any = 10, **values: Any) -> str:
    """A promise of goods; returns its id."""
    merchant = values.pop("merchant", None)
    merchant = merchant or Merchant.create(name="示例·晨露超市", scope=COMMUNITY).id
    usual = {"item": "瓶装水", "amount": amount, "merchant": merchant, "scope": COMMUNITY}
    return str(Pledge.create(**{**usual, **values}).id)


def stocked(laptop: Laptop, amount: int = 10, expires: date | None = None, **values: Any) -> str:
    """Goods on the shelf; returns their lot."""
    pledge = pledged(amount, **values)
    laptop.do("reward_station.receive", pledge, received=amount)
    laptop.do("reward_station.shelve", pledge, amount=amount, expires=expires)
    return str(Lot.get(Lot.pledge == pledge).id)


def adds_up(lot: Lot, *, without: frozenset[str] = frozenset()) -> bool:
    """Whether what came and went is what is on the shelf."""
    moved = Movement.select().where(Movement.lot == lot.id)
    return on_shelf(lot) == sum(signed(each) for each in moved if each.id not in without)


@dataclass
class Town:
    """A hub; leaders' laptops of one team; a merchant's counter, and a laptop beside it."""

    all: Neighbourhood

    @cached_property
    def first(self) -> Laptop:
        return self.all.laptop("示例·东队")

    @cached_property
    def second(self) -> Laptop:
        return self._joined("示例·东队")

    @cached_property
    def counter(self) -> Laptop:
        return self.all.laptop("示例·店队")

    @cached_property
    def beside(self) -> Laptop:
        return self._joined("示例·店队")

    @cached_property
    def person(self) -> str:
        with self.first:
            return str(roster.Person.create(name="示例·甲001", scope=COMMUNITY).id)

    @cached_property
    def shop(self) -> str:
        with self.first:
            return str(Merchant.create(name="示例·晨露超市", scope=COMMUNITY).id)

    @property
    def hub(self) -> Any:
        return self.all.hub

    def _joined(self, team: str) -> Laptop:
        laptop = self.all.laptop(team)
        laptop.sync()
        return laptop

    def sync(self, *laptops: Laptop) -> None:
        """Sync these in this order; all of them when none is named."""
        for each in laptops or list(self.all.laptops):
            each.sync()

    # -- what people do ----------------------------------------------------------------------

    def serve(
        self, laptop: Laptop, person: str, minutes: int = 60, day: date = MAY, **values: Any
    ) -> str:
        """One confirmed attendance; returns its id."""
        with laptop:
            begin = datetime(day.year, day.month, day.day, values.pop("hour", 9))
            usual = {"signed_out": begin + timedelta(minutes=minutes), "confirmed_by": "示例·队长"}
            if "activity" not in values:
                usual["activity"] = Activity.create(title="值班", day=day).id
            made = Attendance.create(person=person, signed_in=begin, **{**usual, **values})
            return str(made.id)

    def earn(self) -> str:
        """The person has ten points that the first laptop may spend; returns the attendance."""
        attendance = self.serve(self.first, self.person)
        self.sync(self.first)
        return attendance

    def gift(self, pieces: int = 5, price: int = 10) -> str:
        """A gift on offer that every laptop knows."""
        with self.first:
            lot = stocked(self.first, pieces, merchant=self.shop, purpose="rewards", item="帆布袋")
            id = Gift.create(
                title="帆布袋", merchant=self.shop, lot=lot, price=price, scope=COMMUNITY
            ).id
        self.sync(self.first, *self.all.laptops)
        return str(id)

    def open_counter(self) -> None:
        self.sync(self.first, self.counter)
        self.counter.do("reward_station.open_counter", self.shop)
        self.sync()
        self.sync()

    def counter_of(self, laptop: Laptop) -> str:
        """The shop's open counter, as a laptop of its team knows it."""
        with laptop:
            return str(Counter.get(Counter.merchant == self.shop, Counter.state == "open").id)


def void(attendance: str) -> None:
    Attendance.update(voided=True, void_reason="记错").where(Attendance.id == attendance).execute()


def collect(laptop: Laptop, code: str, name: str = "collect") -> Any:
    return laptop.do(f"reward_station.{name}", code=code)


def redeem(laptop: Laptop, gift: str, person: str) -> str:
    """A person redeems a gift; returns the redemption."""
    with laptop:
        known = {each.id for each in Redemption.select()}
        laptop.do("reward_station.redeem", gift, person=person)
        [made] = [each.id for each in Redemption.select() if each.id not in known]
        return str(made)


def state_of(store: Any, redemption: str) -> str:
    with store:
        return str(Redemption.get_by_id(redemption).state)


def code_of(laptop: Laptop, redemption: str) -> str:
    with laptop:
        held = Redemption.get_by_id(redemption)
        return codes.written(held.short, held.letters)


def balance(store: Any, person: str) -> int:
    """Points by the ledger."""
    with store:
        return ledger.balance(person)


def usable(store: Any, person: str) -> int:
    """Points that may be spent, by the account."""
    with store:
        account = Account.get_or_none(Account.person == person)
        return account.points.left if account else 0


@contextmanager
def open_town(neighbourhood: Neighbourhood) -> Iterator[Town]:
    """A town whose books add up at the end, at the hub and on every laptop."""
    town = Town(neighbourhood)
    with town.first:
        Setting.change(**SOME_RULES)
    assert town.person
    assert town.shop
    town.open_counter()
    yield town
    errors_of_hub = [error for plugin in town.hub.plugins.all for error in plugin.errors]
    assert not errors_of_hub
    for store in (town.hub, *neighbourhood.laptops):
        refused = [] if store is town.hub else store.attention
        assert store is town.hub or not store.errors
        ids = frozenset(entry.record for each in refused for entry in each.entries)
        with store:
            assert sum(ledger.balances().values()) == 0
            assert all(adds_up(lot, without=ids) for lot in Lot.select())
