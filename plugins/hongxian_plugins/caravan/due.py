"""What is still to be done for a fair: helpers, materials, books, rain, and what was promised at one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from hongxian import Due, Store, Text, local_today, reminder
from hongxian_plugins.caravan.closing import unserved
from hongxian_plugins.caravan.counter.gives import queue_elsewhere
from hongxian_plugins.caravan.counter.records import Slip, SlipBook
from hongxian_plugins.caravan.counter.things import Left, Material, Wish
from hongxian_plugins.caravan.fairs import Fair, Stall, coming_fairs, team_keys
from hongxian_plugins.caravan.helpers.records import Helper
from hongxian_plugins.caravan.helpers.signup import missing_at
from hongxian_plugins.caravan.settings import CaravanRules

_A_DAY = timedelta(days=1)


@reminder()
def empty_posts(store: Store) -> Iterator[Due]:
    """Some days before a fair, posts that nobody has."""
    before = timedelta(days=CaravanRules.now(store).posts_days)
    for fair in coming_fairs():
        if n := missing_at(fair).total():
            told = Text("{fair}：还缺 {n} 个志愿者", "{fair}: {n} {n:helper|helpers} missing")
            yield Due(fair.date - before, told.format(fair=fair.title, n=n), fair)


@reminder(ahead=3)
def before_the_day(store: Store) -> Iterator[Due]:
    """The day before: what nobody has brought, what is done if it rains, and books for hours offline."""
    for fair in coming_fairs():
        lacks = Material.select().where(Material.fair == fair.id, Material.arrived == False)  # noqa: E712
        if n := lacks.count():
            told = Text(
                "{fair}：{n} 样物资没到", "{fair}: {n} {n:thing was|things were} not brought"
            )
            yield Due(fair.date - _A_DAY, told.format(fair=fair.title, n=n), fair)
        if not fair.rain_plan:
            told = Text("{fair}：下雨怎么办还没写", "{fair}: say what is done if it rains")
            yield Due(fair.date - _A_DAY, told.format(fair=fair.title), fair)
        all_ = list(Stall.select().where(Stall.fair == fair.id))
        keys, mine = team_keys(store, all_), store.writer().teams
        ours = [each for each in all_ if keys[each.id] in mine]
        stalls = [each for each in ours if not queue_elsewhere(store, each)]
        books = SlipBook.select().where(SlipBook.stall.in_([each.id for each in stalls]))
        if stalls and not books.exists():
            told = Text("{fair}：联网开号簿", "{fair}: open its number books, with a network")
            yield Due(fair.date - _A_DAY, told.format(fair=fair.title), fair)


@reminder()
def after_the_day(store: Store) -> Iterator[Due]:
    """Who was not served, and helpers whose hours nobody has confirmed."""
    today = local_today(store)
    for fair in Fair.select().where(Fair.date < today, Fair.date >= today - timedelta(days=60)):
        if n := len(unserved(fair.id)):
            told = Text("{fair}：{n} 号没服务到，没安排", "{fair}: {n} were not served")
            yield Due(fair.date, told.format(fair=fair.title, n=n), fair)
        waits = Helper.select().where(
            Helper.fair == fair.id,
            Helper.came.is_null(False),
            Helper.confirmed_by.is_null(),
            Helper.voided == False,  # noqa: E712
        )
        if n := waits.count():
            told = Text("{fair}：{n} 人的时长待确认", "{fair}: confirm the hours of {n}")
            yield Due(fair.date + timedelta(days=7), told.format(fair=fair.title, n=n), fair)


@reminder()
def promised(store: Store) -> Iterator[Due]:
    """Visits that were promised, and not made yet."""
    kept = timedelta(days=CaravanRules.now(store).keep_days)
    fairs = {each.id: each for each in Fair.select()}
    for wish in Wish.select().where(Wish.kind == "visit", Wish.state == "promised"):
        if wish.fair in fairs:
            told = Text("上门还没去：{fair}", "A visit was promised: {fair}")
            yield Due(
                fairs[wish.fair].date + kept,
                told.format(fair=fairs[wish.fair].title),
                wish,
                to=wish.scope,
            )


@reminder(ahead=0)
def things_left_behind(store: Store) -> Iterator[Due]:
    """What was left at a stall and not fetched."""
    kept = timedelta(days=CaravanRules.now(store).keep_days)
    for left in Left.select().where(Left.state.in_(("left", "ready"))):
        slip = Slip.get_or_none(Slip.id == left.slip)
        if slip is not None:
            told = Text("{what}（{number} 号）还没取走", "{what} (No. {number}) was not fetched")
            said = told.format(what=left.what, number=slip.number)
            yield Due(slip.taken_at.date() + kept, said, left, to=left.scope)
