"""The shelf as cards: how many are left of each lot, and one press to take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from peewee import CharField, fn

from hongxian import Store, Text, local_today, view
from hongxian.days import day_in_words
from hongxian.records import asked_as
from hongxian.shapes import Beside, Button, Card, Cards, Go, Print, Tone
from hongxian.text import joined
from hongxian_plugins.reward_station.goods.records import (
    CAME,
    DRAWINGS,
    PURPOSES,
    SERVES,
    WHOM,
    Lot,
    Movement,
    Pledge,
)
from hongxian_plugins.reward_station.goods.shelf import is_over, left_by_item, on_shelf
from hongxian_plugins.reward_station.setting import Setting

TAKE, COUNT, WRITE_OFF = (f"reward_station.{each}" for each in ("take", "count", "write_off"))
"""The actions behind the cards' buttons."""
SHOWN = (
    ("all", Text("全部", "All")),
    ("low", Text("要补", "Running low")),
    ("soon", Text("快到期", "Expiring")),
)
_ASKS = {
    "whom": asked_as(Movement.whom, null=False, default="volunteer"),
    "only": CharField(
        verbose_name=Text("只看", "Only"),
        choices=SHOWN,
        default="all",
        help_text=Text("哪些货。", "Which goods."),
    ),
}


@view(title=Text("货架", "The shelf"), asks=_ASKS)
def shelf(store: Store, whom: str = "volunteer", only: str = "all") -> Beside:
    """A card for each lot that is still there, what expires first on top; taken by one press."""
    lots = _lots(store)
    given = _origins(store, [each for each, *_ in lots])
    shown = [_Shown(store, each, given[each.id], *of) for each, *of in lots]
    chosen = [each for each in shown if only in ("all", each.kind)]
    cards = Cards(
        [each.card(whom) for each in sorted(chosen, key=lambda each: not each.serves(whom))],
        of=Lot,
        asked=Text("谁来取", "Taken by"),
        among=[Go(label, {"whom": name}, here=name == whom) for name, label in WHOM],
        filters=[
            Go(
                _COUNTED.format(label=label, n=_count(shown, name)),
                {"only": name},
                here=name == only,
            )
            for name, label in SHOWN
        ],
        note=Text("今天取了 {n} 件", "{n} taken today").format(n=_taken_today(store)),
    )
    return Beside(
        [cards],
        presses=[
            Button(Text("收货", "Goods came"), "reward_station.bring_in", icon="box-seam"),
            Go(Text("上架", "To shelve"), view="reward_station.to_shelve"),
            Go(Text("盘点", "Count"), view="reward_station.counting", icon="clipboard"),
            Print(Text("盘点表", "Stock-take"), "reward_station.stock_take"),
        ],
    )


_COUNTED = Text.of("{label} {n}")


def _count(shown: Sequence[_Shown], name: str) -> int:
    return sum(name in ("all", each.kind) for each in shown)


def _lots(store: Store) -> list[tuple[Lot, int, int]]:
    """Each lot that is there or owed, how many ever came into it, and how many of its item are left."""
    query = Lot.select().order_by(Lot.expires.is_null(), Lot.expires, Lot.item)
    lots = [each for each in query if on_shelf(each)]
    came = dict(
        Movement.select(Movement.lot, fn.SUM(Movement.amount))
        .where(Movement.lot.in_([each.id for each in lots]), Movement.kind.in_(CAME))
        .group_by(Movement.lot)
        .tuples()
    )
    left = left_by_item(lots)
    return [(each, int(came.get(each.id, 0)), left[each.item]) for each in lots]


def _origins(store: Store, lots: Sequence[Lot]) -> dict[str, Text]:
    """What tells lots of one item apart: who gave each, and until when it keeps or when it came."""
    pledges = {
        each.id: each for each in Pledge.select().where(Pledge.id.in_([e.pledge for e in lots]))
    }
    shops = store.names_of("reward_station.merchant", {each.merchant for each in pledges.values()})
    today = local_today(store)

    def told(lot: Lot) -> Iterator[Text | str]:
        pledge = pledges.get(lot.pledge)
        if pledge and pledge.merchant in shops:
            yield shops[pledge.merchant]
        if lot.expires:
            yield _KEEPS.format(day=day_in_words(lot.expires, today))
        elif pledge and pledge.received_on:
            yield _CAME.format(day=day_in_words(pledge.received_on, today))

    return {each.id: joined(told(each), Text.of(" · ")) for each in lots}


