"""What a community owes its members: renewed agreements, kept promises, thanks; and offers that end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from hongxian import Due, Store, Text, local_today, reminder
from hongxian_plugins.alliance.deliveries import Delivery
from hongxian_plugins.alliance.meetings import Promise
from hongxian_plugins.alliance.members import Agreement
from hongxian_plugins.alliance.offers import Offer
from hongxian_plugins.alliance.settings import AllianceRules
from hongxian_plugins.alliance.states import GIVES

_YEAR = 366


@reminder(ahead=_YEAR)
def agreements_that_end(store: Store) -> Iterator[Due]:
    """Of each member the last agreement, so many days before it ends as the rules say."""
    last: dict[str, Agreement] = {}
    for each in Agreement.select().order_by(Agreement.until):
        last[each.member] = each
    near = local_today(store) + timedelta(days=AllianceRules.now(store).agreement_days)
    names = store.names_of("alliance.member", list(last))
    for member, each in last.items():
        if each.until <= near:
            title = Text("{name}的协议到期，谈续签", "The agreement with {name} ends")
            yield Due(each.until, title.format(name=names.get(member, "…")), each)


@reminder()
def promises_of_meetings(store: Store) -> Iterator[Due]:
    """What was promised at a meeting, by its day."""
    for each in Promise.select().where(Promise.state == "open"):
        title = Text("{who}：{what}", "{who}: {what}").format(who=each.who, what=each.title)
        yield Due(each.by, title, each, to=each.scope)


@reminder()
def deliveries_that_are_due(store: Store) -> Iterator[Due]:
    """What was agreed for a day and did not come yet."""
    for each in Offer.select().where(Offer.state == "agreed", Offer.due.is_null(False)):
        yield Due(each.due, Text("{what} 兑现", "{what} is due").format(what=each.title), each)


@reminder()
def thanks_that_are_owed(store: Store) -> Iterator[Due]:
    """What was delivered and nobody was thanked for yet."""
    days = timedelta(days=AllianceRules.now(store).thank_days)
    owed = {each.id: each for each in Offer.select().where(Offer.state == "delivered")}
    since = {
        each.offer: each.day
        for each in Delivery.select()
        .where(Delivery.offer.in_(list(owed)), Delivery.voided == False)  # noqa: E712
        .order_by(Delivery.day)
    }
    for id, day in since.items():
        title = Text("{what} 还没致谢", "Say thanks for {what}").format(what=owed[id].title)
        yield Due(day + days, title, owed[id])


@reminder(ahead=_YEAR)
def offers_that_end(store: Store) -> Iterator[Due]:
    """What ends while something of it is left."""
    today = local_today(store)
    near = today + timedelta(days=AllianceRules.now(store).offer_days)
    still = Offer.select().where(Offer.state.in_(("offered", "matched", *GIVES)))
    for each in still.where(Offer.until.between(today, near)):
        if each.stock.left > 0:
            told = Text("{what} 到期，还有 {n} {unit}", "{what} ends: {n} left")
            yield Due(
                each.until, told.format(what=each.title, n=each.stock.left, unit=each.unit), each
            )
