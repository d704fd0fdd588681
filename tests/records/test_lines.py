"""A quota grows by a line in the books alone: who grants by hand is refused with a sentence."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from peewee import CharField, IntegerField

from hongxian import QuotaField, Record, Reference
from hongxian.merges.quota import total
from hongxian.quotas import Lines, Look, give_back, grant, spend
from hongxian.records import COMMUNITY, Values, new_id, present_store
from hongxian_client.replica.replica import Replica
from hongxian_client.review import attention
from hongxian_plugins import reward_station, roster, service
from hongxian_plugins.reward_station.points import ledger
from hongxian_plugins.reward_station.points.due import entry_id
from hongxian_plugins.reward_station.points.records import Account, Entry
from hongxian_plugins.reward_station.setting import Setting
from hongxian_plugins.service.records import Activity, Attendance
from meeting import Meeting, meeting
from samples import plugin


def is_signed(line: Values, look: Look) -> bool:
    note = look("booked.note", line["note"] or "")
    return note is not None and note["name"] == "收据"


class Note(Record):
    """Receipts."""

    name = CharField(max_length=20)

    class Meta:
        collection = "booked.note"
        scope = COMMUNITY


class Came(Record):
    """What came and went."""

    shelf = CharField(max_length=36, index=True)
    amount = IntegerField()
    kind = CharField(max_length=4, default="came")
    note = Reference("booked.note", null=True)

    class Meta:
        collection = "booked.came"
        scope = COMMUNITY


class Shelf(Record):
    """Shelves."""

    stock = QuotaField(
        grants=Lines("booked.came", "amount", of="shelf", only={"kind": ("came",)}, due=is_signed),
        gives_back=Lines("booked.came", "amount", of="shelf", only={"kind": ("back",)}),
        spends=Lines("booked.came", "amount", of="shelf", only={"kind": ("went",)}),
    )

    class Meta:
        collection = "booked.shelf"
        scope = COMMUNITY


@pytest.fixture
def met(tmp_path: Path, database_url: str | None) -> Iterator[Meeting]:
    with meeting(tmp_path, plugin("booked", Note, Came, Shelf), url=database_url) as met:
        met.team("east")
        met.laptop("east")
        met.laptop("east")
        yield met


def reasons(laptop: Replica) -> str:
    """Why the hub refused what it refused."""
    with laptop:
        return "".join(str(each.reasons) for each in attention.rejected_transactions())


def granted(met: Meeting, id: str) -> int:
    """What the hub has of a shelf as granted and as given back."""
    with met.hub:
        row = met.hub.collections["booked.shelf"].rows_by_id([id]).get(id)
        state = row.values["stock"] if row else {}
        return total(state, "g") * 100 + total(state, "r")


@pytest.mark.either_database
def test_a_grant_goes_with_its_line_in_one_transaction_or_after_it(met: Meeting) -> None:
    laptop, other = met.laptops
    with laptop:
        note = Note.create(name="收据").id
        with present_store().transaction():
            together = Shelf.create().id
            grant(Shelf.get_by_id(together), "stock", 5)
            Came.create(shelf=together, amount=5, note=note)
        after = Shelf.create().id
        Came.create(shelf=after, amount=4, note=note)
        Came.create(shelf=after, amount=3, note=note)
    met.agree()
    with other:
        grant(Shelf.get_by_id(after), "stock", 7)
    met.agree()
    assert reasons(laptop) == reasons(other) == ""
    assert (granted(met, together), granted(met, after)) == (500, 700)


@pytest.mark.either_database
def test_without_a_line_nothing_is_granted_in_whatever_way(met: Meeting) -> None:
    laptop, other = met.laptops
    with laptop:
        note = Note.create(name="收据").id
        made = Shelf.create(stock=100_000).id
        shelf = Shelf.create().id
        with present_store().transaction():
            grant(Shelf.get_by_id(shelf), "stock", 5)
            Came.create(shelf=shelf, amount=5, note=note)
        with present_store().transaction():
            spend(Shelf.get_by_id(shelf), "stock", 2)
            Came.create(shelf=shelf, amount=2, kind="went")
    met.agree()
    assert "依据" not in reasons(laptop)
    assert "凭据共 0" in reasons(laptop)
    assert granted(met, made) == 0
    with other:
        grant(Shelf.get_by_id(shelf), "stock", 1)
    with laptop:
        give_back(Shelf.get_by_id(shelf), "stock", 1)
    met.sync()
    assert "凭据共 5" in reasons(other)
    assert granted(met, shelf) == 500
    with laptop, present_store().transaction():
        give_back(Shelf.get_by_id(shelf), "stock", 1)
        Came.create(shelf=shelf, amount=1, kind="back")
    met.sync()
    assert granted(met, shelf) == 501


@pytest.mark.either_database
def test_without_a_line_nothing_is_spent(met: Meeting) -> None:
    laptop, _ = met.laptops
    with laptop:
        note = Note.create(name="收据").id
        with present_store().transaction():
            shelf = Shelf.create().id
            grant(Shelf.get_by_id(shelf), "stock", 5)
            Came.create(shelf=shelf, amount=5, note=note)
        with present_store().transaction():
            spend(Shelf.get_by_id(shelf), "stock", 2)
            Came.create(shelf=shelf, amount=2, kind="went")
    met.sync()
    with laptop:
        spend(Shelf.get_by_id(shelf), "stock", 1)
    met.sync()
    assert "凭据共 2，不能花到 3" in reasons(laptop)
    with met.hub:
        assert Shelf.get_by_id(shelf).stock.left == 3


def test_a_line_that_is_not_due_is_refused_with_what_it_grants(met: Meeting) -> None:
    laptop, _ = met.laptops
    with laptop:
        shelf = Shelf.create().id
        for note in (None, Note.create(name="便条").id):
            with present_store().transaction():
                grant(Shelf.get_by_id(shelf), "stock", 5)
                Came.create(shelf=shelf, amount=5, note=note)
    met.sync()
    assert reasons(laptop).count("依据") >= 1
    assert granted(met, shelf) == 0


# -- points -----------------------------------------------------------------------------------


@dataclass
class Town:
    met: Meeting
    leader: Replica
    person: str
    served: str


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A leader whose volunteer served an hour, which earned ten points."""
    with meeting(tmp_path, reward_station, roster, service) as met:
        met.team("east")
        leader = met.laptop("east")
        with leader:
            Setting.change(points_per_hour=10)
            person = roster.Person.create(name="示例·甲001", scope=COMMUNITY).id
            served = attended(person)
        met.sync()
        yield Town(met, leader, person, served)


