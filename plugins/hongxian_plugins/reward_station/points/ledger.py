"""The ledger of points: every entry takes from one side what it brings to the other.

What people may spend is the quota of their account, which is what laptops hold rights to; the
ledger tells why. Each booking writes both in one transaction, and has an id that follows from
what it is for, so that it is booked once however many laptops do it.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from datetime import date

from peewee import fn

from hongxian import Refused, local_today
from hongxian.doubles import group
from hongxian.quotas import give_back, grant, spend, spendable
from hongxian.records import Value, present_store, same_id
from hongxian_plugins.reward_station.points.due import entry_id, part_key
from hongxian_plugins.reward_station.points.records import ACCOUNTS, Account, Entry
from hongxian_plugins.reward_station.reach import hold
from hongxian_plugins.reward_station.setting import Setting

SIDES = {
    "earned": ("earned", "person"),
    "spent": ("person", "spent"),
    "returned": ("spent", "person"),
    "expired": ("person", "expired"),
    "reversed": ("person", "reversed"),
}
"""What can be booked: from which account to which."""


def is_booked(word: str, about: str) -> bool:
    """Whether that has been booked already, as far as is known here."""
    return bool(Entry.select().where(Entry.id == entry_id(word, about)).exists())


def account_of(person: str) -> Account:
    """A person's account, made at the first booking."""
    id = same_id("reward_station.account", person)
    Account.get_or_create(id=id, defaults={"person": person})
    return Account.get_by_id(id)  # type: ignore[no-any-return]


# -- bookings ------------------------------------------------------------------------------------


def book_earned(person: str, points: int, about: str, **of: Value) -> None:
    """Points for service, of its `day` and `minutes`; what the person owes is kept back."""
    with present_store().transaction():
        account = account_of(person)
        usable = points - max(owed(account), 0)
        _write("earned", person, points, about, **of)
        if usable > 0:
            grant(account, "points", usable)


def book_spent(person: str, points: int, about: str) -> None:
    """Points for a gift, of all the person's doubles; raises `QuotaShort` where nobody in reach has the rights."""
    if (held := balance(person)) < points:
        raise short_of(held, points)
    with present_store().transaction():
        for each, part in _parts(person, points).items():
            _write("spent", each, part, about, key=_key(about, each, person))
            hold(account_of(each), "points", part)


def to_pay(person: str, points: int) -> list[tuple[Account, str, int]]:
    """What each account of a person's doubles would give; none where they have not so many."""
    parts = _parts(person, points) if balance(person) >= points else {}
    return [(account_of(each), "points", part) for each, part in parts.items()]


def book_returned(person: str, about: str) -> None:
    """Points of a redemption that was cancelled come back to whom they were taken from."""
    with present_store().transaction():
        for spent in list(Entry.select().where(Entry.about == about, Entry.target == "spent")):
            give_back(account_of(spent.person), "points", spent.points)
            key = _key(about, spent.person, person)
            _write("returned", spent.person, spent.points, about, key=key)


def book_expired(person: str, points: int, about: str) -> None:
    """Points too old; raises `QuotaShort` where another laptop holds the rights to them."""
    with present_store().transaction():
        hold(account_of(person), "points", points)
        _write("expired", person, points, about)


def book_reversed(person: str, points: int, about: str) -> None:
    """Points for service that turned out void; what was spent already is owed."""
    with present_store().transaction():
        spend(account_of(person), "points", points, beyond="uncovered")
        _write("reversed", person, points, about)


def _write(word: str, person: str, points: int, about: str, key: str = "", **of: Value) -> None:
    """Write one entry; `key` tells those of one thing apart that are of several accounts."""
    key = key or about
    if is_booked(word, key):
        raise Refused("这一笔已经记过。", "This has been booked already.")
    source, target = SIDES[word]
    what = {"source": source, "target": target, "points": points, "about": about}
    Entry.create(id=entry_id(word, key), person=person, **{"day": local_today(), **what, **of})


def _key(about: str, person: str, redeemer: str) -> str:
    return about if person == redeemer else part_key(about, person)


