"""The year's public account: from whom, what, how much came, went and is left, and where it went."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date

from peewee import IntegerField

from hongxian import Store, Text, local_today, view
from hongxian.shapes import Stat, Stats, Table
from hongxian.text import joined
from hongxian_plugins.alliance.deliveries import Delivery, Thanks
from hongxian_plugins.alliance.members import Member
from hongxian_plugins.alliance.offers import Offer, Want
from hongxian_plugins.alliance.words import PURPOSES, WHOM

HEADS = (
    Text("来源", "From"),
    Text("物品", "What"),
    Text("用途", "For"),
    Text("收", "Came"),
    Text("用", "Went"),
    Text("余", "Left"),
    Text("去向", "Where to"),
)
WHICH_YEAR = IntegerField(
    verbose_name=Text("哪一年", "Year"),
    null=True,
    help_text=Text("留空看今年。", "Empty for this one."),
)
NOTE = Text(
    "来去都在账上，谁都可以看；捐赠人可以不具名。参照公益事业捐赠法、慈善法公示。",
    "Open to everyone; donors may stay unnamed. Made public after the laws on donations and charity.",
)


@view(
    title=Text("年度公示", "The year's account"),
    audience="public",
    menu=False,
    asks={"year": WHICH_YEAR},
)
def account(store: Store, year: int | None = None) -> Table:
    """What the year's donors gave and what became of it: for everyone to read."""
    return Table(HEADS, account_rows(year or local_today(store).year), note=NOTE)


@view(title=Text("红色联盟", "The alliance"), audience="keeper", console=True)
def figures(store: Store) -> Stats:
    """The year in numbers: who takes part, what was agreed, came and was thanked for, what is still wanted."""
    first, last = _year(local_today(store).year)
    agreed = Offer.select().where(Offer.agreed_on.between(first, last))
    came = Delivery.day.between(first, last), Delivery.voided == False  # noqa: E712
    return Stats(
        [
            Stat(Text("成员", "Members"), Member.select().count()),
            Stat(Text("今年约定", "Agreed this year"), agreed.count()),
            Stat(Text("今年兑现", "Deliveries"), Delivery.select().where(*came).count()),
            Stat(
                Text("致谢", "Thanks"),
                Thanks.select().where(Thanks.day.between(first, last)).count(),
            ),
            Stat(
                Text("待对接的需求", "Open wants"),
                Want.select().where(Want.state == "open").count(),
            ),
        ]
    )


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def account_rows(year: int) -> Sequence[Sequence[object]]:
    """A line for each offer that was agreed in a year; sponsorship for advertising is no donation."""
    agreed = Offer.agreed_on.between(*_year(year))
    offers = list(
        Offer.select().where(agreed, ~Offer.sponsored).order_by(Offer.agreed_on, Offer.id)
    )
    members = {each.id: each for each in Member.with_deleted()}
    went = _went([each.id for each in offers])
    labels = dict(PURPOSES)
    return [
        [
            members[each.member].called if each.member in members else "…",
            each.title,
            labels[each.purpose],
            each.stock.granted,
            each.stock.granted - each.stock.left,
            each.stock.left,
            _where_to(each, went[each.id]),
        ]
        for each in offers
    ]


def _went(offers: Sequence[str]) -> dict[str, Counter[str]]:
    went: dict[str, Counter[str]] = defaultdict(Counter)
    of_them = Delivery.offer.in_(list(offers)), Delivery.voided == False  # noqa: E712
    for each in Delivery.select().where(*of_them):
        went[each.offer][each.whom] += each.amount
    return went


def _where_to(offer: Offer, went: Counter[str]) -> Text | str:
    """By kind of people, and for whom the donor said it was."""
    one = Text.of("{label} {n}")
    told = [one.format(label=label, n=went[whom]) for whom, label in WHOM if went[whom]]
    return joined([*told, offer.whom], Text("；", "; "))
