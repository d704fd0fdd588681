"""What a merchant sees and says on its own phone: what people took, its gifts, what it promised; nobody's name."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

from hongxian import Store, Text, action, local_today, view
from hongxian.shapes import Beside, Card, Cards, Stat, Stats, Table
from hongxian_plugins.reward_station.gifts.records import ON_PHONES, Gift, Handover, Redemption
from hongxian_plugins.reward_station.goods.records import DRAWINGS, Lot, Merchant, Pledge
from hongxian_plugins.reward_station.goods.shelf import on_shelf


@view(of=Merchant, title=Text("取走的", "What was taken"), audience="self", whose=Merchant)
def taken(store: Store, merchant: Merchant) -> Beside:
    """Gifts that were handed out today and this month, of which how many, and what waits to be fetched."""
    today = local_today(store)
    this_month = Handover.select(Handover.gift, Handover.at).where(
        Handover.merchant == merchant.id,
        Handover.kind == "collected",
        Handover.at >= datetime.combine(today.replace(day=1), time()),
    )
    handed = [(gift, at.date()) for gift, at in this_month.tuples()]
    waits = Redemption.merchant == merchant.id, Redemption.state == "code_given"
    stats = Stats(
        [
            Stat(Text("今天", "Today"), sum(day == today for _, day in handed)),
            Stat(Text("本月", "This month"), len(handed)),
            Stat(Text("还没来取", "Not fetched yet"), Redemption.select().where(*waits).count()),
        ]
    )
    on_laptop = merchant.counter_laptop not in (None, ON_PHONES)
    return Beside([stats, _by_gift(handed, today)], foot=[_ON_LAPTOP] if on_laptop else [])


_ON_LAPTOP = Text(
    "本店在电脑上核销：它联网之后，这里才有它交付的。",
    "This shop collects on a laptop: what that handed out stands here once it has synced.",
)


def _by_gift(handed: list[tuple[str, date]], today: date) -> Table:
    month, of_today = (
        Counter(gift for gift, _ in handed),
        Counter(gift for gift, day in handed if day == today),
    )
    titles = dict(Gift.with_deleted(Gift.id, Gift.title).where(Gift.id.in_(list(month))).tuples())
    return Table(
        ("", Text("今天", "Today"), Text("本月", "This month")),
        [(titles.get(each, ""), of_today[each], n) for each, n in month.most_common()],
    )


@view(of=Merchant, title=Text("本店的礼品", "Our gifts"), audience="self", whose=Merchant)
def our_gifts(store: Store, merchant: Merchant) -> Cards | Table:
    """What people get here, for how many points, and how many are left."""
    found = list(Gift.select().where(Gift.merchant == merchant.id).order_by(Gift.title, Gift.id))
    lots = {each.id: each for each in Lot.select().where(Lot.id.in_([e.lot for e in found]))}
    if not found:
        return Table((), ())
    return Cards([_card(each, lots.get(each.lot)) for each in found])


def _card(gift: Gift, lot: Lot | None) -> Card:
    off = Text("没在兑换", "Not on offer")
    return Card(
        title=gift.title,
        number=on_shelf(lot) if lot else 0,
        unit=Text("件", "left"),
        icon=next((icon for word, icon in DRAWINGS if word in gift.title), "gift"),
        note=Text("{n} 分", "{n} {n:point|points}").format(n=gift.price),
        state="" if gift.on_offer else off,
        tone="done" if gift.on_offer else "rest",
    )


@view(of=Merchant, title=Text("本店的捐赠", "What we give"), audience="self", whose=Merchant)
def our_pledges(store: Store, merchant: Merchant) -> Table:
    """What was promised and what became of it, the latest first."""
    found = Pledge.select().where(Pledge.merchant == merchant.id)
    since = local_today(store) - timedelta(days=_DAYS)
    open_or_new = (Pledge.state == "pledged") | (Pledge.pledged_on >= since)
    pledges = list(found.where(open_or_new).order_by(Pledge.id.desc()))
    return Table.listing(Pledge, pledges, "item", "amount", "state", "comes_by", "receipt")


_DAYS = 366
"""So long what came stands on a merchant's phone."""


@action(
    of=Merchant,
    title=Text("认捐物资", "Promise goods"),
    audience="self",
    whose=Merchant,
    when=lambda merchant: merchant.state == "active",
    asks=[Pledge.item, Pledge.amount, Pledge.purpose, Pledge.comes_by],
    icon="box-seam",
)
def promise(
    store: Store, merchant: Merchant, item: str, amount: int, purpose: str, comes_by: date | None
) -> Text:
    """A merchant promises goods; they are received where they are brought."""
    Pledge.create(
        merchant=merchant,
        item=item,
        amount=amount,
        purpose=purpose,
        comes_by=comes_by,
        pledged_on=local_today(store),
    )
    return Text("记下了：{item} {n} 件，谢谢", "Noted: {n} of {item}. Thank you").format(
        item=item, n=amount
    )
