"""A town's rules for points, asked on the laptop as on the hub: what earns, and what grows old."""

from __future__ import annotations

from hongxian import Mark, Refused, Seen, rule
from hongxian_plugins.reward_station.points import ledger
from hongxian_plugins.reward_station.points.due import entry_id
from hongxian_plugins.reward_station.points.records import Day, Entry
from hongxian_plugins.reward_station.setting import Setting


@rule(of=Day, when=("minutes",))
def counts_no_more_than_a_day(day: Day, before: Day | None, seen: Seen) -> None:
    cap, counted = seen.settings(Setting).daily_cap_minutes, before.minutes if before else 0
    if cap is not None and day.minutes > max(cap, counted):
        raise Refused(
            "这人这天已计 {counted} 分钟，再计就超过每日封顶 {cap} 分钟；请放弃这次，再办“补记积分”。",
            "{counted} {counted:minute|minutes} of that day {counted:counts|count} already, and "
            "the cap is {cap}: discard this, then run "
            "reward_station.book_missing.",
            counted=counted,
            cap=cap,
        )


@rule(of=Entry)
def is_covered_by_the_ledger(entry: Entry, before: Entry | None, seen: Seen) -> Mark | None:
    """Nobody spends what they have not got; what void service takes away, they may owe."""
    if (entry.source, entry.target) not in ledger.SIDES.values():
        raise Refused("没有这样的记账。", "There is no such booking.")
    if entry.target not in ("spent", "reversed"):
        return None
    held = sum(map(ledger.brings, seen.all(Entry, person=entry.person)))
    if before is None and entry.target == "spent" and held < 0:
        raise ledger.short_of(held + entry.points, entry.points)
    if entry.target == "spent" or held >= 0:
        return None
    return Mark(
        "服务作废，已花掉的 {owed} 分收不回，以后的积分先抵扣。",
        "Void service: {owed} {owed:point that was|points that were} spent {owed:is|are} owed; "
        "points to come are kept back.",
        owed=-held,
    )


@rule(of=Entry)
def takes_back_what_was_earned(entry: Entry, before: Entry | None, seen: Seen) -> None:
    """What earned may have been refused, and then nothing is to be taken back."""
    if before is not None or entry.target != "reversed":
        return
    earned = seen.get(Entry, entry_id("earned", entry.about))
    if earned is None or (earned.person, earned.points) != (entry.person, entry.points):
        raise Refused(
            "没有发过这笔积分，不能冲销。", "These points were never earned: none are taken back."
        )


@rule(of=Entry)
def counts_no_more_than_an_activity(entry: Entry, before: Entry | None, seen: Seen) -> None:
    cap = seen.settings(Setting).activity_cap_minutes
    if before is not None or entry.source != "earned" or cap is None or entry.activity is None:
        return
    there = ledger.minutes_at(seen.all(Entry, person=entry.person), entry.activity)
    if there > cap:
        raise Refused(
            "这人这次活动已计 {counted} 分钟，再计就超过每次活动封顶 {cap} 分钟；请放弃这次，再办“补记积分”。",
            "{counted} {counted:minute|minutes} of that activity {counted:counts|count} already, "
            "and the cap is {cap}: discard this, then run "
            "reward_station.book_missing.",
            counted=there - (entry.minutes or 0),
            cap=cap,
        )


@rule(of=Entry)
def is_too_old(entry: Entry, before: Entry | None, seen: Seen) -> None:
    """Nobody loses points before the town's rule says so, as by a clock that goes wrong elsewhere."""
    if before is not None or entry.target != "expired":
        return
    others = [each for each in seen.all(Entry, person=entry.person) if each.id != entry.id]
    cutoff = ledger.cutoff_of(seen.settings(Setting), seen.now.date())
    due = ledger.too_old(others, cutoff)[0] if cutoff else 0
    if entry.points > due:
        raise Refused(
            "按规则只有 {due} 分过期，不是 {points} 分；请放弃这次，以后会重新算。",
            "By the rules {due} {due:point has|points have} expired, not {points}: discard this, "
            "it is reckoned again later.",
            due=due,
            points=entry.points,
        )
