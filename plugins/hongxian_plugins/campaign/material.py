"""Goods of a campaign, by site and lot: what came and what was used up, which is so whatever the books say."""

from __future__ import annotations

from datetime import timedelta

from peewee import CharField, DateTimeField, IntegerField

from hongxian import (
    QuotaField,
    Record,
    Reference,
    Refused,
    Store,
    Text,
    action,
    local_now,
    view,
)
from hongxian.checks import RecordSchema, whole_number
from hongxian.quotas import Lines, grant, spend, spendable
from hongxian.records import COMMUNITY
from hongxian.shapes import Button, Table, Tag
from hongxian_plugins.campaign.records import Site

MOST = 100_000
MOVES = (
    ("came", Text("到货", "Came")),
    ("used", Text("用掉", "Used")),
    ("lost", Text("损耗", "Lost")),
)
_RUNS_OUT = timedelta(hours=1)


class MoveChecks(RecordSchema):
    """Of a movement: an amount that a site can hold."""

    amount = whole_number(1, MOST)
    uncovered = whole_number(0, MOST)


class Material(Record):
    """What a site needs."""

    site = Reference(
        "campaign.site",
        verbose_name=Text("点位", "Site"),
        index=True,
        on_delete="refuse",
        help_text=Text("在哪个点位。", "At which site."),
    )
    item = CharField(
        verbose_name=Text("物品", "Item"),
        max_length=60,
        help_text=Text("如：口罩、瓶装水。", "Such as masks, water."),
    )
    lot = CharField(
        verbose_name=Text("批次", "Lot"),
        max_length=40,
        null=True,
        help_text=Text("批号，没有就空着。", "Its lot number, if it has one."),
    )
    stock = QuotaField(
        verbose_name=Text("库存", "Stock"),
        unit=Text("件", "pcs"),
        grants=Lines("campaign.move", "amount", of="material", only={"kind": ("came",)}),
        help_text=Text("由到货和用掉改变。", "Changed by what comes and is used."),
    )

    class Meta:
        collection = "campaign.material"
        title = Text("物资", "Material")
        scope = COMMUNITY
        menu = False


class Move(Record):
    """What came or was used."""

    material = Reference(
        "campaign.material",
        verbose_name=Text("物资", "Material"),
        index=True,
        help_text=Text("哪一样。", "Of what."),
    )
    kind = CharField(
        verbose_name=Text("种类", "Kind"),
        max_length=4,
        choices=MOVES,
        help_text=Text("到货、用掉、损耗。", "Came, used, lost."),
    )
    amount = IntegerField(
        verbose_name=Text("数量", "Amount"), help_text=Text("多少件。", "How many.")
    )
    uncovered = IntegerField(
        verbose_name=Text("账外", "Uncovered"),
        default=0,
        help_text=Text("其中账上没有的。", "Of these, beyond the books."),
    )
    at = DateTimeField(
        verbose_name=Text("时刻", "When"),
        default=local_now,
        help_text=Text("什么时候。", "When."),
    )

    class Meta:
        collection = "campaign.move"
        title = Text("物资进出", "Movements")
        scope = COMMUNITY
        menu = False
        checks = MoveChecks


_AMOUNT = {"amount": Move.amount}


@action(of=Material, title=Text("到货", "Came"), asks=_AMOUNT)
def bring(store: Store, material: Material, amount: int) -> Text:
    """So many came."""
    with store.transaction():
        Move.create(material=material, kind="came", amount=amount)
        grant(material, "stock", amount)
    return _told(material)


@action(of=Material, title=Text("用掉", "Used"), asks=_AMOUNT)
def use(store: Store, material: Material, amount: int) -> Text:
    """So many are gone; beyond the books it is recorded as uncovered, and never refused."""
    return _spend(store, material, "used", amount)


@action(of=Material, title=Text("损耗", "Lost"), menu=False, asks=_AMOUNT)
def lose(store: Store, material: Material, amount: int) -> Text:
    """So many were spoilt."""
    return _spend(store, material, "lost", amount)


def _spend(store: Store, material: Material, kind: str, amount: int) -> Text:
    if amount < 1:
        raise Refused("数量从 1 起。", "One at least.")
    with store.transaction():
        uncovered = max(amount - max(spendable(material, "stock"), 0), 0)
        spend(material, "stock", amount, beyond="uncovered")
        Move.create(material=material, kind=kind, amount=amount, uncovered=uncovered)
    return _told(material)


def _told(material: Material) -> Text:
    return Text("{item}还有 {left} 件", "{left} of {item} left").format(
        item=material.item, left=left_of(Material.get_by_id(material.id))
    )


def left_of(material: Material) -> int:
    """How many there are, below none where more went out than came."""
    return int(material.stock.left - material.stock.uncovered)


@view(of=Site, title=Text("物资", "Material"), icon="box-seam")
def materials(store: Store, site: Site) -> Table:
    """What is left, and what runs out within the hour."""
    found = list(Material.select().where(Material.site == site.id).order_by(Material.item))
    short = running_out(store, [each.id for each in found])
    return Table.listing(
        Material,
        found,
        "item",
        "lot",
        (Text("还有", "Left"), left_of),
        ("", lambda each: _SHORT if each.id in short else ""),
        ("", _presses),
    )


_SHORT = Tag(Text("不够一小时", "Under an hour"), "stop")


def _presses(material: Material) -> list[Button]:
    one, use, came = Text("用 1", "Use 1"), Text("用…", "Use…"), Text("到货…", "Came…")
    return [
        Button(one, "campaign.use", {"amount": 1}, material.id, at_once=True),
        Button(use, "campaign.use", {}, material.id),
        Button(came, "campaign.bring", {}, material.id),
    ]


def running_out(store: Store, materials: list[str]) -> set[str]:
    """Of these materials those of which less is left than the last hour used."""
    since = local_now(store) - _RUNS_OUT
    used: dict[str, int] = {}
    gone = Move.select().where(Move.material.in_(materials), Move.kind != "came", Move.at >= since)
    for each in gone:
        used[each.material] = used.get(each.material, 0) + each.amount
    found = Material.select().where(Material.id.in_(list(used)))
    return {each.id for each in found if left_of(each) < used[each.id]}
