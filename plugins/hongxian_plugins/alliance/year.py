"""The alliance's year, in numbers: who gives, what was delivered, who was invited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from hongxian import Store, Text
from hongxian.shapes import Table
from hongxian.yearly import Figure, yearly
from hongxian_plugins.alliance.deliveries import Delivery
from hongxian_plugins.alliance.members import Member
from hongxian_plugins.alliance.seats.invitations import Invite


@yearly(title=Text("红色联盟", "Alliance"))
def alliance(store: Store, year: int) -> Iterator[Figure]:
    """Members by kind, deliveries, and seats that were taken. Whose delivery it was the public account tells."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    kinds = Counter(each.kind for each in Member.select())
    sent = list(
        Delivery.select()
        .where(Delivery.day.between(first, last), Delivery.voided == False)  # noqa: E712
        .order_by(Delivery.day)
    )
    came = Invite.select().where(Invite.day.between(first, last), Invite.state == "came").count()
    told = Table(
        [Delivery.day.verbose_name, Delivery.title.verbose_name, Delivery.amount.verbose_name],
        [[each.day, each.title, each.amount] for each in sent],
    )
    yield Figure.tallied(
        Text("成员", "Members"),
        Text("家", "members"),
        kinds,
        Member.kind.verbose_name,
        dict(Member.kind.choices or ()),
    )
    yield Figure(Text("兑现", "Deliveries"), len(sent), Text("次", "times"), lambda: told)
    yield Figure(Text("受邀到场", "Invited and came"), came, Text("人次", "visits"))
