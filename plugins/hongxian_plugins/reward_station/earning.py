"""Points from service: confirmed minutes earn by the community's rules, void ones are taken back.

Service is another plugin's. It is looked at through the store, and may be missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hongxian import COMMUNITY, Record, Store, Text, action, joined, local_today, plus, same_id
from hongxian.errors import QuotaShort
from hongxian_plugins.reward_station import ledger
from hongxian_plugins.reward_station.asking import edit, refuse
from hongxian_plugins.reward_station.due import entry_id, minutes_of
from hongxian_plugins.reward_station.points import Account, Day, Entry
from hongxian_plugins.reward_station.setting import Setting

_TOGETHER = 200
"""Services that are booked in one transaction."""


@dataclass(frozen=True)
class Service:
    """One person's confirmed service; `minutes` is 0 where it does not count."""

    id: str
    person: str
    day: date
    minutes: int
    late: bool
    void: bool


def cap_of(person: str, day: date, setting: Setting) -> int | None:
    """Minutes of a person's day that may still earn; None without a cap."""
    if setting.daily_cap_minutes is None:
        return None
    counted = Day.get_or_none(Day.id == day_id(person, day))
    return max(int(setting.daily_cap_minutes) - (counted.minutes if counted else 0), 0)


def day_id(person: str, day: date) -> str:
    """The id of a person's day, the same on every laptop."""
    return same_id("reward_station.day", person, day.isoformat())


# -- earning and taking back ---------------------------------------------------------------------


def service_was_stored(store: Store, id: str) -> None:
    """Book what a service that was written here earns, or take it back."""
    service = service_of(store, id)
    if service is not None:
        book(store, service)


def book(store: Store, service: Service) -> bool:
    """Book one service; returns whether there was something to book."""
    if service.void:
        return _take_back(store, service)
    setting = Setting.now(store)
    if service.minutes <= 0 or ledger.is_booked("earned", service.id):
        return False
    if (service.late and not setting.late_entries_earn) or (
        setting.starts is not None and service.day < setting.starts
    ):
        return False
    room = cap_of(service.person, service.day, setting)
    minutes = service.minutes if room is None else min(service.minutes, room)
    points = minutes * int(setting.points_per_hour) // 60
    if points <= 0:
        return False
    with store.transaction():
        _count_minutes(service, minutes)
        ledger.book_earned(store, service.person, points, service.day, service.id, minutes)
    return True


def _take_back(store: Store, service: Service) -> bool:
    earned = Entry.get_or_none(Entry.id == entry_id("earned", service.id))
    if earned is None or ledger.is_booked("reversed", service.id):
        return False
    with store.transaction():
        if earned.minutes:
            _count_minutes(service, -earned.minutes)
        ledger.book_reversed(store, earned.person, earned.points, local_today(store), service.id)
    return True


def _count_minutes(service: Service, minutes: int) -> None:
    id = day_id(service.person, service.day)
    day = Day.get_or_none(Day.id == id)
    if day is None:
        Day.create(id=id, person=service.person, day=service.day, minutes=minutes, scope=COMMUNITY)
    else:
        edit(day, minutes=plus(minutes))


@action(title=Text("补记积分", "Book missing points"))
def book_missing(store: Store) -> Text:
    """Book every confirmed or void service that is not booked yet: what came before the rules did,
    from laptops without this plugin, or was refused because the day was full."""
    if not Setting.now(store).points_per_hour:
        raise refuse(
            "还没有积分规则，请先填写。", "There are no rules for points yet: write them first."
        )
    booked, services = 0, list(_services(store))
    for start in range(0, len(services), _TOGETHER):
        with store.transaction():
            booked += sum(book(store, each) for each in services[start : start + _TOGETHER])
    return Text(f"补记 {booked} 笔", f"{booked} booked")


@action(title=Text("积分过期", "Expire points"))
def expire(store: Store) -> Text:
    """Let points that are too old expire; those that another laptop holds wait for it."""
    setting = Setting.now(store)
    if setting.expiry_months is None:
        return Text("没有设有效期，积分不过期", "Points do not expire here")
    day = local_today(store)
    cutoff = months_before(day, int(setting.expiry_months))
    expired = elsewhere = 0
    for (person,) in Account.select(Account.person).order_by(Account.person).tuples():
        points, last = ledger.to_expire(person, cutoff)
        if points and not ledger.is_booked("expired", last):
            try:
                ledger.book_expired(store, person, points, day, last)
                expired += 1
            except QuotaShort:
                elsewhere += 1
    told = Text(f"{expired} 人的积分过期", f"The points of {expired} have expired")
    if not elsewhere:
        return told
    more = Text(
        f"{elsewhere} 人的积分在别的电脑上，请在那里办",
        f"those of {elsewhere} are held by other laptops, do it there",
    )
    return joined([told, more], Text("；", "; "))


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(day)


# -- service, as it is seen through the store ----------------------------------------------------


def service_of(store: Store, id: str) -> Service | None:
    """A confirmed or void service, if there is a service plugin and it knows both its records."""
    attendances, activities = (
        store.collections.get(name) for name in ("service.attendance", "service.activity")
    )
    if attendances is None or activities is None:
        return None
    record = attendances.model.get_or_none(attendances.model.id == id)
    activity = record and activities.model.get_or_none(activities.model.id == record.activity)
    return _service(record, activity) if activity else None


def _services(store: Store) -> Iterator[Service]:
    attendances = store.collections.get("service.attendance")
    if attendances is not None:
        ids = [id for (id,) in attendances.model.select(attendances.model.id).tuples()]
        yield from filter(None, (service_of(store, id) for id in ids))


def _service(record: Record, activity: Record) -> Service | None:
    if not (record.voided or record.confirmed_by):
        return None
    served = {name: getattr(record, name) for name in ("minutes", "signed_in", "signed_out")}
    minutes = 0 if activity.drill else minutes_of(served, {"shift_cap": activity.shift_cap})
    return Service(
        record.id, record.person, activity.day, minutes, record.late_entry, record.voided
    )
