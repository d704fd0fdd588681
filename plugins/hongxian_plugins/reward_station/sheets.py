"""Sheets to print: the donor's receipt, the slip with the code, the stock-take, the counter's day list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from hongxian import Refused, Store, Text, document, local_today
from hongxian.days import day_on_paper
from hongxian_plugins.reward_station import codes
from hongxian_plugins.reward_station.gifts import Gift, Key, Redemption
from hongxian_plugins.reward_station.goods import PURPOSES, Lot, Merchant, Pledge
from hongxian_plugins.reward_station.shelf import on_shelf
from hongxian_plugins.reward_station.tables import name_of


@document(of=Pledge, title=Text("接收单", "Receipt"))
def receipt(store: Store, pledge: Pledge) -> str:
    """What the station received, from whom and for what: for the donor."""
    if pledge.receipt is None:
        raise Refused("还没有签收，没有接收单。", "Not received yet: there is no receipt.")
    merchant = Merchant.with_deleted().where(Merchant.id == pledge.merchant).get()
    lines = (
        (Text("编号", "No."), pledge.receipt),
        (Text("捐赠人", "Donor"), merchant.name),
        (Text("物品", "Item"), pledge.item),
        (Text("数量", "Pieces"), f"{pledge.received} 件"),
        (Text("指定用途", "For"), _both(dict(PURPOSES)[pledge.purpose])),
        (Text("签收日期", "Received on"), day_on_paper(pledge.received_on)),
        (Text("经手人", "Handled by"), ""),
        (Text("盖章", "Seal"), ""),
    )
    return _page(
        Text("爱心物资接收单", "Receipt of donated goods"),
        _facts(lines),
        # 财综〔2024〕1号: such vouchers are issued by charities and public bodies, no residents' committee.
        Text(
            "每一件的去向都在捐赠公示里。本单不是公益事业捐赠票据；需要票据的，请经慈善组织捐赠。",
            "What becomes of each piece stands in the public account. This is no tax voucher for "
            "donations: who needs one gives through a charity.",
        ),
    )


@document(of=Redemption, title=Text("取货单", "Redemption slip"), paper="58mm")
def slip(store: Store, redemption: Redemption) -> str:
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
    return _page(
        Text("取货单", "Redemption slip"),
        _facts(lines),
        Text("取货码只能用一次，请勿转发。", "The code works once; keep it to yourself."),
    )


@document(title=Text("盘点表", "Stock-take"), menu=False)
def stock_take(store: Store) -> str:
    """Every lot with what the books say and room for what is counted."""
    query = Lot.select().order_by(Lot.place, Lot.item, Lot.expires)
    rows = [
        (each.id[-6:], each.place or "", each.item, each.expires or "", on_shelf(each), "", "")
        for each in query
        if on_shelf(each)
    ]
    headers = (
        Text("行码", "row"),
        Text("货架", "place"),
        Text("物品", "item"),
        Text("保质期至", "expires"),
        Text("账上", "books"),
        Text("实有", "counted"),
        Text("盘点人", "by"),
    )
    return _page(
        Text("盘点表", f"Stock-take {day_on_paper(local_today(store))}"), _grid(headers, rows)
    )


@document(of=Merchant, title=Text("取货清单", "The counter's day list"))
def day_list(store: Store, merchant: Merchant) -> str:
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
        ("☐", codes.written(each.short, each.letters), titles.get(each.gift, "?"), "")
        for each in waiting.order_by(Redemption.short)
    ]
    return _page(
        Text(f"{merchant.name} 取货清单", f"Codes {day_on_paper(local_today(store))}"),
        _grid(
            (Text.of(""), Text("取货码", "code"), Text("礼品", "gift"), Text("取货时刻", "when")),
            rows,
        ),
        Text(
            "清单在外时不要在电脑上核销；收回后逐条录入。",
            "While this list is out, collect on paper only; then type the ticks in.",
        ),
    )


# -- parts of a page -----------------------------------------------------------------------------


def _facts(lines: Iterable[tuple[Text, object]]) -> Markup:
    row = Markup("<tr><th>{}</th><td>{}</td></tr>")
    rows = [row.format(_both(label), value) for label, value in lines]
    return Markup("<table>{}</table>").format(Markup("").join(rows))


def _grid(headers: Sequence[Text], rows: Iterable[Sequence[object]]) -> Markup:
    head = Markup("").join(Markup("<th>{}</th>").format(_both(each)) for each in headers)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row)
        )
        for row in rows
    )
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(head, body)


def _page(title: Text, body: Markup, note: Text | None = None) -> str:
    return str(
        Markup("<h1>{}</h1>{}<p>{}</p>").format(_both(title), body, _both(note) if note else "")
    )


def _both(said: Text) -> str:
    """On paper it stands in both languages."""
    return f"{said.zh} {said.en}".strip()