_KEEPS, _CAME = Text("{day}到期", "expires {day}"), Text("{day}到货", "came {day}")


def _taken_today(store: Store) -> int:
    begins = datetime.combine(local_today(store), time())
    of_today = (Movement.kind == "taken") & (Movement.at >= begins)
    return int(Movement.select(fn.SUM(Movement.amount)).where(of_today).scalar() or 0)


@dataclass(frozen=True)
class _Shown:
    """One lot as a card: how it stands, and for whom it is."""

    store: Store
    lot: Lot
    given: Text
    came: int
    of_item: int

    def serves(self, whom: str) -> bool:
        return whom in SERVES[self.lot.purpose] and not is_over(self.lot)

    @property
    def kind(self) -> str:
        """As a filter has it."""
        return {"wait": "soon", "stop": "soon" if is_over(self.lot) else "low"}.get(self.tone, "")

    @property
    def tone(self) -> Tone:
        return self._said()[0]

    def _said(self) -> tuple[Tone, Text | str]:
        rules, expires = Setting.now(self.store), self.lot.expires
        if on_shelf(self.lot) < 0:
            return "stop", Text("账上不够，请盘点", "Count it")
        if is_over(self.lot):
            return "stop", Text("已过期，单独存放", "Expired: set it apart")
        if rules.low_stock is not None and self.of_item < rules.low_stock:
            return "stop", Text("快没了", "Running low")
        near = rules.near_expiry_days
        today = local_today(self.store)
        if expires and near is not None and expires <= today + timedelta(days=near):
            return "wait", _until(expires, today)
        return "done", ""

    def card(self, whom: str) -> Card:
        """With buttons where it may be handed out to them; else it says whom it is for."""
        left, serves = on_shelf(self.lot), self.serves(whom)
        tone, state = self._said()
        if not serves and left > 0 and not is_over(self.lot):
            tone, state = "rest", _FOR.format(whom=dict(PURPOSES)[self.lot.purpose])
        return Card(
            title=self.lot.item,
            note=self.given,
            number=left,
            unit=Text("件", "pcs"),
            icon=next((icon for word, icon in DRAWINGS if word in self.lot.item), "box-seam"),
            part=min(max(left / self.came, 0), 1) if self.came else None,
            state=state,
            tone=tone,
            presses=_takes(self.lot, whom) if serves and left >= 0 else self._mends(),
            id=self.lot.id,
        )

    def _mends(self) -> Sequence[Button]:
        """What sets it right, where something is wrong with it."""
        if on_shelf(self.lot) < 0:
            return (Button(Text("盘点", "Count"), COUNT, id=self.lot.id),)
        if is_over(self.lot):
            return (Button(Text("下架", "Take off"), WRITE_OFF, id=self.lot.id),)
        return ()


_FOR = Text("给{whom}", "For: {whom}")


def _until(day: date, today: date) -> Text:
    days = (day - today).days
    if days == 0:
        return Text("今天到期", "Expires today")
    if days == 1:
        return Text("明天到期", "Expires tomorrow")
    if days <= 7:
        return Text(f"{days} 天后到期", f"Expires in {days} days")
    return Text("{day}到期", "Expires {day}").format(day=day_in_words(day, today))


def _takes(lot: Lot, whom: str) -> list[Button]:
    """One piece at once, or as many as are typed."""
    one, several = Text("取 1", "Take 1"), Text("多取", "More")
    return [
        Button(one, TAKE, {"amount": 1, "whom": whom}, lot.id, at_once=True),
        Button(several, TAKE, {"amount": 2, "whom": whom}, lot.id),
    ]
