"""The ledger of points: every entry takes from one side what it brings to the other.

What people may spend is the quota of their account, which is what laptops hold rights to; the
ledger tells why. Each booking writes both in one transaction, and has an id that follows from
what it is for, so that it is booked once however many laptops do it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from peewee import fn

from hongxian import Refused, Store, Text
from hongxian.doubles import group
from hongxian.quotas import give_back, grant, spend, spendable
from hongxian.records import COMMUNITY, Task, same_id
from hongxian_plugins.reward_station.asking import found, hold, refuse
from hongxian_plugins.reward_station.due import entry_id, part_key
from hongxian_plugins.reward_station.points import ACCOUNTS, Account, Entry

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


def write(
    word: str,
    person: str,
    points: int,
    day: date,
    about: str,
    minutes: int | None = None,
    key: str = "",
) -> None:
    """Write one entry; what it does to the account stands beside it in each function below.

    `key` tells the entries of one thing apart that are of several accounts.
    """
    if is_booked(word, key or about):
        raise refuse("这一笔已经记过。", "This has been booked already.")
    source, target = SIDES[word]
    Entry.create(
        id=entry_id(word, key or about),
        person=person,
        source=source,
        target=target,
        points=points,
        minutes=minutes,
        day=day,
        about=about,
        scope=COMMUNITY,
    )


def account_of(person: str) -> Account:
    """A person's account, made at the first booking."""
    id = same_id("reward_station.account", person)
    if not Account.select().where(Account.id == id).exists():
        Account.create(id=id, person=person, scope=COMMUNITY)
    return found(Account, id)


# -- bookings ------------------------------------------------------------------------------------


def book_earned(
    store: Store, person: str, points: int, day: date, about: str, minutes: int | None = None
) -> None:
    """Points for service. What the person owes from points that were reversed is kept back."""
    with store.transaction():
        account = account_of(person)
        usable = points - max(owed(account), 0)
        write("earned", person, points, day, about, minutes)
        if usable > 0:
            grant(account, "points", usable)


def book_spent(store: Store, person: str, points: int, day: date, about: str) -> None:
    """Points for a gift; raises `QuotaShort` where nobody in reach has the rights to them.

    Who was entered twice has two accounts, and both are spent from.
    """
    held = balance(person)
    if held < points:
        raise short_of(held, points)
    with store.transaction():
        for each, part in _parts(same_person(person), points):
            key = about if each == person else part_key(about, each)
            write("spent", each, part, day, about, key=key)
            hold(account_of(each), "points", part)


def _parts(people: Sequence[str], points: int) -> Iterator[tuple[str, int]]:
    """How much of some points each account gives: what it can at once, and the rest as far as it has it."""
    rest, can = points, {each: balances(each)["person"] for each in people}
    given = dict.fromkeys(people, 0)
    for at_once in (True, False):
        for each in people:
            most = can[each] - given[each]
            if at_once and most > 0:
                most = min(most, spendable(account_of(each), "points"))
            part = max(min(most, rest), 0)
            given[each] += part
            rest -= part
    yield from ((each, part) for each, part in given.items() if part)


def short_of(held: int, points: int) -> Refused:
    """The error of whoever would spend more than the ledger has."""
    return refuse(
        f"积分不够：账上 {held} 分，要 {points} 分。",
        f"Not enough points: {held} in the ledger, {points} wanted.",
    )


def book_returned(store: Store, person: str, points: int, day: date, about: str) -> None:
    """Points of a redemption that was cancelled come back."""
    with store.transaction():
        spent = Entry.select().where((Entry.about == about) & (Entry.target == "spent"))
        for each in list(spent):
            key = about if each.person == person else part_key(about, each.person)
            give_back(account_of(each.person), "points", each.points)
            write("returned", each.person, each.points, day, about, key=key)


def book_expired(store: Store, person: str, points: int, day: date, about: str) -> None:
    """Points too old; raises `QuotaShort` where another laptop holds the rights to them."""
    with store.transaction():
        hold(account_of(person), "points", points)
        write("expired", person, points, day, about)


def book_reversed(store: Store, person: str, points: int, day: date, about: str) -> None:
    """Points for service that turned out void. What cannot be taken here is owed, with a task."""
    with store.transaction():
        account = account_of(person)
        owing = points - max(spendable(account, "points"), 0)
        spend(account, "points", points, beyond="uncovered")
        write("reversed", person, points, day, about)
        if owing > 0:
            Task.create(
                text=Text(
                    f"服务作废，冲销 {points} 分，其中 {owing} 分本机收不回，以后的积分先抵扣。",
                    f"Void service: {owing} of {points} points could not be taken back here; points to "
                    "come are kept back.",
                ),
                collection="reward_station.account",
                record=account.id,
                scope=COMMUNITY,
            )


# -- what the ledger says ------------------------------------------------------------------------


def balances(*people: str) -> dict[str, int]:
    """What each account holds, of these people or of all; they always add up to zero."""
    query = Entry.select(Entry.source, Entry.target, fn.SUM(Entry.points))
    if people:
        query = query.where(Entry.person.in_(people))
    held = Counter({account: 0 for account, _ in ACCOUNTS})
    for source, target, points in query.group_by(Entry.source, Entry.target).tuples():
        held[source] -= int(points)
        held[target] += int(points)
    return dict(held)


def balance(person: str) -> int:
    """A person's points by the ledger, of all their doubles."""
    return balances(*same_person(person))["person"]


def same_person(person: str) -> list[str]:
    """The ids of a person and their doubles; this one first."""
    return sorted(group("roster.person", person), key=lambda each: each != person)


def owed(account: Account) -> int:
    """Points that the account may still spend though the ledger has taken them away.

    Below zero where two laptops kept the same debt back: then the next grant is larger.
    """
    return int(account.points.left) - balances(account.person)["person"]


def to_expire(person: str, cutoff: date) -> tuple[int, str]:
    """Points earned before `cutoff` that are neither spent, expired nor reversed; oldest go first.

    Returns them with the last of the entries that earned them (0 and "" for none).
    """
    entries = list(Entry.select().where(Entry.person == person).order_by(Entry.day, Entry.id))
    void = {each.about for each in entries if each.target == "reversed"}
    old = [
        each
        for each in entries
        if each.source == "earned" and each.day < cutoff and each.about not in void
    ]
    gone = _sum(entries, "spent") - _sum(entries, "person", of="spent") + _sum(entries, "expired")
    due = sum(each.points for each in old) - gone
    return (due, old[-1].id) if old and due > 0 else (0, "")


def _sum(entries: Iterable[Entry], target: str, of: str = "person") -> int:
    return sum(each.points for each in entries if each.target == target and each.source == of)
