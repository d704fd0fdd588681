"""Sheets to print: agreement, receipt, the three lists, letter of thanks, invitations, the year, a draw."""

from __future__ import annotations

from hongxian import Refused, Store, Text, document, local_today
from hongxian.shapes import Facts, Section, Sheet, Signed, Table
from hongxian_plugins.alliance.account import HEADS, NOTE, WHICH_YEAR, account_rows
from hongxian_plugins.alliance.deliveries import Delivery, Thanks
from hongxian_plugins.alliance.members import Agreement, Member
from hongxian_plugins.alliance.offers import Match, Offer, Want
from hongxian_plugins.alliance.seats.drawing import HOW
from hongxian_plugins.alliance.seats.draws import Draw, drawn
from hongxian_plugins.alliance.seats.handing import seat_in_words
from hongxian_plugins.alliance.seats.invitations import Invite
from hongxian_plugins.alliance.settings import AllianceRules
from hongxian_plugins.alliance.words import BY_NAME, PURPOSES

_RECEIVER = Text("接收单位", "Receiver")
NO_INVOICE = Text(
    "本单不是公益事业捐赠票据，不能用于抵税；需要票据的，请经慈善组织捐赠。",
    "This is no donation invoice and no proof for taxes: who needs one gives through a charity.",
)
"""财综〔2024〕1号 2, 7: a residents' committee issues none."""
_NO_KIN = Text(
    "不得指定捐赠人的利害关系人受益（参照慈善法 40）。邀请不是报酬，不换钱、不转卖。",
    "No kin of the donor is chosen (after 慈善法 40). An invitation is no pay: it is not sold.",
)


def _member(id: str) -> Member:
    return Member.with_deleted().where(Member.id == id).get()  # type: ignore[no-any-return]


@document(of=Agreement, title=Text("共建协议", "Agreement"))
def agreement(store: Store, agreement: Agreement) -> Sheet:
    """What community and member promise each other, to be signed by both."""
    receiver = AllianceRules.now(store).receiver
    return Sheet(
        Text("红色联盟共建协议", "Agreement of the alliance"),
        [
            Facts(
                [
                    (Text("甲方", "Community"), receiver or None),
                    (Text("乙方", "Member"), _member(agreement.member).name),
                    (Agreement.begins.verbose_name, agreement.begins),
                    (Agreement.until.verbose_name, agreement.until),
                ]
            ),
            Section(Agreement.terms.verbose_name, agreement.terms or "", lines=8),
            Text(
                "提供的资源按捐赠人指定的用途使用，每年公示；不收钱、不付报酬。",
                "What is offered goes where its donor says and is made public yearly; nothing is paid.",
            ),
            Signed(
                [Text("甲方代表", "For the community"), Text("乙方代表", "For the member")],
                seal=Text("双方盖章", "Seals of both"),
            ),
        ],
    )


@document(
    of=Delivery,
    title=Text("爱心物资接收单", "Receipt"),
    when=lambda delivery: delivery.whom != "station",
)
def receipt(store: Store, delivery: Delivery) -> Sheet:
    """What came, from whom and for what: for the donor. It is no invoice, and says so."""
    offer = Offer.with_deleted().where(Offer.id == delivery.offer).get()
    if offer.sponsored:
        raise Refused(
            "换广告的是赞助，不是捐赠，不开接收单。",
            "Sponsorship for advertising is no donation: there is no receipt.",
        )
    if delivery.voided:
        raise Refused("这张接收单已作废。", "This receipt is void.")
    charity = [
        (Delivery.charity.verbose_name, delivery.charity),
        (Delivery.charity_no.verbose_name, delivery.charity_no),
    ]
    return Sheet(
        Text("爱心物资接收单", "Receipt of donated goods"),
        [
            Facts(
                [
                    (Text("编号", "No."), delivery.number),
                    (Text("捐赠方", "Donor"), _member(offer.member).name),
                    (Text("物品", "What"), delivery.title),
                    (Delivery.spec.verbose_name, delivery.spec),
                    (Delivery.amount.verbose_name, f"{delivery.amount} {offer.unit}"),
                    (Delivery.batch.verbose_name, delivery.batch),
                    (Delivery.expires.verbose_name, delivery.expires),
                    (Text("用途", "For"), [dict(PURPOSES)[offer.purpose], offer.whom]),
                    (Delivery.day.verbose_name, delivery.day),
                    (Delivery.received_by.verbose_name, delivery.received_by),
                    *(charity if delivery.charity or delivery.charity_no else []),
                    (_RECEIVER, AllianceRules.now(store).receiver or None),
                ]
            ),
            Signed([Text("经办", "Handled by"), Text("接收", "Received by")], seal=_RECEIVER),
        ],
        NO_INVOICE,
    )