def attended(person: str, hour: int = 9, **values: Any) -> str:
    """An hour of service."""
    begin = datetime(2026, 5, 1, hour)
    activity = Activity.create(title="值班", day=begin.date()).id
    usual = {"signed_out": begin + timedelta(hours=1), "confirmed_by": "示例·队长"}
    return str(
        Attendance.create(
            activity=activity, person=person, signed_in=begin, **{**usual, **values}
        ).id
    )


def points(town: Town) -> int:
    with town.met.hub:
        account = Account.get_or_none(Account.person == town.person)
        return int(account.points.left) if account else 0


def test_confirmed_service_earns(town: Town) -> None:
    assert points(town) == 10
    assert reasons(town.leader) == ""


def test_points_by_hand_are_refused(town: Town) -> None:
    with town.leader:
        grant(Account.get(), "points", 100_000)
    town.met.sync()
    assert "凭据共 10" in reasons(town.leader)
    assert points(town) == 10


@pytest.mark.parametrize("what", ["as is due", "more", "again", "unconfirmed", "another's", "none"])
def test_points_beyond_confirmed_service_are_refused(town: Town, what: str) -> None:
    """Whatever the laptop's own program would say."""
    leader = town.leader
    with leader, present_store().transaction():
        person, name = town.person, None if what == "unconfirmed" else "示例·队长"
        if what == "another's":
            person = roster.Person.create(name="示例·乙002", scope=COMMUNITY).id
        about = town.served if what == "again" else attended(person, 14, confirmed_by=name)
        about = new_id() if what == "none" else about
        id = new_id() if what == "again" else entry_id("earned", about)
        book(id, town.person, 11 if what == "more" else 10, about)
    town.met.sync()
    assert (reasons(leader) == "") == (what == "as is due")
    assert points(town) == (20 if what == "as is due" else 10)


def test_points_come_back_with_a_redemption_that_is_reversed_alone(town: Town) -> None:
    with town.leader, present_store().transaction():
        Entry.create(
            id=entry_id("returned", town.served),
            person=town.person,
            source="spent",
            target="person",
            points=5,
            day=date(2026, 5, 1),
            about=town.served,
            scope=COMMUNITY,
        )
    town.met.sync()
    assert "依据" in reasons(town.leader)


def book(id: str, person: str, amount: int, about: str) -> None:
    """What a changed program would write."""
    Entry.create(
        id=id,
        person=person,
        source="earned",
        target="person",
        points=amount,
        minutes=60,
        day=date(2026, 5, 1),
        about=about,
        scope=COMMUNITY,
    )
    grant(ledger.account_of(person), "points", amount)
