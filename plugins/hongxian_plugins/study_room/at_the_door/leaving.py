"""How a child goes: to somebody of its own list, or in another way that is written down; or it did not go."""

from __future__ import annotations

from peewee import BooleanField

from hongxian import Reference, Refused, Store, Text, action
from hongxian.records import Value, Values, asked_as, shown_if
from hongxian.text import joined
from hongxian_plugins.study_room.at_the_door.days import is_on_duty, moment
from hongxian_plugins.study_room.children import Adult, Child, called, why_not_alone
from hongxian_plugins.study_room.rooms import IS_OPEN, Day
from hongxian_plugins.study_room.sealed import Caution
from hongxian_plugins.study_room.settings import StudyRules
from hongxian_plugins.study_room.visits import LEAVES, Visit, is_gone, is_in, next_visit

MUST_NOT = Text("不得由 {who} 接走", "not to {who}")
_AND = Text("；", "; ")
_ASKED_GUARDIAN = BooleanField(
    verbose_name=Text("已问过监护人", "The guardian was asked"),
    default=False,
    help_text=Text("名单外的人来接，先打电话问。", "Call before somebody else takes the child."),
)
_WHO_ELSE = Text("名单外的人：姓名和关系。", "Who is not on the list: name and relation.")
_NO_WAY_BACK = Text(
    "没有走的，在门口“已走”里按“没走”",
    "who has not gone is shown in again at the door, under Gone",
)
_SLIPPED = Text("自己走了请写“擅自离开”。", "who went all the same has slipped away.")


def cautions_of(visit: Visit) -> list[Caution]:
    """Who must not fetch, on the laptops on duty; after the evening nobody need be told."""
    if not Day.select().where(Day.id == visit.day, Day.state.in_(IS_OPEN)).exists():
        return []
    return list(Caution.select().where(Caution.child == visit.child))


def must_not(visit: Visit) -> Text | None:
    """To whom this child must not go, and what to do."""
    told = [
        joined([MUST_NOT.format(who=each.who), *([Text.of(each.what)] if each.what else [])], _AND)
        for each in cautions_of(visit)
    ]
    return joined(told, _AND) if told else None


def adults_of(visit: Visit) -> list[Adult]:
    """Who may fetch this child."""
    return list(Adult.select().where(Adult.child == visit.child).order_by(Adult.id))


def _of_the_list(visit: Visit | None, *, null: bool = False) -> Reference:
    """Who may fetch this child, and nobody else's; of any child where none is meant."""
    return Reference(
        "study_room.adult",
        verbose_name=Text("可接的人", "Who may fetch"),
        null=null,
        choices=[(each.id, each.told) for each in adults_of(visit)] if visit else [],
    )


@action(
    of=Visit,
    title=Text("接走", "Hand over"),
    audience=("leader", "self"),
    theirs=is_on_duty,
    when=is_in,
    final=_NO_WAY_BACK,
    says=must_not,
    asks=lambda visit: {"adult": _of_the_list(visit)},
    icon="people",
)
def hand_over(store: Store, visit: Visit, adult: str) -> Text:
    """To somebody of the list."""
    return _let_out(store, visit, how="adult", **_listed(visit, adult))


@action(
    of=Visit,
    title=Text("离开", "Out"),
    audience=("leader", "self"),
    theirs=is_on_duty,
    when=is_in,
    final=_NO_WAY_BACK,
    says=must_not,
    asks=lambda visit: {
        "how": asked_as(Visit.how, null=False, choices=LEAVES),
        "fetched_by": shown_if(_of_the_list(visit, null=True), "how", "adult"),
        "out_to": asked_as(Visit.out_to, help_text=_WHO_ELSE),
        "asked": shown_if(_ASKED_GUARDIAN, "out_to"),
        "said_by": Visit.said_by,
    },
    icon="box-arrow-right",
)
def leave(
    store: Store,
    visit: Visit,
    how: str,
    fetched_by: str | None = None,
    out_to: str | None = None,
    asked: bool = False,
    said_by: str | None = None,
) -> Text:
    """Any other way, and who says so."""
    child = Child.get_or_none(Child.id == visit.child)
    if how == "alone" and child is not None:
        why = why_not_alone(child, moment(store), StudyRules.now(store).alone_age)
        if why is not None:
            raise Refused(joined([why, _SLIPPED], _AND))
    told = _taken_by(visit, fetched_by, out_to, asked) if how == "adult" else {"out_to": out_to}
    return _let_out(store, visit, how=how, **told, said_by=said_by)


def _listed(visit: Visit, adult: str) -> Values:
    """Who fetches, by the list of this child; raises `Refused` for who is on that of another."""
    for each in adults_of(visit):
        if each.id == adult:
            return {"fetched_by": each.id, "out_to": each.told}
    raise Refused(
        "这个人不在{name}的名单上；别的人来接，用“其他”写明姓名和关系。",
        "That one is not on the list of {name}: write who it is under “Other”.",
        name=called(visit.child),
    )


def _taken_by(visit: Visit, adult: str | None, who: str | None, is_agreed: bool) -> Values:
    """Who fetches, of the list or with what the guardian said; raises `Refused` before anybody else goes with it."""
    known = (each.id for each in adults_of(visit) if who and who.strip() in (each.name, each.told))
    if adult := adult or next(known, None):
        return _listed(visit, adult)
    if who and is_agreed:
        return {"out_to": who}
    raise Refused(
        "{who}不在{name}的名单上：先打监护人电话，问过了写明是谁，在“已问过监护人”打勾，再交。",
        "{who} is not on the list of {name}: call the guardian, write who it is, tick that you asked.",
        who=who or Text("来接的人", "Whoever fetches"),
        name=called(visit.child),
    )


def _let_out(store: Store, visit: Visit, **told: Value) -> Text:
    """Its leaving, in a turn of its own where one is written that was a mistake, or came before it was seen."""
    told = {
        "left": moment(store),
        **{name: each for name, each in told.items() if each is not None},
    }
    if visit.left is None:
        store.edit(Visit, {visit.id: told})
    else:
        told["came"] = visit.came if visit.how == "mistaken" else visit.seen_in
        next_visit(visit.child, visit.day, scope=visit.scope, seen_in=visit.seen_in, **told)
    return Text("{name} {at:%H:%M} 离", "{name} left at {at:%H:%M}").format(
        name=called(visit.child), at=told["left"]
    )


@action(
    of=Visit,
    title=Text("没走，还在里面", "Not gone: still inside"),
    audience=("leader", "self"),
    theirs=is_on_duty,
    when=is_gone,
    final=Text("真走了再按一次", "let it out once more when it goes"),
    icon="arrow-counterclockwise",
)
def still_in(store: Store, visit: Visit) -> Text:
    """Its leaving was written by mistake: nobody took it, and it is in, on every laptop that hears of this."""
    store.edit(Visit, {visit.id: {"how": "mistaken", "seen_in": moment(store)}})
    return Text("{name}还在里面", "{name} is still inside").format(name=called(visit.child))
