"""What a person has, as their page and their phone show it: points, and gifts that wait with their codes."""

from __future__ import annotations

from collections.abc import Iterator

from hongxian import Record, Store, Text, Viewer, local_today, view
from hongxian.codes import scannable
from hongxian.days import day_in_words
from hongxian.shapes import Beside, Button, Cards, Facts, Stat, Stats, Table
from hongxian.text import joined
from hongxian_plugins.reward_station import codes
from hongxian_plugins.reward_station.gifts.records import REDEMPTION, Gift, Handover, Redemption
from hongxian_plugins.reward_station.gifts.redeeming import goes_back
from hongxian_plugins.reward_station.gifts.wanting import Purse
from hongxian_plugins.reward_station.goods.records import Lot, Merchant
from hongxian_plugins.reward_station.points import ledger
from hongxian_plugins.reward_station.points.records import ACCOUNTS, Entry
from hongxian_plugins.reward_station.setting import Setting

WAITING = ("reserved", "code_given")


@view(of="roster.person", title=Text("积分", "Points"), audience=("leader", "self"))
def usable(store: Store, person: Record, viewer: Viewer) -> Stats:
    """What they may spend; on a phone also how much of it a laptop holds."""
    points = ledger.usable_by(person.id)
    told = [Stat(Text("可用积分", "Points"), points)]
    if viewer.audience == "self":
        elsewhere = points - ledger.at_hand(person.id)
        return Stats([*told, Stat(_ELSEWHERE, elsewhere)] if elsewhere > 0 else told)
    return Stats(told if points else [])


_ELSEWHERE = Text("其中在队里电脑上", "Of these on a team's laptop")


@view(of="roster.person", title=Text("待领取", "To collect"), audience="self", icon="gift")
def waiting(store: Store, person: Record) -> Beside | Table:
    """Each gift that waits for them, with its code as the shop scans or types it."""
    theirs = Redemption.person.in_(ledger.same_person(person.id))
    found = Redemption.select().where(theirs, Redemption.state.in_(WAITING))
    tickets = [_ticket(store, each) for each in found.order_by(Redemption.at.desc())]
    return Beside(tickets) if tickets else Table((), ())


@view(of=Redemption, title=Text("取货码", "Code"), audience=("leader", "self"))
def code(store: Store, redemption: Redemption, viewer: Viewer) -> Facts:
    """The pick-up code of a redemption, to be read by a telephone or by eye."""
    if viewer.audience == "self":
        return _ticket(store, redemption)
    return Facts(list(_code_of(store, redemption)))


def _code_of(store: Store, redemption: Redemption) -> Iterator[tuple[Text, object]]:
    if redemption.state == "code_given":
        written = codes.written(redemption.short, redemption.letters)
        yield Text("给店员扫", "Show this"), scannable(store, written)
        yield Text("或报取货码", "Or read out"), written


def _ticket(store: Store, redemption: Redemption) -> Facts:
    gift = Gift.with_deleted().where(Gift.id == redemption.gift).get()
    merchant = Merchant.with_deleted().where(Merchant.id == redemption.merchant).get()
    lot = Lot.get_by_id(gift.lot)
    facts: list[tuple[Text, object]] = [
        *_code_of(store, redemption),
        (Text("礼品", "Gift"), Text("{title} 1 件", "One {title}").format(title=gift.title)),
        (Text("到哪里取", "At"), merchant.name),
    ]
    if redemption.state in WAITING:
        last = (
            _UNTIL.format(day=day_in_words(lot.expires, local_today(store))) if lot.expires else ""
        )
        facts.append((Text("怎样领", "How"), joined(filter(None, [last, _ONCE]), Text("，", "; "))))
        facts.append((Text("不要了", "Not wanted"), _way_back(store, redemption, merchant)))
    else:
        facts.append((Redemption.state.verbose_name, REDEMPTION.title_of(redemption.state)))
        done = Handover.get_or_none(
            Handover.merchant == merchant.id, Handover.short == redemption.short
        )
        facts.append((Text("时刻", "When"), done.at if done else None))
    return Facts(facts)


_UNTIL = Text("{day}前领", "by {day}")
_ONCE = Text("只能用一次，不要转发", "it works once: keep it to yourself")


def _way_back(store: Store, redemption: Redemption, merchant: Merchant) -> Button | Text:
    setting = Setting.now(store)
    if redemption.state == "reserved" or goes_back(merchant, setting):
        back = Text("退回 {n} 分", "Get {n} {n:point|points} back").format(n=redemption.price)
        return Button(back, "reward_station.cancel", id=redemption.id)
    if setting.codes_go_back:
        return Text("请到店里的柜台退", "The shop's counter takes it back")
    return Text("按规则发码后不退", "By the rules a code is not given back")


@view(title=Text("可以换的", "Gifts for points"), audience="self", card=True, icon="gift")
def gifts(store: Store, viewer: Viewer) -> Cards | Table:
    """Gifts on offer, those first that they may have now; of the others what is missing."""
    purse = Purse(
        ledger.usable_by(viewer.person or ""),
        ledger.at_hand(viewer.person or ""),
    )
    offered = list(Gift.select().where(Gift.on_offer).order_by(Gift.price, Gift.title, Gift.id))
    lots = {each.id: each for each in Lot.select().where(Lot.id.in_([e.lot for e in offered]))}
    shops = {each.id: each for each in Merchant.select().where(Merchant.state == "active")}
    cards = [
        purse.card(each, lots[each.lot], shops[each.merchant])
        for each in offered
        if each.lot in lots and each.merchant in shops
    ]
    if not cards:
        return Table((), (), note=Text("现在没有可以换的礼品", "There are no gifts now"))
    return Cards(sorted(cards, key=lambda card: not card.presses), of=Gift)


@view(title=Text("积分明细", "Points, line by line"), audience="self", card=True, icon="list")
def my_points(store: Store, viewer: Viewer) -> Table:
    """What brought somebody points and what took them, the latest first."""
    entries = list(
        Entry.select()
        .where(Entry.person.in_(ledger.same_person(viewer.person or "")))
        .order_by(Entry.day.desc(), Entry.id.desc())
        .limit(_LINES)
    )
    redeemed = dict(
        Redemption.select(Redemption.id, Gift.title)
        .join(Gift, on=(Redemption.gift == Gift.id))
        .where(Redemption.id.in_([each.about for each in entries]))
        .tuples()
    )
    today = local_today(store)
    rows = [
        (
            _why(each, redeemed.get(each.about, "")),
            day_in_words(each.day, today),
            f"{ledger.brings(each):+}",
        )
        for each in entries
    ]
    return Table(("", "", ""), rows)


_LINES = 100
"""Of a ledger that a phone shows."""


def _why(entry: Entry, gift: str) -> Text:
    if entry.source == "earned":
        hours = f"{(entry.minutes or 0) / 60:.1f}".removesuffix(".0")
        return Text("服务 {hours} 小时", "Service, {hours} h").format(hours=hours)
    if entry.target == "person":
        return Text("退回 {gift}", "{gift} given back").format(gift=gift)
    if entry.target == "spent":
        return Text("换{gift}", "{gift}").format(gift=gift)
    return dict(ACCOUNTS)[entry.target]
