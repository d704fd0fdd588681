"""Sheets to print: the donor's receipt, the slip with the code, the stock-take, the counter's day list."""

from __future__ import annotations

from hongxian import Refused, Store, Text, document, local_today
from hongxian.shapes import Facts, Sheet, Signed, Table
from hongxian_plugins.reward_station import codes
from hongxian_plugins.reward_station.gifts.records import Gift, Key, Redemption
from hongxian_plugins.reward_station.goods.records import PURPOSES, Lot, Merchant, Pledge
from hongxian_plugins.reward_station.goods.shelf import on_shelf
from hongxian_plugins.reward_station.points.tables import name_of


@document(of=Pledge, title=Text("接收单", "Receipt"))
def receipt(store: Store, pledge: Pledge) -> Sheet:
    """What the station received, from whom and for what: for the donor."""
    if pledge.receipt is None:
        raise Refused("还没有签收，没有接收单。", "Not received yet: there is no receipt.")
    merchant = Merchant.with_deleted().where(Merchant.id == pledge.merchant).get()
    lines = (
        (Text("编号", "No."), pledge.receipt),
        (Text("捐赠人", "Donor"), merchant.name),
        (Text("物品", "Item"), pledge.item),
        (Text("数量", "Pieces"), Text("{n} 件", "{n}").format(n=pledge.received)),
        (Text("指定用途", "For"), dict(PURPOSES)[pledge.purpose]),
        (Text("签收日期", "Received on"), pledge.received_on),
        *([(Pledge.charity_no.verbose_name, pledge.charity_no)] if pledge.charity_no else []),
    )
    return Sheet(
        Text("爱心物资接收单", "Receipt of donated goods"),
        [
            Facts(lines),
            Signed([Text("经手人", "Handled by")], seal=Text("接收单位", "Received by")),
        ],
        # 财综〔2024〕1号: such vouchers are issued by charities and public bodies, no residents' committee.
        Text(
            "每一件的去向都在捐赠公示里。本单不是公益事业捐赠票据；需要票据的，请经慈善组织捐赠。",
            "What becomes of each piece stands in the public account. This is no tax voucher for "
            "donations: who needs one gives through a charity.",
        ),
    )


@document(of=Redemption, title=Text("取货单", "Redemption slip"), paper="58mm")
def slip(store: Store, redemption: Redemption) -> Sheet:
    """The gift's name and the code to bring to the merchant's counter."""
    if redemption.state != "code_given":
        raise Refused(
            "只有“已发码”的兑换能打印取货单；刚预留的请先联网。",
            "Only a redemption whose code was given has a slip; sync first.",
        )
    gift = Gift.with_deleted().where(Gift.id == redemption.gift).get()
    merchant = Merchant.with_deleted().where(Merchant.id == redemption.merchant).get()
    lines = (
        (Text("取货码", "Code"), codes.written(redemption.short, redemption.letters)),
        (Text("礼品", "Gift"), f"{gift.title} × 1"),
        (Text("取货地点", "At"), merchant.name),
        (Text("兑换人", "For"), name_of(store, redemption.person)),
        (Text("积分", "Points"), redemption.price),
    )
    return Sheet(
        Text("取货单", "Redemption slip"),
        [Facts(lines)],
        Text("取货码只能用一次，请勿转发。", "The code works once; keep it to yourself."),
    )


@document(title=Text("盘点表", "Stock-take"), menu=False)
def stock_take(store: Store) -> Sheet:
    """Every lot with what the books say and room for what is counted."""
    query = Lot.select().order_by(Lot.place, Lot.item, Lot.expires)
    rows = [
        (each.id[-6:], each.place, each.item, each.expires, on_shelf(each), "", "")
        for each in query
        if on_shelf(each)
    ]
    headers = (
        Text("行码", "Row"),
        Text("货架", "Place"),
        Text("物品", "Item"),
        Text("保质期至", "Expires"),
        Text("账上", "Books"),
        Text("实有", "Counted"),
        Text("盘点人", "By"),
    )
    return Sheet(Text("盘点表", "Stock-take"), [[local_today(store)], Table(headers, rows)])


@document(of=Merchant, title=Text("取货清单", "The counter's day list"))
def day_list(store: Store, merchant: Merchant) -> Sheet:
    """The codes that wait at a merchant's counter, to tick by pen where no laptop stands."""
    if (
        not Key.select()
        .where(Key.laptop == store.writer().laptop, Key.merchant == merchant.id)
        .exists()
    ):
        raise Refused(
            "取货清单只能在核销电脑上打印。", "The list is printed on the counter's laptop only."
        )
    titles = dict(Gift.with_deleted(Gift.id, Gift.title).tuples())
    waiting = Redemption.select().where(
        Redemption.merchant == merchant.id, Redemption.state == "code_given"
    )
    rows = [
        (False, codes.written(each.short, each.letters), titles.get(each.gift, "?"), "")
        for each in waiting.order_by(Redemption.short)
    ]
    heads = ("", Text("取货码", "Code"), Text("礼品", "Gift"), Text("取货时刻", "When"))
    return Sheet(
        Text("取货清单", "Codes to collect"),
        [[merchant.name, local_today(store)], Table(heads, rows)],
        Text(
            "清单在外时不要在电脑上核销；收回后逐条录入。",
            "While this list is out, collect on paper only; then type the ticks in.",
        ),
    )