@document(title=Text("资源、需求、项目清单", "Offers, wants and matches"), menu=False)
def lists(store: Store) -> Sheet:
    """The three lists: what is offered, what is wanted, and what answers what."""
    offers = list(Offer.select().where(Offer.state.not_in(("withdrawn", "failed"))))
    wants = list(Want.select().where(Want.state != "closed"))
    titles = {each.id: each.title for each in [*offers, *wants]}
    matches = [
        [titles[each.offer], titles[each.want]]
        for each in Match.select()
        if each.offer in titles and each.want in titles
    ]
    return Sheet(
        Text("资源、需求、项目清单", "Offers, wants and matches"),
        [
            [local_today(store)],
            Section(Text("资源清单", "Offers"), " "),
            Table.listing(
                Offer, offers, *("title", "member", "pieces", "unit", "purpose", "state")
            ),
            Section(Text("需求清单", "Wants"), " "),
            Table.listing(Want, wants, *("title", "member", "pieces", "by", "state")),
            Section(Text("项目清单", "Matches"), " "),
            Table([Offer.title.verbose_name, Want.title.verbose_name], matches),
        ],
        wide=True,
    )


@document(of=Thanks, title=Text("感谢信", "Letter of thanks"))
def letter(store: Store, thanks: Thanks) -> Sheet:
    """To the donor, in the words that were written or the usual ones."""
    offer = Offer.with_deleted().where(Offer.id == thanks.offer).get()
    usual = Text(
        "感谢贵单位提供{what}，用于{whom}。邻里的心意记在账上，也记在心里。",
        "Thank you for {what}, for {whom}. It stands in our books, and we remember it.",
    ).format(what=offer.title, whom=offer.whom)
    return Sheet(
        Text("感谢信", "With thanks"),
        [
            Text("{name}：", "To {name}").format(name=_member(offer.member).name),
            thanks.words or usual,
            [AllianceRules.now(store).receiver, thanks.day],
            Signed([], seal=_RECEIVER),
        ],
    )


@document(of=Offer, title=Text("邀请名单", "Invitations"), when=lambda o: o.kind in BY_NAME)
def invited(store: Store, offer: Offer) -> Sheet:
    """Who has which seat, to tick by pen. It bears names: for the team alone."""
    found = Invite.select().where(Invite.offer == offer.id, Invite.state != "gave_up")
    rows = [
        [each.seat, seat_in_words(offer, each.seat), each.called, each.state == "came", ""]
        for each in found.order_by(Invite.seat)
    ]
    heads = (
        Text("序", "No."),
        Invite.seat.verbose_name,
        Text("姓名", "Name"),
        Text("到场", "Came"),
        Text("签名", "Signed"),
    )
    return Sheet(
        Text("邀请名单", "Invitations"),
        [[offer.title, offer.due, offer.whom], Table(heads, rows)],
        _NO_KIN,
        roomy=True,
    )


@document(title=Text("年度公示", "The year's account"), menu=False, asks={"year": WHICH_YEAR})
def year_sheet(store: Store, year: int | None = None) -> Sheet:
    """What came and went in a year, to be put up where everybody passes."""
    of = year or local_today(store).year
    return Sheet(
        Text("{year}年爱心资源公示", "Given to the neighbourhood in {year}").format(year=of),
        [Table(HEADS, account_rows(of)), Signed([], seal=_RECEIVER)],
        NOTE,
        wide=True,
    )


@document(of=Draw, title=Text("抽签结果", "The draw"), when=lambda draw: draw.state == "drawn")
def draw_sheet(store: Store, draw: Draw) -> Sheet:
    """The list, its hash, the seed and who won: all that is needed to do it again. For the team: it has names."""
    places = {line: n for n, line in enumerate(drawn(draw.names, draw.seed, draw.places), 1)}
    return Sheet(
        draw.title,
        [
            Facts(
                [
                    (Draw.digest.verbose_name, draw.digest),
                    (Draw.seed.verbose_name, draw.seed),
                    (Text("怎么重算", "To repeat it"), HOW),
                ]
            ),
            Table(
                [Text("名单（每行原文）", "The list, line by line"), Text("中签", "Won")],
                [[line, places.get(line, "")] for line in draw.names.split("\n")],
            ),
        ],
        _NO_KIN,
    )
