"""The phone of a child's family, let in from the child's page; and when a volunteer is on duty, on theirs."""

from __future__ import annotations

from datetime import datetime

from hongxian import Record, Store, Text, action, local_today, view
from hongxian.days import day_ahead
from hongxian.doubles import group
from hongxian.shapes import Button, Facts, Table, Tag
from hongxian.text import joined
from hongxian_plugins.study_room.at_the_door.days import PEOPLE
from hongxian_plugins.study_room.children import Adult, Card, Child, is_away
from hongxian_plugins.study_room.enrol import CONSENT, KINDS, Consent
from hongxian_plugins.study_room.rooms import IS_OPEN, Day, Room
from hongxian_plugins.study_room.visits import HOW, Duty, Visit, inside

_MOST = 8
_NOT_YET = Tag(Text("今天还没到", "Not here yet today"), "plan")
_AWAY = Tag(Text("今天不来", "Not coming today"), "rest")


@view(of=Child, whose=Child, title=Text("今天", "Today"), audience="self")
def today_of(store: Store, child: Child) -> Facts:
    """Whether a child is in, to whom it went, its card, and who may fetch it."""
    adults = Adult.select().where(Adult.child == child.id).order_by(Adult.id)
    card = Card.get_or_none(Card.id == child.card) if child.card else None
    return Facts(
        [
            (Text("学习室", "Study room"), _told(child, _visits(child))),
            (Text("接送卡", "Card"), str(card.number) if card else ""),
            (
                Text("可接的人", "Who may fetch"),
                joined((each.told for each in adults), Text("、", ", ")),
            ),
        ]
    )


def _may_stay_away(child: Child) -> bool:
    """Whether it is expected, and is not in already."""
    is_expected = child.state == "enrolled" and not is_away(child)
    return bool(is_expected and not inside(_visits(child)))


def _visits(child: Child) -> list[Visit]:
    """Those of today, and of a day that is open still."""
    is_now = (Day.date == local_today()) | Day.state.in_(IS_OPEN)
    days = Day.select(Day.id).where(is_now, Day.scope == child.scope)
    mine = Visit.select().where(Visit.child == child.id, Visit.day.in_(days))
    return list(mine.order_by(Visit.came, Visit.turn))


def _told(child: Child, visits: list[Visit]) -> list[object]:
    if there := inside(visits):
        return [_in(there[-1].came)]
    if not visits:
        return [_AWAY if is_away(child) else _NOT_YET]
    last = visits[-1]
    how = last.out_to or dict(HOW).get(last.how, "")
    return [Tag(_OUT.format(at=last.left), "done"), how]


def _in(came: datetime) -> Tag:
    return Tag(Text("在里面，{at:%H:%M} 到", "Inside since {at:%H:%M}").format(at=came), "now")


_OUT = Text("{at:%H:%M} 离开", "Left at {at:%H:%M}")


@action(
    of=Child,
    whose=Child,
    title=Text("今天不来", "Not coming today"),
    audience="self",
    when=_may_stay_away,
    icon="dash-circle",
)
def absent_today(store: Store, child: Child) -> Text:
    """Those on duty need not wait for it; who comes all the same is let in."""
    store.edit(Child, {child.id: {"away_on": local_today(store)}})
    return Text("已告诉学习室：今天不来。", "The study room is told: not today.")


@action(
    of=Child,
    whose=Child,
    title=Text("今天还是来", "Coming after all"),
    audience="self",
    when=is_away,
    icon="check2",
)
def comes_after_all(store: Store, child: Child) -> Text:
    """It was a mistake, or plans changed."""
    store.edit(Child, {child.id: {"away_on": None}})
    return Text("已告诉学习室：今天来。", "The study room is told: coming.")


@view(of=Child, whose=Child, title=Text("签过的同意书", "Consents"), audience="self")
def consents_of(store: Store, child: Child) -> Table:
    """To what the guardian consented, and to take it back (个人信息保护法 15)."""
    found = Consent.select().where(Consent.child == child.id).order_by(Consent.id)
    return Table(
        [Consent.kind.verbose_name, Consent.date.verbose_name, "", ""],
        [
            [
                dict(KINDS)[each.kind],
                each.date,
                CONSENT.title_of(each.state),
                Button(Text("撤回", "Withdraw"), "study_room.withdraw", id=each.id)
                if each.state == "given"
                else "",
            ]
            for each in found
        ],
    )


@view(of=PEOPLE, title=Text("我的值班", "My duty"), audience="self", usual=True)
def my_duty(store: Store, person: Record) -> Table:
    """When somebody is on duty from today on, and where."""
    today = local_today(store)
    days = {each.id: each for each in Day.select().where(Day.date >= today, Day.state != "off")}
    mine = Duty.person.in_(group(PEOPLE, person.id)), Duty.day.in_(list(days))
    found = Duty.select().where(*mine, Duty.voided == False)  # noqa: E712
    rooms = {each.id: each for each in Room.select()}
    return Table(
        [Day.title.verbose_name, "", ""],
        [
            [
                day_ahead(day.date, today),
                room.name if (room := rooms.get(day.room)) else "",
                f"{room.opens:%H:%M}–{room.closes:%H:%M}" if room else "",
            ]
            for day in sorted((days[each.day] for each in found), key=lambda each: each.date)[
                :_MOST
            ]
        ],
    )