def _parts(person: str, points: int) -> dict[str, int]:
    """How much of some points each account gives: what it can at once, and the rest as far as it has it."""
    given = Counter[str]()
    for at_once in (True, False):
        for each in same_person(person):
            most = balances(each)["person"] - given[each]
            if at_once and most > 0:
                most = min(most, spendable(account_of(each), "points"))
            given[each] += max(min(most, points - given.total()), 0)
    return {each: part for each, part in given.items() if part}


def short_of(held: int, points: int) -> Refused:
    """The error of whoever would spend more than the ledger has."""
    return Refused(
        "积分不够：账上 {held} 分，要 {points} 分。",
        "Not enough points: {held} in the ledger, {points} wanted.",
        held=held,
        points=points,
    )


# -- what the ledger says ------------------------------------------------------------------------


def usable_by(person: str) -> int:
    """Points that a person may spend, over all that they were entered as."""
    accounts = Account.select().where(Account.person.in_(same_person(person)))
    return sum(int(each.points) for each in accounts)


def at_hand(person: str) -> int:
    """Of these what may be spent here, whoever else is offline."""
    accounts = Account.select().where(Account.person.in_(same_person(person)))
    return sum(max(spendable(each, "points"), 0) for each in accounts)


def balances(*people: str) -> dict[str, int]:
    """What each account holds, of these people or of all; they always add up to zero."""
    query = Entry.select(Entry.source, Entry.target, fn.SUM(Entry.points))
    if people:
        query = query.where(Entry.person.in_(people))
    held = dict.fromkeys(dict(ACCOUNTS), 0)
    for source, target, points in query.group_by(Entry.source, Entry.target).tuples():
        held[source] -= int(points)
        held[target] += int(points)
    return held


def balance(person: str) -> int:
    """A person's points by the ledger, of all their doubles."""
    return balances(*same_person(person))["person"]


def same_person(person: str) -> list[str]:
    """The ids of a person and their doubles; this one first."""
    return sorted(group("roster.person", person), key=lambda each: each != person)


def brings(entry: Entry) -> int:
    """Points that an entry brings its person; below zero for what it takes."""
    return int(entry.points if entry.target == "person" else -entry.points)


def owed(account: Account) -> int:
    """Points that the account may still spend though the ledger has taken them away.

    Below zero where two laptops kept the same debt back: then the next grant is larger.
    """
    return int(account.points.left) - balances(account.person)["person"]


def to_expire(person: str, cutoff: date) -> tuple[int, str]:
    """Points earned before `cutoff` that are neither spent, expired nor reversed; oldest go first.

    Returns them with the last of the entries that earned them (0 and "" for none).
    """
    return too_old(Entry.select().where(Entry.person == person), cutoff)


def too_old(of_person: Iterable[Entry], cutoff: date) -> tuple[int, str]:
    """The same, told from all entries of a person."""
    entries = sorted(of_person, key=lambda each: (each.day, each.id))
    void = {each.about for each in entries if each.target == "reversed"}
    earned = [each for each in entries if each.source == "earned" and each.about not in void]
    old = [each for each in earned if each.day < cutoff]
    gone = [each for each in entries if {each.source, each.target} & {"spent", "expired"}]
    due = sum(map(brings, (*old, *gone)))
    return (due, old[-1].id) if old and due > 0 else (0, "")


def minutes_at(of_person: Iterable[Entry], activity: str) -> int:
    """Minutes of one activity that earned, told from all entries of a person; void ones left out."""
    entries = list(of_person)
    void = {each.about for each in entries if each.target == "reversed"}
    there = [each for each in entries if each.source == "earned" and each.activity == activity]
    return sum(each.minutes or 0 for each in there if each.about not in void)


def cutoff_of(setting: Setting, today: date) -> date | None:
    """The day before which what was earned is too old, by the town's rule; None where nothing ever is."""
    cutoffs = [date(today.year, 1, 1)] if setting.expires_with_year else []
    if setting.expiry_months is not None:
        cutoffs.append(months_before(today, setting.expiry_months))
    return max(cutoffs, default=None)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
