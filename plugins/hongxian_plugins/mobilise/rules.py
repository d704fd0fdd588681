"""What may not be, and what is only marked: danger is for insured adults, and whoever stands there is written down.

Refused is what the law forbids and what adds up to no time; marked is what is too long, too soon or too many.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hongxian import Mark, Refused, Seen, rule
from hongxian.days import minutes_together
from hongxian.records import COMMUNITY, refuse_out_of_order
from hongxian_plugins.mobilise.calls import Call, Post, Shift
from hongxian_plugins.mobilise.covers import Cover
from hongxian_plugins.mobilise.presences import Presence, span_of
from hongxian_plugins.mobilise.reporting.members import Report
from hongxian_plugins.mobilise.setting import MobiliseRules
from hongxian_plugins.mobilise.steps import LIVE

ADULT = 18
_TIMES = ("arrived", "released", "voided")


@rule(of=Shift, when=("begins", "ends"))
def ends_after_it_began(shift: Shift) -> None:
    if shift.ends <= shift.begins:
        raise Refused("班次要结束在开始之后。", "A shift ends after it began.")


# -- danger --------------------------------------------------------------------------------------


@rule(of=Presence, when=("person", "call", "state"))
def is_of_age_for_danger(presence: Presence, seen: Seen) -> None:
    """No minors for rescue or danger (江苏省志愿服务条例; 突发事件应对法 39)."""
    call = _dangerous(presence, seen)
    if call is None:
        return
    person = seen.get("roster.person", presence.person)
    years = call.begins.year - person.born if person is not None and person.born else None
    if years is not None and years < ADULT:
        raise Refused(
            "未满 18 岁的人不参加有危险的应急服务（江苏省志愿服务条例、突发事件应对法第39条）。",
            "Nobody under 18 serves in danger (Jiangsu's regulations; Emergency Response Law 39).",
        )
    looked_at = any(each.adult for each in seen.all(Report, person=presence.person))
    if (years is None or years == ADULT) and not looked_at:
        raise Refused(
            "还不知道是否满 18 岁：请在名册填出生年份，或在报到单勾“已核对年满18周岁”。",
            "Whether they are 18 is not known: fill in the year of birth in the roster, or tick "
            "“Checked: 18 or older” on their report.",
        )


@rule(of=Presence, when=("person", "call", "state"))
def is_insured_for_danger(presence: Presence, seen: Seen) -> None:
    """Insured before danger (志愿服务条例 17); lifted as soon as the cover is known here."""
    call = _dangerous(presence, seen)
    if call is None:
        return
    covers = (*seen.all(Cover, person=presence.person), *seen.all(Cover, call=call.id))
    if not any(each.begins <= call.begins.date() <= each.ends for each in covers):
        raise Refused(
            "这台电脑上没有这个人 {day} 的保险；先登记保险，或同步后再排（志愿服务条例第17条）。",
            "No cover for {day} is known of this person here: enter it, or sync and try again "
            "(Volunteer Service Regulations 17).",
            day=call.begins.date(),
        )


def _dangerous(presence: Presence, seen: Seen) -> Call | None:
    """The call that somebody goes to, where it is dangerous; None for one that has not arrived here."""
    call = seen.get(Call, presence.call)
    is_going = presence.state in LIVE and not presence.voided
    return call if call is not None and call.risk == "danger" and is_going else None


@rule(of=Cover, when=("person", "call", "begins", "ends"))
def is_of_one_person_or_one_call(cover: Cover) -> None:
    if bool(cover.person) == bool(cover.call):
        raise Refused(
            "保险写一个人，或写一次召集，只写一个。",
            "Cover is of a person or of a call: one of them.",
        )
    if cover.person and cover.scope == COMMUNITY:
        raise Refused(
            "个人的保险只在本队登记。", "A person's cover is kept by their team, not by all."
        )
    refuse_out_of_order(cover, "begins", "ends")


# -- times ---------------------------------------------------------------------------------------


@rule(of=Presence, when=(*_TIMES, "confirmed_by", "counts_from"))
def has_times_that_add_up(presence: Presence, seen: Seen) -> None:
    if presence.voided:
        return
    refuse_out_of_order(presence, "arrived", "released")
    if presence.confirmed_by and not (presence.arrived and presence.released):
        raise Refused("还没离岗，不能确认。", "Not released yet: it cannot be confirmed.")
    if not presence.confirmed_by:
        return
    for other in _others(presence, seen):
        if other.confirmed_by and _counting(other) and _overlap(presence, other):
            raise Refused(
                "{came:%H:%M}–{left:%H:%M} 已经确认过，一分钟只算一次；请作废一条。",
                "{came:%H:%M}–{left:%H:%M} is confirmed already, and a minute counts once: void one.",
                came=other.arrived,
                left=other.released,
            )


def _counting(presence: Presence) -> tuple[datetime, datetime] | None:
    begins = presence.counts_from or presence.arrived
    return (begins, presence.released) if begins and presence.released > begins else None


def _overlap(one: Presence, other: Presence) -> bool:
    mine, theirs = _counting(one), _counting(other)
    return bool(mine and theirs and mine[0] < theirs[1] and theirs[0] < mine[1])


def _others(presence: Presence, seen: Seen) -> list[Presence]:
    found = seen.all(Presence, person=presence.person)
    return [each for each in found if each.id != presence.id and not each.voided]


@rule(of=Presence, when=_TIMES)
def is_no_longer_than_a_shift(presence: Presence, seen: Seen) -> Mark | None:
    span = None if presence.voided else span_of(presence)
    most = seen.settings(MobiliseRules).shift_hours
    if span is None or span[1] - span[0] <= timedelta(hours=most):
        return None
    hours = round((span[1] - span[0]) / timedelta(hours=1), 1)
    return Mark(
        "这一班 {hours} 小时，超过 {most} 小时；请安排休息并核对。",
        "{hours} {hours:hour|hours} at a stretch, over {most}: let them rest, and check the times.",
        hours=hours,
        most=most,
    )


@rule(of=Presence, when=_TIMES)
def is_no_longer_than_a_day(presence: Presence, seen: Seen) -> Mark | None:
    if presence.voided or span_of(presence) is None:
        return None
    day = presence.arrived.date()
    spans = [span_of(each) for each in (presence, *_others(presence, seen)) if _on(each, day)]
    minutes, most = minutes_together(filter(None, spans)), seen.settings(MobiliseRules).day_hours
    if minutes <= most * 60:
        return None
    return Mark(
        "{day} 在岗合计 {minutes} 分钟，超过 {most} 小时；请换人。",
        "{minutes} {minutes:minute|minutes} on {day}, over {most} {most:hour|hours}: relieve them.",
        day=day,
        minutes=minutes,
        most=most,
    )


def _on(presence: Presence, day: date) -> bool:
    return bool(presence.arrived and presence.arrived.date() == day)


@rule(of=Presence, when=_TIMES)
def has_rested(presence: Presence, seen: Seen) -> Mark | None:
    """Between the last release of a day before and this arrival."""
    if presence.voided or presence.arrived is None:
        return None
    arrived, most = presence.arrived, seen.settings(MobiliseRules).rest_hours
    before = [
        each.released
        for each in _others(presence, seen)
        if each.released and each.arrived and each.arrived.date() < arrived.date()
    ]
    if not before or arrived - max(before) >= timedelta(hours=most):
        return None
    return Mark(
        "上次 {left:%H:%M} 离岗，休息不到 {most} 小时；请换人或让他歇够。",
        "Released at {left:%H:%M}: not {most} {most:hour|hours} of rest. Relieve them, or let them rest.",
        left=max(before),
        most=most,
    )


@rule(of=Presence, when=("post", "shift", "state", "voided"))
def has_a_place(presence: Presence, seen: Seen) -> Mark | None:
    """Whoever stands there is written down, though the post is full."""
    post = seen.get(Post, presence.post)
    if post is None or presence.shift is None or presence.state not in LIVE or presence.voided:
        return None
    there = [
        each
        for each in seen.all(Presence, post=presence.post)
        if each.shift == presence.shift and each.state in LIVE and not each.voided
    ]
    if len(there) <= post.places:
        return None
    return Mark(
        "“{post}”这一班 {n} 人，只要 {places} 人；请换岗或加位。",
        "{post} has {n} people for {places} {places:place|places} in that shift: move somebody, or add a place.",
        post=post.name,
        n=len(there),
        places=post.places,
    )
