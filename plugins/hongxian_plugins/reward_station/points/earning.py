"""Points from service: confirmed hours earn by the community's rules, void ones are taken back.

Whoever gives the hours: another plugin, which may be missing.
"""

from __future__ import annotations

from hongxian import Refused, Store, Text, action, every, local_today, takes
from hongxian.contracts import Hours, given
from hongxian.merges import plus
from hongxian.quotas import QuotaShort
from hongxian.records import same_id
from hongxian_plugins.reward_station.points import ledger
from hongxian_plugins.reward_station.points.due import activity_of, counts, entry_id
from hongxian_plugins.reward_station.points.records import Account, Day, Entry
from hongxian_plugins.reward_station.setting import Setting

_TOGETHER = 200
"""Hours that are booked in one transaction."""


@takes(Hours)
def book_hours(store: Store, source: str, hours: Hours | None) -> bool:
    """Book what hours earn, or take it back once they are given no more; whether there was something to."""
    if hours is None:
        return _take_back(store, source)
    setting, activity = Setting.now(store), activity_of(hours, source)
    too_early = (
        setting.starts is not None and hours.day < setting.starts
    )  # but carried over by hand
    if too_early or not counts(hours, setting):
        return False
    day = same_id("reward_station.day", hours.person, hours.day.isoformat())
    minutes = hours.minutes
    if setting.daily_cap_minutes is not None:
        counted = Day.get_or_none(Day.id == day)
        minutes = min(minutes, setting.daily_cap_minutes - (counted.minutes if counted else 0))
    if setting.activity_cap_minutes is not None:
        there = ledger.minutes_at(Entry.select().where(Entry.person == hours.person), activity)
        minutes = min(minutes, setting.activity_cap_minutes - there)
    points = minutes * setting.points_per_hour // 60
    if points <= 0 or ledger.is_booked("earned", source):
        return False
    with store.transaction():
        Day.get_or_create(id=day, defaults={"person": hours.person, "day": hours.day})
        Day.update(minutes=plus(minutes)).where(Day.id == day).execute()
        told = {"day": hours.day, "minutes": minutes, "activity": activity}
        ledger.book_earned(hours.person, points, source, **told)
    return True


def _take_back(store: Store, source: str) -> bool:
    earned = Entry.get_or_none(Entry.id == entry_id("earned", source))
    if earned is None or ledger.is_booked("reversed", source):
        return False
    with store.transaction():
        of_day = Day.person == earned.person, Day.day == earned.day
        Day.update(minutes=plus(-(earned.minutes or 0))).where(*of_day).execute()
        ledger.book_reversed(earned.person, earned.points, source)
    return True


@action(title=Text("补记积分", "Book missing points"), menu=False)
def book_missing(store: Store) -> Text:
    """Book all hours that are not booked yet: what came before the rules did, or was refused
    because the day was full."""
    if not Setting.now(store).points_per_hour:
        raise Refused(
            "还没有积分规则，请先填写。", "There are no rules for points yet: write them first."
        )
    booked, sources = 0, list(given(store, Hours))
    for start in range(0, len(sources), _TOGETHER):
        with store.transaction():
            booked += sum(book_hours(store, *each) for each in sources[start : start + _TOGETHER])
    return Text(f"补记 {booked} 笔", f"{booked} booked")


@action(title=Text("积分过期", "Expire points"), menu=False)
@every(hours=24, on="laptop")
def expire(store: Store) -> Text:
    """Let points that are too old expire; those that another laptop holds wait for it."""
    cutoff = ledger.cutoff_of(Setting.now(store), local_today(store))
    if cutoff is None:
        return Text("没有设有效期，积分不过期", "Points do not expire here")
    expired = elsewhere = 0
    for (person,) in Account.select(Account.person).order_by(Account.person).tuples():
        points, last = ledger.to_expire(person, cutoff)
        if points and not ledger.is_booked("expired", last):
            try:
                ledger.book_expired(person, points, last)
                expired += 1
            except QuotaShort:
                elsewhere += 1
    return Text(
        f"{expired} 人的积分过期；{elsewhere} 人的在别的电脑上，请在那里办",
        f"The points of {expired} have expired; those of {elsewhere} are held by other laptops, do it there",
    )
